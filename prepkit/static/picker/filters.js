// The filters of the list: which questions are left with what was chosen. Pure.

export const FILTERS = ["category", "company", "state", "due"];

const DAY = 86400000;
const midnight = (date) => new Date(date.getFullYear(), date.getMonth(), date.getDate());
const dayOf = (iso) => new Date(`${iso}T00:00`); // without the time, it would be a day in UTC

// How many days away a day is; negative if it is past.
export const daysUntil = (iso, now) => Math.round((dayOf(iso) - midnight(now)) / DAY); // a day may have 23 hours

const DUE = {
  now: ({ due }, now) => Boolean(due) && daysUntil(due, now) <= 0,
  week: ({ due }, now) => Boolean(due) && daysUntil(due, now) <= 7,
  never: ({ due }) => !due,
};

const LEAVES = {
  category: (question, value) => question.slug === value,
  company: (question, value) => question.companies.includes(value),
  state: (_, value, { state }) => state === value,
  due: (_, value, progress, now) => DUE[value]?.(progress, now) ?? true,
};

// `progressOf` returns a question's {state, due}, `chosen` has a value for each filter, empty for none.
export const left = (questions, chosen, progressOf, now) => {
  const active = FILTERS.filter((name) => chosen[name]);
  if (!active.length) return questions;
  return questions.filter((question) =>
    active.every((name) => LEAVES[name](question, chosen[name], progressOf(question.id), now)),
  );
};

// The filters without which something would be left, each with how much: [name, count].
export const remedies = (questions, chosen, progressOf, now) =>
  FILTERS.filter((name) => chosen[name])
    .map((name) => [name, left(questions, { ...chosen, [name]: "" }, progressOf, now).length])
    .filter(([, count]) => count);

// When a question is due, in a line of the list: due now, due tomorrow, due Tuesday, due 14 December.
export const dueText = (iso, now) => {
  const days = daysUntil(iso, now);
  if (days <= 0) return "due now";
  if (days === 1) return "due tomorrow";
  const date = dayOf(iso);
  const [weekday, month] = [{ weekday: "long" }, { month: "long" }].map((part) => date.toLocaleDateString("en", part));
  if (days < 7) return `due ${weekday}`;
  const year = date.getFullYear() === now.getFullYear() ? "" : ` ${date.getFullYear()}`;
  return `due ${date.getDate()} ${month}${year}`;
};
