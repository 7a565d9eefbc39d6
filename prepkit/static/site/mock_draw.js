// Which questions a mock interview on the site has. Pure, except for `chance`.
//
// prepkit/practice/mock.py weighs them in the workbook, and this does it alike. But a browser has no scheduler:
// when a question is due again is reckoned by a simple rule here, and by FSRS in the workbook.

import { t } from "../shared/language.js";
import { formatDay } from "../shared/text.js";

const DAY = 86400000; // ms
const DAYS = { again: 1, hard: 3, good: 7, easy: 14 };
const LONGEST = 90; // days
const WEIGHTS = { stated: 3, "published value": 2, inferred: 1 };

// When a question is due again after its reviews, oldest first: a Date; null if there are none.
export const dueAfter = (reviews) => {
  if (!reviews.length) return null;
  const last = reviews.at(-1);
  let row = 0; // how often in a row it went well
  for (const { rating } of reviews) row = rating === "good" || rating === "easy" ? row + 1 : 0;
  const days = Math.min(LONGEST, DAYS[last.rating] * 2 ** Math.max(0, row - 1));
  return new Date(new Date(last.reviewed_at).getTime() + days * DAY);
};

const practice = ({ state, due }, now) => {
  if (due) {
    const told = formatDay(due.toISOString(), now);
    if (due > now) return [-4, t("You practised it, and it isn't due before {day}", { day: told })];
    return [4, due.toDateString() === now.toDateString() ? t("Due today") : t("Due since {day}", { day: told })];
  }
  if (state === "complete") return [2, t("Written, but never said out loud")];
  if (state === "started") return [1.2, t("You have started it: saying it out loud shows what is missing")];
  return [0.1, t("You haven't practised it yet")];
};

// How it is known that a company looks for something.
const TOLD = {
  stated: (ask) => t("It lets you show “{value}”, which {company} says it assesses", ask),
  "published value": (ask) => t("It lets you show “{value}”, a published value of {company}", ask),
  inferred: (ask) => t("{company} may look for this (our reading: no published value says so)", ask),
};

const askedFor = ({ company, value, basis }, isNew) => {
  const told = TOLD[basis]({ company, value });
  return [WEIGHTS[basis] / (isNew ? 1 : 2), told];
};

// `known` gives {state, due} of a question's id; `chance` a number from 0 to 1. Returns questions with a `reason`,
// each once, at most `count`.
export const drawQuestions = (questions, { count, company = null, known, now = new Date(), chance = Math.random }) => {
  const shown = new Set(); // values of the company that a drawn question shows
  const categories = new Map(); // how many of each were drawn
  const asksOf = (question) => question.asks.filter((ask) => ask.company === company);
  const subject = ({ value }, { id }) => value ?? id;
  const reasonsOf = (question) => {
    const asks = asksOf(question).slice(0, 1);
    const about = asks.map((ask) => askedFor(ask, !shown.has(subject(ask, question))));
    return [practice(known(question.id), now), ...about];
  };
  const chances = new Map(questions.map(({ id }) => [id, chance() / 2]));
  const weigh = (question) => {
    const sum = reasonsOf(question).reduce((total, [weight]) => total + weight, 0);
    return sum + chances.get(question.id) - 2 * (categories.get(question.category) ?? 0);
  };
  const left = [...questions];
  const drawn = [];
  while (drawn.length < count && left.length) {
    const weights = left.map(weigh);
    const [best] = left.splice(weights.indexOf(Math.max(...weights)), 1);
    const reasons = reasonsOf(best).sort(([one], [other]) => other - one);
    drawn.push({ ...best, reason: reasons.slice(0, 2).map(([, text]) => `${text}.`).join(" ") });
    categories.set(best.category, (categories.get(best.category) ?? 0) + 1);
    for (const ask of asksOf(best)) shown.add(subject(ask, best));
  }
  // Whoever interviews you wants to know first who you are.
  return drawn.sort((one, other) => (one.kind !== "introduction") - (other.kind !== "introduction"));
};
