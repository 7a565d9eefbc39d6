// What a job description speaks of: the competencies with their evidence and questions, and the text with marks.

import { element } from "../shared/dom.js";
import { pluralize } from "../shared/text.js";

const LIMITS = [
  "It looks for words, and understands nothing. Words it doesn't know are not marked, and a marked phrase may mean something else.",
  "A phrase that comes more often doesn't weigh more. What counts most, the posting doesn't say.",
  "What interviewers ask is up to them. Many ask about things that no posting names.",
];

const link = ({ id, text }) => element("a", { className: "pk-open", "data-question": id }, text);

const quote = ({ text, source }) =>
  element(
    "li",
    { className: "pk-quote" },
    `“${text}”`,
    source && element("a", { className: "pk-source", href: source, target: "_blank", rel: "noopener noreferrer" }, " (published name)"),
  );

const group = (one, number) => {
  const { title, icon, quotes, questions, covered, more } = one;
  const rows = questions.map((question) =>
    element("li", { className: "pk-row" }, link(question), element("span", { className: "pk-cover" }, question.cover)),
  );
  return element(
    "section",
    { className: "pk-asked" },
    element(
      "h3",
      { className: "pk-title" },
      element("span", { className: "pk-number" }, String(number)),
      element("span", { "aria-hidden": "true" }, `${icon} `),
      title,
    ),
    element("p", { className: "pk-count" }, `${covered} of ${pluralize(questions.length, "question")} covered by a complete answer or a story`),
    element("ul", { className: "pk-quotes", "aria-label": `Phrases about ${title}` }, ...quotes.map(quote)),
    element("ul", { className: "pk-rows", "aria-label": `Questions on ${title}` }, ...rows),
    more ? element("p", { className: "pk-count" }, `${pluralize(more, "more question")} in this category, in 02-answer`) : null,
  );
};

const marks = ({ pieces, asked }) =>
  pieces.map(({ text, number }) => {
    if (number === null) return text;
    if (number === 0) return element("s", { className: "pk-denied", title: "The posting says that this is not part of it" }, text);
    const { title } = asked[number - 1];
    return element("mark", { className: "pk-mark", title }, text, element("sup", { className: "pk-sup", "aria-hidden": "true" }, String(number)), element("span", { className: "pk-unseen" }, ` (${title})`));
  });

// How much was found, for who listens.
export const summary = ({ asked }) => {
  const phrases = asked.reduce((sum, { quotes }) => sum + quotes.length, 0);
  const competencies = `${asked.length.toLocaleString("en")} ${asked.length === 1 ? "competency" : "competencies"}`;
  return phrases ? `${pluralize(phrases, "phrase")} found, on ${competencies}.` : "No phrase found that speaks of a competency.";
};

export const readingView = (reading) => {
  if (!reading.pieces.length) return [];
  const { asked, denied, level } = reading;
  const nothing = "Does the text have its list of tasks and requirements? Sections on benefits and on the company itself are not looked at.";
  const told = denied.map(({ quote: text, title }) => `“${text}” (${title})`).join(", ");
  return [
    element("p", { className: "pk-found" }, summary(reading)),
    level ? element("p", { className: "pk-hint" }, `Level in the title: ${level}. Questions that only other levels are asked are left out.`) : null,
    asked.length
      ? element("p", { className: "pk-hint" }, "What you have nothing to tell for yet comes first. Open a question to write or practise its answer.")
      : element("p", { className: "pk-hint" }, nothing),
    element("div", { className: "pk-groups" }, ...asked.map((one, index) => group(one, index + 1))),
    told ? element("p", { className: "pk-hint" }, `The posting says that this is not part of it: ${told}.`) : null,
    element(
      "details",
      { className: "pk-details", open: true },
      element("summary", {}, "The text with its marks"),
      element("div", { className: "pk-text", dir: "auto", role: "region", "aria-label": "The text with its marks", tabindex: "0" }, ...marks(reading)),
    ),
    element(
      "section",
      { className: "pk-limits" },
      element("h3", { className: "pk-title" }, "What this can't know"),
      element("ul", {}, ...LIMITS.map((text) => element("li", {}, text))),
    ),
  ].filter(Boolean);
};
