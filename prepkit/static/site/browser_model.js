// What the form of a page talks to: the browser's store, as a model with the messages of a widget.

import { explained } from "./database.js";
import { Conflict } from "./browser_store.js";

const SITE_WORDS = {
  silent: "this browser's storage does not answer.",
  wait: "Wait a moment, or reload the page.",
  gone: "this page is cut off from the browser's storage.",
  again: "Reload the page to go on.",
  recorded: "Saved. It is part of your export: prepkit then tells you when to practise this again.",
};

const told = ({ text, revision, saved_at }) => ({ text, revision, saved_at });

export class BrowserModel {
  constructor(store, question, heading) {
    this.store = store;
    this.values = { question, heading, workbook: store.name, embedded: true, words: SITE_WORDS };
    this.handlers = new Map();
    this.view = null; // of the form that is shown
    store.onchange((change) => this.changed(change));
  }

  get(name) {
    return this.values[name];
  }

  on(name, handler) {
    this.handlers.set(name, [...(this.handlers.get(name) ?? []), handler]);
  }

  off(name, handler) {
    this.handlers.set(name, (this.handlers.get(name) ?? []).filter((each) => each !== handler));
  }

  hear(message) {
    for (const handler of this.handlers.get("msg:custom") ?? []) handler(message);
  }

  send(message) {
    this.view = message.view;
    this.answered(message).then((answer) => {
      if (answer) this.hear({ ...message, ...answer });
    });
  }

  async answered(message) {
    try {
      return await this.done(message);
    } catch (error) {
      if (error instanceof Conflict) return { type: "conflict", ...told(error.current) };
      return { type: "error", about: message.type, message: explained(error) };
    }
  }

  // Does what the form asks for, and returns the answer; null where there is none.
  async done(message) {
    const { type, question, field } = message;
    if (type === "load") {
      const found = await this.store.answer(question);
      return { type: "answer", fields: Object.fromEntries(found.map((each) => [each.field, told(each)])) };
    }
    if (type === "save") {
      const saved = await this.store.save({ ...message, by: message.view });
      return { type: "saved", ...told(saved) };
    }
    if (type === "history") return { type, revisions: await this.store.history(question, field) };
    if (type === "review") {
      await this.store.addReview(message);
      return { type: "reviewed" };
    }
    return null; // nobody is told that somebody practises
  }

  async changed({ question, field, by }) {
    const own = this.values.question.id;
    if (by === this.view || (question !== undefined && question !== own)) return;
    let found = [];
    try {
      found = await this.store.answer(own);
    } catch {
      return; // the form meets the same trouble when it next asks, and says so
    }
    for (const each of found) {
      if (field === undefined || field === each.field) {
        this.hear({ type: "changed", question: own, field: each.field, by, ...told(each) });
      }
    }
  }
}
