// Which parts an answer has, by the kind of its question: {kind: [{name, title}, …]}. Pure.

import { KEY_POINTS } from "../shared/fields.js";

export class Forms {
  constructor(kinds) {
    this.kinds = kinds;
    const parts = Object.values(kinds).flat();
    // A part of the same name may be in several forms.
    this.titles = new Map([...parts, KEY_POINTS].map(({ name, title }) => [name, title]));
    this.fields = [...this.titles.keys()];
  }

  title(field) {
    return this.titles.get(field) ?? field;
  }

  field(title) {
    return this.fields.find((name) => this.titles.get(name) === title);
  }

  // The fields of one answer in the order in which they are written and read: that of the form which
  // has them all. (A single one may be of several; where a question has changed its kind, of none.)
  inOrder(names) {
    const orders = Object.values(this.kinds).map((parts) => [...parts, KEY_POINTS].map(({ name }) => name));
    const order = orders.find((each) => names.every((name) => each.includes(name))) ?? this.fields;
    const unknown = names.filter((name) => !order.includes(name));
    return [...order.filter((name) => names.includes(name)), ...unknown];
  }

  // "untouched", "started" or "complete", for a Map of fields, each with a `text`. Without a known
  // kind, an answer is complete that has every part of some form.
  stateOf(fields, kind) {
    const isFilled = ({ name }) => Boolean(fields.get(name)?.text.trim());
    const candidates = this.kinds[kind] ? [this.kinds[kind]] : Object.values(this.kinds);
    if (candidates.some((parts) => parts.every(isFilled))) return "complete";
    return candidates.flat().some(isFilled) ? "started" : "untouched";
  }
}
