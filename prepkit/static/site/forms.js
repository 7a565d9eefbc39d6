// Which parts an answer has, by the kind of its question: {kind: [{name, title, words}, …]}; and what each
// status of an answer is called: {untouched, started, complete}. Pure.

import { KEY_POINTS } from "../shared/fields.js";
import { t } from "../shared/language.js";
import { countWords, leastWords } from "../shared/words.js";

export class Forms {
  constructor(kinds, states) {
    this.kinds = kinds;
    this.states = states;
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

  titleOf(state) {
    return t(this.states[state]);
  }

  // What lists show beside a question: nothing where its answer isn't started.
  markOf(state) {
    return state === "untouched" ? "" : this.titleOf(state);
  }

  // The fields of one answer in the order of the form that has them all. (Several forms may have
  // a single field; no form has all of them where a question has changed its kind.)
  inOrder(names) {
    const orders = Object.values(this.kinds).map((parts) => [...parts, KEY_POINTS].map(({ name }) => name));
    const order = orders.find((each) => names.every((name) => each.includes(name))) ?? this.fields;
    const unknown = names.filter((name) => !order.includes(name));
    return [...order.filter((name) => names.includes(name)), ...unknown];
  }

  // "untouched", "started" or "complete", for a Map of fields, each with a `text`. Where the kind
  // isn't known, an answer is complete if it has all that any one form wants.
  stateOf(fields, kind) {
    const textOf = ({ name }) => fields.get(name)?.text ?? "";
    const isWritten = (part) => countWords(textOf(part)) >= leastWords(part.words);
    const candidates = this.kinds[kind] ? [this.kinds[kind]] : Object.values(this.kinds);
    if (candidates.some((parts) => parts.every(isWritten))) return "complete";
    return candidates.flat().some((part) => textOf(part).trim()) ? "started" : "untouched";
  }
}
