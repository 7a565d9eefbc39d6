// The content of a section, by its shape: prepkit/sheet.py makes the sections.
//
// A section is {name, title, shape, hint, items, rows, columns}; empty ones of these are absent. The
// boxes to write in and the points to tick are in part.js and key_points.js.

import { element } from "../shared/dom.js";
import { t } from "../shared/language.js";
import { blocks, inline, link, list } from "./markdown.js";
import { hint, section } from "./sections.js";

// ---- terms: items with titles; one of them may be the candidate's own level

const definition = (text) => element("dd", { className: "pk-definition" }, ...blocks(text));

const terms = (form, items) => {
  const all = items.map(({ name, title, text }) => {
    const badge = element("span", { className: "pk-chosen" }, t("your level"));
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

// Plus and minus: the sign is drawn, and its name is said.
const signs = (items) =>
  element(
    "ul",
    { className: "pk-signs", role: "list" },
    ...items.map(({ title, text, sign }) =>
      element(
        "li",
        {},
        element("b", { className: "pk-sign", "aria-hidden": "true" }, sign),
        element("span", { className: "pk-said" }, `${title}: `),
        ...inline(text),
      ),
    ),
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

const sourceLink = ({ company, href, source }) =>
  link(href, { "aria-label": t("Source for {company}: {source}. Opens in a new tab", { company, source }) }, source);

const companyRow = (row, [company, value, focus, basis]) =>
  element(
    "tr",
    { role: "row", className: "pk-row" },
    cell(company, "th", row.company),
    cell(value, "td", row.value ?? "–"),
    cell(focus, "td", ...inline(row.focus)),
    cell(basis, "td", row.basis, ...(row.href ? [element("small", { className: "pk-source" }, sourceLink(row))] : [])),
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
    hint(`${legend.join(" ")} ${t("A source opens only when you click it.")}`),
  ];
};

// ---- any section

export const contents = (form, shown) => {
  const { shape, items } = shown;
  if (shape === "text") return items.flatMap(({ text }) => blocks(text, form.heading + 1));
  if (shape === "terms") return [terms(form, items)];
  if (shape === "parts") return [byPart(items)];
  if (shape === "signs") return [signs(items)];
  if (shape === "companies") return companies(shown);
  return [list("ul", items.map(({ text }) => text))];
};

// A section with a hint is folded, and the hint comes before its content.
export const shapedSection = (form, shown) => {
  const className = `pk-${shown.name}`;
  const nodes = contents(form, shown);
  if (!shown.hint) return section(form, shown.title, className, ...nodes);
  return element(
    "details",
    { className: `pk-section pk-folded ${className}` },
    element("summary", { className: "pk-heading pk-summary" }, shown.title),
    hint(shown.hint),
    ...nodes,
  );
};
