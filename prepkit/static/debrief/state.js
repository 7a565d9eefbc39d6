// A debrief as it is typed and as it is stored. Pure.
//
// It is stored as one text, JSON: {company, round, day, note, asked, removed}, where each of `asked` is
// {id, words, question, elsewhere, rating, probed}. Names that a later prepkit adds stay as they are.

const EMPTY = { company: "", round: "", day: null, note: "", asked: [], removed: false };
const NOTHING_ASKED = { id: "", words: "", question: null, elsewhere: false, rating: null, probed: "" };
const TEXTS = ["note", "words", "probed"]; // of these, both versions are kept

export const emptyAsked = (id) => ({ ...NOTHING_ASKED, id });

// Two questions without ids, which another program has stored, are told apart by their places.
export const parse = (text) => {
  const read = text ? JSON.parse(text) : {};
  const asked = (read.asked ?? []).map((one, index) => ({ ...NOTHING_ASKED, ...one, id: one.id || `q${index + 1}` }));
  return { ...EMPTY, ...read, asked };
};

const isBlank = ({ words, question, elsewhere, rating, probed }) =>
  !words.trim() && !probed.trim() && !question && !elsewhere && !rating;

// The text to store: empty as long as nothing was typed. Questions about which nothing is known are left out.
export const compose = (state) => {
  const asked = state.asked.filter((one) => !isBlank(one));
  const { company, round, day, note, removed } = state;
  if (!asked.length && !day && !removed && ![company, round, note].some((text) => text.trim())) return "";
  return JSON.stringify({ ...state, asked });
};

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

// What becomes of a value that two windows may have changed.
const pick = (name, base, mine, theirs) => {
  if (same(mine, base)) return theirs;
  if (same(theirs, base) || same(mine, theirs)) return mine;
  return TEXTS.includes(name) ? `${theirs}\n\n${mine}`.trim() : mine;
};

const mergeNames = (base, mine, theirs, names) =>
  Object.fromEntries(names.map((name) => [name, pick(name, base[name], mine[name], theirs[name])]));

const namesOf = (...objects) => [...new Set(objects.flatMap((one) => Object.keys(one)))];

const mergeAsked = (base, mine, theirs) => {
  const find = (list, { id }) => list.find((one) => one.id === id);
  const kept = mine.flatMap((one) => {
    const [before, other] = [find(base, one), find(theirs, one)];
    if (!other) return before && same(one, before) ? [] : [one]; // removed in the other window
    const old = before ?? emptyAsked(one.id);
    return [mergeNames(old, one, other, namesOf(one, other))];
  });
  const added = theirs.filter((one) => !find(mine, one) && !same(one, find(base, one)));
  return [...kept, ...added];
};

// Puts together what two windows have made of a debrief; all three are texts. Nothing that was typed is lost.
export const merge = (base, mine, theirs) => {
  const [old, own, other] = [base, mine, theirs].map(parse);
  const names = namesOf(own, other).filter((name) => name !== "asked");
  return compose({
    ...mergeNames(old, own, other, names),
    asked: mergeAsked(old.asked, own.asked, other.asked),
  });
};

// The id of a debrief that is begun now: when, and something that makes it unlike any other of this second.
export const newDebriefId = (now, mark) => `${now.toISOString().replace(/[-:]|\.\d+/g, "")}-${mark}`;

// What a debrief is called in a list: its company, round and day.
export const titleOf = ({ company, round }) =>
  [company.trim() || "An interview", round.trim()].filter(Boolean).join(", ");
