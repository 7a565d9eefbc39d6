// Drafts in the browser's storage: what was typed, until the host says that it is stored.
//
// A draft is {text, base, sent, place, at}: the text, the revision that it builds on (null if it was typed
// before the stored text was known), the fingerprints of saves that may have arrived, what its question is
// called, and when it was kept. `left` is set when its form was closed.

import { openForms } from "../shared/open_forms.js";
import { itemNames, readItem, writeItem } from "../shared/storage.js";

const FRESH = 2000; // ms; a newer draft may belong to a window in which somebody is typing

const readDraft = (key) => {
  try {
    return JSON.parse(readItem(key));
  } catch {
    return null; // not one of ours
  }
};

export class Drafts {
  constructor(workbook, view) {
    this.prefix = `prepkit:${workbook}:`;
    this.view = view;
    this.failed = false;
  }

  key(question, field, view = this.view) {
    return `${this.prefix}${question}:${field}:${view}`;
  }

  keep(question, field, draft) {
    this.failed = !writeItem(this.key(question, field), JSON.stringify({ ...draft, at: Date.now() }));
  }

  drop(question, field, view = this.view) {
    writeItem(this.key(question, field, view), null);
  }

  // The form is closed: nobody types into this draft any more, so another view may have it at once.
  leave(question, field) {
    const key = this.key(question, field);
    const draft = readDraft(key);
    if (draft) writeItem(key, JSON.stringify({ ...draft, left: true }));
  }

  // Every draft of the workbook, oldest first. Some belong to other views, which may be long gone.
  all() {
    const keys = itemNames(this.prefix);
    if (!keys) this.failed = true;
    return (keys ?? [])
      .map((key) => {
        const [question, field, view] = key.slice(this.prefix.length).split(":");
        return { ...readDraft(key), question, field, view };
      })
      .filter((draft) => typeof draft.text === "string")
      .sort((a, b) => a.at - b.at);
  }

  of(question, field) {
    return this.all().filter((draft) => draft.question === question && draft.field === field);
  }

  // The drafts that no other form of this window looks after itself.
  unowned() {
    const others = [...openForms()].map(({ view }) => view).filter((view) => view !== this.view);
    return this.all().filter(({ view }) => !others.includes(view));
  }

  // How long to wait, in ms, until a draft is surely not of a window in which somebody is typing.
  wait({ view, left, at }) {
    return left || view === this.view ? 0 : Math.max(0, at + FRESH - Date.now());
  }
}
