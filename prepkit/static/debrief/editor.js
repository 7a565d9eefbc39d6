// One debrief on the screen. For its field (form/field.js) it is a box: read, write, lock and merge.

import { button, element } from "../shared/dom.js";
import { newId } from "../shared/ids.js";
import { AskedItem } from "./asked.js";
import { compose, emptyAsked, merge, parse } from "./state.js";

const LINES = ["company", "round", "day", "note"];

export class DebriefEditor {
  // `page` is what AskedItem needs; `onchange` is called after each change.
  constructor(page, onchange) {
    Object.assign(this, { page, onchange });
    this.merge = merge;
    this.items = new Map(); // id of what was asked -> AskedItem
    this.state = parse("");
    this.companies = this.list("companies", page.lists.companies.map(({ name }) => name));
    this.rounds = this.list("rounds", []);
    this.company = this.line("company", { list: this.companies.id, autocomplete: "off" });
    this.round = this.line("round", { list: this.rounds.id, autocomplete: "off" });
    this.day = this.line("day", { type: "date", max: "9999-12-31" });
    this.note = element("textarea", { className: "pk-area", rows: "3", dir: "auto", id: page.id("note") });
    this.note.addEventListener("input", () => this.changed("note", this.note.value));
    this.asked = element("ol", { className: "pk-asked-list" });
    this.add = button("Add a question", () => this.addItem(), { className: "pk-button" });
    this.node = element(
      "fieldset",
      { className: "pk-debrief-fields" },
      element("legend", { className: "pk-live" }, "This interview"),
      element(
        "div",
        { className: "pk-debrief-lines" },
        this.labelled("Company", this.company),
        this.labelled("Round", this.round),
        this.labelled("Day", this.day),
      ),
      this.companies,
      this.rounds,
      element("h4", { className: "pk-heading" }, "What they asked"),
      element("p", { className: "pk-hint" }, "Write it while you still know it. Your own words are enough."),
      this.asked,
      this.add,
      element("label", { className: "pk-heading pk-note-label", for: page.id("note") }, "The interview as a whole"),
      element("p", { className: "pk-hint" }, "Who was there, what surprised you, what you would do otherwise."),
      this.note,
    );
    this.show();
  }

  list(name, values) {
    const options = values.map((value) => element("option", { value }));
    return element("datalist", { id: this.page.id(name) }, ...options);
  }

  line(name, attributes) {
    const id = this.page.id(`line-${name}`);
    const input = element("input", { className: "pk-input", type: "text", maxlength: name === "day" ? null : "300", dir: "auto", id, ...attributes });
    const value = () => (name === "day" ? input.value || null : input.value);
    input.addEventListener("input", () => this.changed(name, value()));
    return input;
  }

  labelled(title, input) {
    return element("div", {}, element("label", { className: "pk-label", for: input.id }, title), input);
  }

  changed(name, value) {
    this.state[name] = value;
    if (name === "company") this.showRounds();
    this.onchange();
  }

  // The rounds that are documented of the company; any other can be typed.
  showRounds() {
    const wanted = this.state.company.trim().toLowerCase();
    const company = this.page.lists.companies.find(({ name }) => name.toLowerCase() === wanted);
    this.rounds.replaceChildren(...(company?.rounds ?? []).map((value) => element("option", { value })));
  }

  addItem() {
    const one = emptyAsked(newId());
    this.state.asked.push(one);
    this.showAsked();
    this.items.get(one.id).words.focus();
  }

  removeItem(id) {
    const place = this.state.asked.findIndex((one) => one.id === id);
    this.state.asked.splice(place, 1);
    this.showAsked();
    const next = this.state.asked[Math.min(place, this.state.asked.length - 1)];
    (next ? this.items.get(next.id).words : this.add).focus();
    this.onchange();
  }

  show() {
    for (const name of LINES) {
      const value = this.state[name] ?? "";
      if (this[name].value !== value) this[name].value = value;
    }
    this.showRounds();
    if (!this.state.asked.length) this.state.asked.push(emptyAsked(newId()));
    this.showAsked();
  }

  showAsked() {
    const known = new Set(this.state.asked.map(({ id }) => id));
    for (const [id, item] of this.items) {
      if (known.has(id)) continue;
      item.node.remove();
      this.items.delete(id);
    }
    this.state.asked.forEach((one, index) => {
      let item = this.items.get(one.id);
      if (item) item.update(one);
      else {
        item = new AskedItem(this.page, one, { onchange: this.onchange, onremove: () => this.removeItem(one.id) });
        this.items.set(one.id, item);
      }
      item.number(index + 1);
      // Moving an element takes the focus away from it.
      if (this.asked.children[index] !== item.node) this.asked.insertBefore(item.node, this.asked.children[index] ?? null);
    });
  }

  // ---- as the box of a field

  read() {
    return compose(this.state);
  }

  write(text) {
    this.state = parse(text);
    this.show();
  }

  lock(isLocked) {
    this.node.disabled = isLocked;
  }
}
