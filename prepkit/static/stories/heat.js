// The heat map: for each category, and for each value of the chosen companies, how many stories there are. Each
// cell is a button that shows them below its row, with the questions that have none.

import { button, element } from "../shared/dom.js";
import { newId } from "../shared/ids.js";
import { pluralize } from "../shared/text.js";
import { titleOf } from "./list.js";

const MOST = 3; // stories, from which on a cell doesn't get darker

const cellName = (row, column, { stories, open }) => {
  const place = column ? `${row.name}, ${column}` : row.name;
  const left = open.length ? `${pluralize(open.length, "question")} without one` : "no question without one";
  return `${place}: ${pluralize(stories.length, "story").replace("storys", "stories")}, ${left}`;
};

export class HeatMap {
  // `page` has `questions`, `stories`, `shown`, `open(story)` and `add(question)`.
  constructor(page) {
    this.page = page;
    this.node = element("div", { className: "pk-heat-maps" });
    this.chosen = null; // which cell is open: its group, row and column
    this.id = `pk-${newId()}`;
  }

  show({ rows, companies }) {
    const active = this.node.ownerDocument.activeElement;
    const key = this.node.contains(active) ? active.dataset.cell : null;
    const groups = ["", ...companies];
    const tables = groups.map((group) => this.table(group, rows.filter((row) => row.group === group), companies));
    this.node.replaceChildren(...tables.filter(Boolean));
    if (key) this.node.querySelector(`[data-cell=${CSS.escape(key)}]`)?.focus();
  }

  table(group, rows, companies) {
    if (!rows.length) {
      return group
        ? element("p", { className: "pk-hint" }, `No question here gives practice for a published value of ${group}.`)
        : null;
    }
    const columns = group ? [""] : ["", ...companies];
    const head = (name, attributes = {}) => element("th", { scope: "col", ...attributes }, name);
    return element(
      "div",
      { className: "pk-scroll", tabindex: columns.length > 2 ? "0" : null },
      element(
        "table",
        { className: "pk-heat" },
        element("caption", {}, group ? `What ${group} looks for` : "By category"),
        element(
          "thead",
          {},
          element("tr", {}, head(group ? "Value" : "Category"), ...columns.map((name) => head(name || "Stories"))),
        ),
        element("tbody", {}, ...rows.flatMap((row) => this.rows(row, columns))),
      ),
    );
  }

  rows(row, columns) {
    const keyOf = (column) => [row.group, row.name, column].join("|");
    const open = columns.find((column) => keyOf(column) === this.chosen);
    const cells = columns.map((column) => this.cell(row, column, keyOf(column)));
    const shown = element("tr", {}, element("th", { scope: "row" }, row.name), ...cells);
    if (open === undefined) return [shown];
    const content = element("td", { colspan: columns.length + 1, id: this.id }, ...this.content(row, open));
    return [shown, element("tr", { className: "pk-opened" }, content)];
  }

  cell(row, column, key) {
    const found = row.cells[column];
    if (!found) return element("td", {}, element("span", { className: "pk-none", title: "It asks no question here" }, "–"));
    const isOpen = key === this.chosen;
    const toggle = () => {
      this.chosen = isOpen ? null : key;
      this.page.repaint();
    };
    const { length } = found.stories;
    const label = cellName(row, column, found);
    return element(
      "td",
      {},
      button(length || "0", toggle, {
        className: "pk-heat-cell",
        "data-level": Math.min(length, MOST),
        "data-cell": key,
        "aria-label": label,
        "aria-expanded": isOpen ? "true" : "false",
        "aria-controls": isOpen ? this.id : null,
        title: label,
      }),
    );
  }

  content(row, column) {
    const { stories, open } = row.cells[column];
    const known = new Map(this.page.stories.map((story) => [story.id, story]));
    const told = stories.filter((id) => known.has(id));
    return [
      element("p", { className: "pk-cell-title" }, told.length ? "Stories" : "No story yet."),
      element(
        "ul",
        { role: "list" },
        ...told.map((id) =>
          element("li", {}, button(titleOf(known.get(id)), () => this.page.open(id), { className: "pk-button pk-plain", dir: "auto" })),
        ),
      ),
      open.length ? element("p", { className: "pk-cell-title" }, "Questions without a story") : null,
      element("ul", { className: "pk-found", role: "list" }, ...open.map((question) => this.question(question))),
    ].filter(Boolean);
  }

  question(question) {
    const { text, place } = this.page.questions[question];
    const link = element("a", { className: "pk-open pk-link", "data-question": question }, text);
    const { shownTitle } = this.page;
    return element(
      "li",
      {},
      element("div", {}, element("span", { className: "pk-eyebrow" }, place), element("p", { className: "pk-asked" }, link)),
      shownTitle
        ? button("Add to the open story", () => this.page.add(question), {
            className: "pk-button pk-quiet",
            "aria-label": `Add to “${shownTitle}”: ${text}`,
          })
        : null,
    );
  }
}
