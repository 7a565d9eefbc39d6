// Drafts of questions that aren't on the screen. They are saved whenever the form loads, so that no text
// waits until its question is picked again: one after the other, by the rules of leftovers.js. Where
// another text was stored meanwhile, nothing is overwritten: the draft stays, and news.js says where.

import { KEY_POINTS } from "../shared/fields.js";
import { openForms } from "../shared/open_forms.js";
import { hasArrived, verdictOf } from "./leftovers.js";
import { News } from "./news.js";
import { PATIENCE, Retry } from "./retry.js";

// What the draft's question is called; an older prepkit's draft doesn't say.
const placeOf = ({ place, question }) => place ?? question;

export class OtherDrafts {
  // One for all forms that a view shows one after the other; `form` is the one on the screen.
  constructor() {
    this.form = null;
    this.news = new News();
    this.queue = [];
    this.kept = new Map(); // what questions are called whose drafts stay, by id
    this.draft = null; // the one that the host is asked about now
    this.stored = null; // and what the host has in its place
    this.seq = null; // of the save that waits for its answer
    this.retry = new Retry(() => this.look());
  }

  // Returns the element that shows the news.
  attach(form) {
    this.form = form;
    return this.news.attach(form);
  }

  // Looks through all drafts. A window that shows several forms of a store leaves this to the first.
  look() {
    if (this.draft || this.form.readOnly) return;
    clearTimeout(this.later);
    this.retry.stop();
    const { drafts, model, view } = this.form;
    const [first] = [...openForms()].filter(({ workbook }) => workbook === model.get("workbook"));
    if (first.view !== view) return;
    const shown = [...openForms()].map(({ question }) => question);
    const others = drafts.unowned().filter(({ question }) => !shown.includes(question));
    const young = others.map((draft) => drafts.wait(draft)).filter(Boolean);
    if (young.length) this.later = setTimeout(() => this.look(), Math.min(...young));
    this.queue = others.filter((draft) => !drafts.wait(draft));
    this.kept = new Map();
    this.next();
  }

  next() {
    clearTimeout(this.ear);
    this.draft = this.queue.shift() ?? null;
    if (this.draft) this.ask("load");
    else this.news.show(this.kept);
  }

  // Sends a message about the draft.
  ask(type, more = {}) {
    clearTimeout(this.ear);
    const { question, field } = this.draft;
    if (this.form.post({ type, question, field, ...more })) this.ear = setTimeout(() => this.missed(), PATIENCE);
    else this.missed();
  }

  missed() {
    this.stop();
    this.retry.later();
  }

  receive(message) {
    const { draft } = this;
    if (!draft || message.question !== draft.question) return;
    const { type, fields, field } = message;
    if (type === "answer") this.judge(fields[draft.field] ?? { text: "", revision: 0 });
    else if (field !== draft.field) return;
    else if (type === "history") this.historyKnown(message.revisions);
    else if (type === "saved" && message.seq === this.seq) this.saved();
    else if (type === "conflict" && message.seq === this.seq) this.judge(message);
    else if (type === "error") this.missed();
  }

  judge({ text, revision }) {
    this.stored = { text, revision };
    const verdict = verdictOf(this.draft, this.stored);
    if (verdict === "drop") this.drop();
    else if (verdict === "take") this.save();
    else this.ask("history");
  }

  historyKnown(revisions) {
    const { draft, stored } = this;
    if (hasArrived(draft, revisions)) this.drop();
    else if (stored.revision === 0 || draft.field === KEY_POINTS.name) this.save();
    else {
      this.kept.set(draft.question, placeOf(draft));
      this.next();
    }
  }

  save() {
    this.seq = this.form.numbers.next().value;
    this.ask("save", { seq: this.seq, text: this.draft.text, based_on: this.stored.revision });
  }

  saved() {
    this.retry.reset();
    this.news.saved.set(this.draft.question, placeOf(this.draft));
    this.drop();
  }

  // Unless something was typed into it meanwhile.
  drop() {
    const { question, field, view, text } = this.draft;
    const { drafts } = this.form;
    const [now] = drafts.of(question, field).filter((draft) => draft.view === view);
    if (now?.text === text) drafts.drop(question, field, view);
    this.next();
  }

  stop() {
    clearTimeout(this.ear);
    clearTimeout(this.later);
    this.retry.stop();
    this.queue = [];
    this.draft = null;
  }
}
