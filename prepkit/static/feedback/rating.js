// Beside the answer: the rubric with all that its scores mean, the level's line, and what else helps to judge.

import { inline } from "../form/markdown.js";
import { group, soft, text } from "../mock/parts.js";
import { anchorOptions, radios, rubricSources } from "../mock/rubric.js";
import { element } from "../shared/dom.js";
import { changeBy, isDone, LEVEL, nextRow, rowsOf } from "./rows.js";

const fold = (title, ...children) =>
  element("details", { className: "pk-folded" }, element("summary", { className: "pk-heading pk-summary" }, title), ...children);

export class RatingPanel {
  // `onchange(change)` is called with what is new; `chosen` is what is rated so far.
  constructor(rubric, chosen, { level = null, onchange }) {
    Object.assign(this, { rubric, chosen, onchange });
    this.rows = rowsOf(rubric, level !== null);
    this.last = null; // the name of the row that was changed last
    this.groups = new Map(); // by row
    for (const dimension of rubric) this.groups.set(dimension.name, this.dimension(dimension));
    if (level !== null) this.groups.set(LEVEL, this.levelRow(level));
    const source = rubricSources(rubric);
    this.node = element("div", { className: "pk-feedback-rows" }, ...this.groups.values(), source);
    // The row with the focus is the one that a digit goes to.
    this.node.addEventListener("focusin", () => this.show());
    this.node.addEventListener("focusout", () => setTimeout(() => this.show()));
    this.show();
  }

  choose(row, digit) {
    const change = changeBy(row, digit);
    if (!change) return null;
    this.last = row.name;
    this.onchange(change);
    return change;
  }

  row(name) {
    return this.rows.find((one) => one.name === name);
  }

  dimension({ name, title, about, anchors }) {
    const choice = radios(name, anchorOptions(anchors), this.chosen.scores[name], (score) => this.choose(this.row(name), score));
    return group(title, { className: "pk-judged", "data-row": name }, about ? soft(...inline(about)) : null, choice);
  }

  levelRow({ title, line }) {
    const options = [
      [false, [element("b", {}, "1 "), "Not yet"]],
      [true, [element("b", {}, "2 "), "Met"]],
    ];
    const change = (met) => this.choose(this.row(LEVEL), met ? 2 : 1);
    const choice = radios(LEVEL, options, this.chosen.level_met, change);
    return group(`Level: ${title}`, { className: "pk-judged", "data-row": LEVEL }, text(...inline(line)), choice);
  }

  // The row that a digit goes to: the one with the focus, or else the next without a value.
  get current() {
    const focused = document.activeElement?.closest?.("[data-row]")?.dataset.row;
    return this.row(focused) ?? nextRow(this.rows, this.chosen, this.last);
  }

  get isDone() {
    return this.rows.every((row) => isDone(row, this.chosen));
  }

  // Back to the row that was rated last, to rate it again.
  back() {
    const at = this.current ? this.rows.indexOf(this.current) : this.rows.length;
    const row = this.rows[Math.max(0, at - 1)];
    const inputs = [...this.groups.get(row.name).querySelectorAll("input")];
    (inputs.find((one) => one.checked) ?? inputs[0]).focus();
    return row;
  }

  // Shows what is chosen, wherever that came from.
  update(chosen) {
    this.chosen = chosen;
    this.show();
  }

  show() {
    const { current } = this;
    for (const row of this.rows) {
      const node = this.groups.get(row.name);
      const inputs = [...node.querySelectorAll("input")];
      const value = row.dimension ? (this.chosen.scores[row.name] ?? null) : this.chosen.level_met;
      const place = value === null ? -1 : row.dimension ? value - 1 : Number(value);
      inputs.forEach((input, index) => {
        input.checked = index === place;
      });
      node.toggleAttribute("data-done", value !== null);
      node.toggleAttribute("data-current", row === current);
    }
  }

  reveal(row) {
    this.groups.get(row.name)?.scrollIntoView({ block: "nearest" });
  }
}

// What the question asks for: its key points (with those that the student has ticked), what an interviewer notes,
// what each level shows, and the bank's example.
export const helpFor = ({ key_points: points, notes, levels, example }, ticked, level) => {
  const isTicked = (point) => ticked.includes(point);
  const item = (point) =>
    element("li", {}, ...inline(point), isTicked(point) ? element("span", { className: "pk-feedback-ticked" }, " ticked by the student") : null);
  const signs = { "+": "For: ", "-": "Missing: " };
  const note = ({ sign, text: told }) =>
    element(
      "li",
      {},
      element("span", { className: "pk-sign", "aria-hidden": "true" }, sign === "-" ? "−" : "+"),
      element("span", { className: "pk-live" }, signs[sign]),
      ...inline(told),
    );
  return [
    points.length
      ? group("Key points of this question", { className: "pk-feedback-points" }, element("ul", { className: "pk-list" }, ...points.map(item)))
      : null,
    notes.length
      ? fold("What an interviewer notes", soft("About the bank's example: what speaks for it, and what is missing."), element("ul", { className: "pk-signs" }, ...notes.map(note)))
      : null,
    levels.length
      ? fold(
          "What each level shows",
          element(
            "dl",
            { className: "pk-terms" },
            ...levels.flatMap(({ level: name, title, line }) => [
              element("dt", { className: "pk-term" }, title, name === level ? element("span", { className: "pk-chosen" }, "this student's level") : null),
              element("dd", { className: "pk-definition" }, ...inline(line)),
            ]),
          ),
        )
      : null,
    example.length
      ? fold("The bank's example", ...example.flatMap(({ title, text: told }) => [element("h5", { className: "pk-term" }, title), text(...inline(told))]))
      : null,
  ].filter(Boolean);
};
