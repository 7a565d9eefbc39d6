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

  // For sorting by field, as the forms have them.
  order(field) {
    const place = this.fields.indexOf(field);
    return place < 0 ? this.fields.length : place;
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
