// Drafts in the browser's storage: what was typed, until the host says that it is stored.

import { itemNames, readItem, writeItem } from "../shared/storage.js";

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
}
