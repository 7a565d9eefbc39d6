// The browser's store as the form sees it: a model that answers the same messages as a widget's.

import { t } from "../shared/language.js";
import { explained } from "./database.js";
import { Conflict } from "./browser_store.js";

const SITE_WORDS = {
  silent: t("this browser's storage isn't responding."),
  wait: t("If this message stays, reload the page."),
  gone: t("this page has lost its connection to the browser's storage."),
  again: t("Reload the page."),
  recorded: t("Saved. It goes into your export, and the workbook then tells you when to practise this again."),
};

const told = ({ text, revision, saved_at }) => ({ text, revision, saved_at });

export class BrowserModel {
  // `words` replace some of the site's.
  constructor(store, question, heading, words = {}) {
    this.store = store;
    const opens = document.body.dataset.root !== undefined; // a single page knows no others
    this.values = { question, heading, workbook: store.name, embedded: true, words: { ...SITE_WORDS, ...words }, opens };
    this.handlers = new Map();
    this.view = null; // the id of the form that is shown
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

  // Does what the form asks for, and returns the answer; null if there is none.
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
    if (type === "open") location.assign(`${document.body.dataset.root}questions/${question}.html`);
    return null; // such as the message that a rehearsal began: the site keeps no log of it
  }

  async changed({ question, field, by }) {
    const own = this.values.question.id;
    if (by === this.view || (question !== undefined && question !== own)) return;
    let found = [];
    try {
      found = await this.store.answer(own);
    } catch {
      return; // the form has the same problem the next time it asks, and shows it then
    }
    for (const each of found) {
      if (field === undefined || field === each.field) {
        this.hear({ type: "changed", question: own, field: each.field, by, ...told(each) });
      }
    }
  }
}
