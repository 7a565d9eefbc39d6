// What stands around the answer: the question's head, and its sections by their shape.
//
// A section is {name, title, shape, hint, items, rows, columns}, of which what is empty is absent.
// The boxes to write in and the points to tick are in part.js and key_points.js.

import { button, element } from "../shared/dom.js";
import { blocks, inline, link, list } from "./markdown.js";

export const formButton = (label, onclick, attributes = {}) =>
  button(label, onclick, { className: "pk-button", ...attributes });

export const hint = (text) => element("p", { className: "pk-hint" }, text);

export const section = (form, title, className, ...children) => {
  const id = form.id(className.split(" ")[0]);
  return element(
    "section",
    { className: `pk-section ${className}`, "aria-labelledby": id },
    element(`h${form.heading}`, { className: "pk-heading", id }, title),
    ...children,
  );
};

// ---- the head

const steps = ({ number, of }) =>
  Array.from({ length: of }, (_, index) => {
    const place = index + 1 < number ? "before" : index + 1 === number ? "here" : "after";
    return element("li", { className: "pk-step", "data-place": place });
  });

// `sections` are those that stand above the answer, in small letters.
export const header = (form, sections) => {
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
    ...sections.map((each) =>
      element(
        "div",
        { className: `pk-${each.name}` },
        element("h3", { className: "pk-eyebrow" }, each.title),
        ...contents(form, each),
      ),
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

// ---- terms: items with titles, of which one may be the candidate's own level

const definition = (text) => element("dd", { className: "pk-definition" }, ...blocks(text));

const terms = (form, items) => {
  const all = items.map(({ name, title, text }) => {
    const badge = element("span", { className: "pk-chosen" }, "your level");
    const term = element("dt", { className: "pk-term" }, title, badge);
    return { name, badge, node: element("div", { className: "pk-level" }, term, definition(text)) };
  });
  form.terms = [...(form.terms ?? []), ...all];
  form.showLevel = () => {
    for (const { name, node, badge } of form.terms) {
      const chosen = form.model.get("level") === name;
      node.dataset.chosen = chosen;
      badge.hidden = !chosen;
    }
  };
  form.showLevel();
  return element("dl", { className: "pk-grid" }, ...all.map(({ node }) => node));
};

const byPart = (items) =>
  element(
    "dl",
    { className: "pk-terms" },
    ...items.flatMap(({ title, text }) => [element("dt", { className: "pk-term" }, title), definition(text)]),
  );

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

const sourceLink = ({ company, href, checked }) =>
  link(
    href,
    { "aria-label": `Source for ${company}, opens a new window`, title: checked ? `checked ${checked}` : undefined },
    "source",
  );

const companyRow = (row, [company, value, focus, basis]) =>
  element(
    "tr",
    { role: "row", className: "pk-row" },
    cell(company, "th", row.company),
    cell(value, "td", row.value ?? "–"),
    cell(focus, "td", ...inline(row.focus)),
    cell(basis, "td", row.basis, ...(row.href ? [" · ", sourceLink(row)] : [])),
  );

const companies = ({ items, rows, columns }) => {
  const heads = columns.map((name) =>
    element("th", { className: "pk-cell", role: "columnheader", scope: "col" }, name),
  );
  const legend = items.map(({ title, text }) => `${title}: ${text}`);
  return [
    element(
      "table",
      { className: "pk-table", role: "table" },
      element("thead", { role: "rowgroup" }, element("tr", { role: "row" }, ...heads)),
      element("tbody", { role: "rowgroup" }, ...rows.map((row) => companyRow(row, columns))),
    ),
    hint(`${legend.join(" ")} A source opens only when you click it.`),
  ];
};

// ---- any section

const contents = (form, it) => {
  const { shape, items } = it;
  if (shape === "text") return items.flatMap(({ text }) => blocks(text));
  if (shape === "terms") return [terms(form, items)];
  if (shape === "parts") return [byPart(items)];
  if (shape === "companies") return companies(it);
  return [list("ul", items.map(({ text }) => text))];
};

export const sectionOf = (form, it) => {
  const { name, title, hint: said } = it;
  if (!said) return section(form, title, `pk-${name}`, ...contents(form, it));
  return element(
    "details",
    { className: `pk-section pk-folded pk-${name}` },
    element("summary", { className: "pk-heading pk-summary" }, title),
    hint(said),
    ...contents(form, it),
  );
};
