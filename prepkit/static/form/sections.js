// What stands around the answer: the question, tips, follow-ups, levels, example, companies.

import { button, element } from "../shared/dom.js";
import { capitalize } from "../shared/text.js";
import { blocks, inline, link, list } from "./markdown.js";

const BASES = {
  stated: "the company says that it assesses candidates on this value",
  "published value": "the company has published the value, which is no proof that it is scored",
  inferred: "our reading, with no published value behind it",
};

export const formButton = (label, onclick, attributes = {}) =>
  button(label, onclick, { className: "pk-button", ...attributes });

export const hint = (text) => element("p", { className: "pk-hint" }, text);

export const section = (form, title, className, ...children) => {
  const id = form.id(className);
  return element(
    "section",
    { className: `pk-section ${className}`, "aria-labelledby": id },
    element(`h${form.heading}`, { className: "pk-heading", id }, title),
    ...children,
  );
};

export const listSection = (form, title, className, texts) =>
  texts.length ? section(form, title, className, list("ul", texts)) : null;

// ---- the head

const steps = ({ number, of }) =>
  Array.from({ length: of }, (_, index) => {
    const place = index + 1 < number ? "before" : index + 1 === number ? "here" : "after";
    return element("li", { className: "pk-step", "data-place": place });
  });

export const header = (form) => {
  const { question } = form;
  return element(
    "header",
    { className: "pk-header" },
    element(
      "div",
      { className: "pk-where" },
      element("span", { className: "pk-icon", "aria-hidden": "true" }, question.icon),
      element("span", { className: "pk-category" }, question.category),
      element("span", { className: "pk-number" }, `Q${question.number} of ${question.of}`),
      neighbours(form, "Questions"),
    ),
    element("ol", { className: "pk-steps", "aria-hidden": "true" }, ...steps(question)),
    element("h2", { className: "pk-question", id: form.id("question"), tabindex: "-1" }, ...inline(question.text)),
    element(
      "div",
      { className: "pk-why" },
      element("h3", { className: "pk-eyebrow" }, "Why this is asked"),
      ...blocks(question.why),
    ),
  );
};

export const neighbours = (form, label) => {
  const step = (target, text, name) =>
    formButton(text, () => form.open(target.id), {
      className: "pk-button pk-quiet",
      disabled: !target,
      "aria-label": target ? `${name} question: ${target.text}` : `No ${name.toLowerCase()} question`,
      title: target?.text,
    });
  const { previous, next } = form.question;
  return element(
    "nav",
    { className: "pk-neighbours", "aria-label": label },
    step(previous, "← Previous", "Previous"),
    step(next, "Next →", "Next"),
  );
};

// ---- the example, and the levels

const definition = (text) => element("dd", { className: "pk-definition" }, ...blocks(text));

export const example = (form) => {
  const { example: texts, parts } = form.question;
  if (!texts) return null;
  const terms = parts.flatMap(({ name, title }) => [
    element("dt", { className: "pk-term" }, title),
    definition(texts[name]),
  ]);
  return element(
    "details",
    { className: "pk-section pk-example" },
    element("summary", { className: "pk-heading pk-summary" }, "Example answer"),
    hint("Made up, to show the shape. Write your own first."),
    element("dl", { className: "pk-terms" }, ...terms),
  );
};

export const levels = (form) => {
  const entries = Object.entries(form.question.levels);
  if (!entries.length) return null;
  const items = entries.map(([level, text]) => {
    const badge = element("span", { className: "pk-chosen" }, "your level");
    const term = element("dt", { className: "pk-term" }, capitalize(level), badge);
    return { level, badge, item: element("div", { className: "pk-level" }, term, definition(text)) };
  });
  form.showLevel = () => {
    for (const { level, item, badge } of items) {
      const chosen = form.model.get("level") === level;
      item.dataset.chosen = chosen;
      badge.hidden = !chosen;
    }
  };
  form.showLevel();
  const grid = element("dl", { className: "pk-grid" }, ...items.map(({ item }) => item));
  return section(form, "What each level is expected to show", "pk-levels", grid);
};

// ---- companies

const cell = (name, tag, ...children) => {
  const isHead = tag === "th";
  return element(
    tag,
    {
      className: "pk-cell",
      role: isHead ? "rowheader" : "cell",
      scope: isHead ? "row" : undefined,
      "data-column": name,
    },
    ...children,
  );
};

const sourceLink = ({ company, source_url: address, checked }) =>
  link(
    address,
    { "aria-label": `Source for ${company}, opens a new window`, title: checked ? `checked ${checked}` : undefined },
    "source",
  );

const askRow = (ask) =>
  element(
    "tr",
    { role: "row", className: "pk-row" },
    cell("Company", "th", ask.company),
    cell("Value", "td", ask.value ?? "–"),
    cell("Focus", "td", ...inline(ask.focus)),
    cell("Basis", "td", ask.basis, ...(ask.source_url ? [" · ", sourceLink(ask)] : [])),
  );

export const companies = (form) => {
  const { asks } = form.question;
  if (!asks.length) return null;
  const heads = ["Company", "Value", "Focus", "Basis"].map((name) =>
    element("th", { className: "pk-cell", role: "columnheader", scope: "col" }, name),
  );
  const legend = Object.entries(BASES)
    .filter(([basis]) => asks.some((ask) => ask.basis === basis))
    .map(([basis, meaning]) => `${capitalize(basis)}: ${meaning}.`);
  return section(
    form,
    "Companies that look for this",
    "pk-companies",
    element(
      "table",
      { className: "pk-table", role: "table" },
      element("thead", { role: "rowgroup" }, element("tr", { role: "row" }, ...heads)),
      element("tbody", { role: "rowgroup" }, ...asks.map(askRow)),
    ),
    hint(`${legend.join(" ")} A source opens only when you click it.`),
  );
};
