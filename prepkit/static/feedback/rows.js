// What is rated of an answer, row by row: the dimensions of the rubric, then the level's line. Pure.
//
// What the coach has chosen is {scores, level_met}. A change is the same with only what is new in it; a score of
// null is taken back.

export const LEVEL = "Level"; // the name of the level's row; no dimension is called so
const LEVEL_SCORES = { 1: false, 2: true };

export const rowsOf = (rubric, hasLevel) => [
  ...rubric.map(({ name }) => ({ name, dimension: true })),
  ...(hasLevel ? [{ name: LEVEL, dimension: false }] : []),
];

const valueOf = ({ name, dimension }, chosen) => (dimension ? chosen.scores[name] : chosen.level_met) ?? null;

export const isDone = (row, chosen) => valueOf(row, chosen) !== null;

// The row that a key without a place of its own goes to: the first without a value, after `after` if possible.
export const nextRow = (rows, chosen, after = null) => {
  const open = rows.filter((row) => !isDone(row, chosen));
  const at = rows.findIndex(({ name }) => name === after);
  return open.find((row) => rows.indexOf(row) > at) ?? open[0] ?? null;
};

// The change that a digit makes in a row; null if the row has no such score.
export const changeBy = ({ name, dimension }, digit) => {
  if (dimension) return digit <= 5 ? { scores: { [name]: digit || null } } : null;
  if (digit === 0) return { level_met: null };
  return digit in LEVEL_SCORES ? { level_met: LEVEL_SCORES[digit] } : null;
};

// Puts a change onto what was chosen, or onto an earlier change.
export const withChange = (chosen, change) => ({
  ...chosen,
  ...change,
  scores: { ...chosen.scores, ...change.scores },
});
