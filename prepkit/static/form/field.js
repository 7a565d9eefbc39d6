// One field: what is in its box, what is stored, and how the first becomes the second.
//
// `stored` and `revision` belong to the text that this view builds on. The host answers a save with the
// number that it was sent with; until then nothing else of this field is sent.

import { fingerprint } from "../shared/ids.js";
import { Leftovers } from "./leftovers.js";
import { PATIENCE, Retry } from "./retry.js";

const QUIET = 400; // ms without a key before a save
const LONGEST = 1000; // ms that steady typing may delay a save
const RESTED = 10000; // ms without a key after which even text that is half composed is saved

export class Field {
  constructor(form, question, name, title, box) {
    Object.assign(this, { form, question, name, title, box });
    this.revision = null; // of the stored text; null until the host has sent it
    this.stored = "";
    this.savedAt = null;
    this.flight = null; // the number of the save that waits for its answer
    this.sent = []; // saves not known to have arrived: {seq, mark}
    // The stored text that was written somewhere else: {text, revision, saved_at}, and `early` if the text
    // in the box was typed before that one had loaded.
    this.conflict = null;
    this.closed = false;
    this.composing = false; // whether an input method still asks which characters are meant
    this.choice = null; // a text to put into the box as soon as the one that is in it is stored
    this.refusal = ""; // why the host did not save
    this.remedy = ""; // and what to do about it
    this.unheard = false;
    this.leftovers = new Leftovers(this);
    this.retry = new Retry(() => this.send());
  }

  get text() {
    return this.box.read();
  }

  get dirty() {
    return this.text !== this.stored;
  }

  get state() {
    if (this.conflict) return "conflict";
    if (this.refusal) return "refused";
    if (this.unheard && this.dirty) return "unheard";
    if (this.revision === null) return this.form.notices.has("load") ? "unread" : "loading";
    if (this.dirty || this.flight) return "saving";
    return this.revision ? "saved" : "empty";
  }

  // ---- saving

  typed() {
    this.keepDraft();
    if (this.closed) {
      this.form.drafts.leave(this.question, this.name); // typed before the box was replaced
      return;
    }
    if (!this.dirty && !this.flight) this.dropDraft();
    if (this.composing) this.rest();
    else this.schedule();
    this.form.refresh();
  }

  // Text that is half composed is kept as a draft only: no version of the answer should have it.
  compose(composing) {
    if (this.composing === composing) return;
    this.composing = composing;
    clearTimeout(this.resting);
    if (!composing) this.typed();
  }

  // The keyboards of phones compose each word, and the last one until something else is touched.
  rest() {
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.compose(false), RESTED);
  }

  keepDraft() {
    const { text } = this;
    const base = this.conflict?.early ? null : this.revision;
    const sent = this.sent.map((save) => save.mark);
    this.form.drafts.keep(this.question, this.name, { text, base, sent, place: this.form.place });
  }

  dropDraft() {
    this.form.drafts.drop(this.question, this.name);
  }

  schedule() {
    if (this.unheard || this.flight) return; // the retry or the answer will send the newest text
    clearTimeout(this.timer);
    this.since ??= Date.now();
    const left = this.since + LONGEST - Date.now();
    this.timer = setTimeout(() => this.send(), Math.max(0, Math.min(QUIET, left)));
  }

  send() {
    clearTimeout(this.timer);
    this.retry.stop();
    this.timer = null;
    this.since = null;
    if (this.composing || this.revision === null || this.conflict || this.flight || !this.dirty) return;
    const text = this.text;
    this.flight = this.form.takeOff(this, text);
    this.sent.push({ seq: this.flight, mark: fingerprint(text) });
    this.keepDraft();
    this.ear = setTimeout(() => this.missed(), PATIENCE);
    const { question, name: field, revision: based_on, flight: seq } = this;
    if (!this.form.post({ type: "save", seq, question, field, text, based_on })) this.missed();
    this.form.refresh();
  }

  missed() {
    this.stopWaiting();
    this.unheard = true;
    this.giveUpChoice();
    this.retry.later();
    this.form.refresh();
  }

  stopWaiting() {
    clearTimeout(this.ear);
    this.flight = null;
  }

  // ---- the host's answers

  heard(seq) {
    if (seq === undefined || seq === this.flight) this.stopWaiting();
    this.retry.reset();
    this.unheard = false;
    this.refusal = "";
  }

  saved(text, { seq, revision, saved_at }) {
    this.heard(seq);
    this.sent = this.sent.filter((save) => save.seq > seq);
    if (this.revision === null) return; // the answer to `load` is still to come, with the same text
    if (revision >= this.revision) this.know({ text, revision, saved_at });
    if (this.conflict && revision > this.conflict.revision) this.conflict = null;
    if (this.choice) {
      const { text: chosen } = this.choice;
      this.choice = null;
      this.box.lock(false);
      this.box.write(chosen);
    }
    this.settle();
  }

  refused({ seq, message, remedy = "" }) {
    this.heard(seq);
    this.giveUpChoice();
    this.refusal = message;
    this.remedy = remedy;
    this.retry.later();
  }

  contested({ seq, text, revision, saved_at }) {
    this.heard(seq);
    this.giveUpChoice();
    this.meet({ text, revision, saved_at });
  }

  // What is stored now: the answer to `load`, or what another view has saved.
  told(stored) {
    if (this.revision === null) {
      this.toldFirst(stored);
      return;
    }
    if (this.unheard) this.heard();
    this.leftovers.asked = false;
    if (!this.leftovers.drafts.length) this.leftovers.find({ onlyLeft: true });
    if (stored.revision > this.revision && !this.flight) {
      if (this.dirty) {
        this.meet(stored);
        return;
      }
      this.adopt(stored);
    }
    this.settle();
  }

  toldFirst(stored) {
    const early = this.text;
    this.leftovers.find({ mine: !early });
    if (early === "" || early === stored.text) {
      this.adopt(stored);
      this.settle();
    } else {
      this.revision = 0; // typed before the stored text was known
      this.meet({ ...stored, early: true });
    }
  }

  know({ text, revision, saved_at }) {
    this.stored = text;
    this.revision = revision;
    this.savedAt = saved_at;
  }

  // Puts the stored text into the box, which may change it: its line ends, for example.
  adopt(stored) {
    this.know(stored);
    this.box.write(stored.text);
    this.stored = this.text;
  }

  // A stored text that is newer than the one that this view builds on.
  meet(stored) {
    if (stored.revision > 0 && stored.revision <= (this.conflict ?? this).revision) {
      this.settle(); // known already: a kernel's threads may answer out of order
      return;
    }
    const base = this.stored;
    const own = this.revision !== null && this.wasSent(stored.text);
    if (stored.text === this.text || own || stored.revision === 0 || this.box.merge) {
      if (this.box.merge && !own) this.box.write(this.box.merge(base, this.text, stored.text));
      this.conflict = null;
      this.know(stored);
      this.settle();
    } else {
      this.conflict = { ...stored, early: Boolean(stored.early ?? this.conflict?.early) };
      this.keepDraft();
      this.form.refresh();
    }
  }

  wasSent(text) {
    const mark = fingerprint(text);
    return this.sent.some((save) => save.mark === mark);
  }

  settle() {
    if (this.conflict) {
      this.form.refresh();
      return;
    }
    if (this.dirty) {
      this.keepDraft();
      if (!this.timer) this.send();
    } else if (!this.flight) {
      this.sent = [];
      if (!this.leftovers.hasMine()) this.dropDraft();
      this.leftovers.look();
    }
    this.form.refresh();
  }

  // Another window has taken over this view's draft, and will store its text.
  draftTaken(draft) {
    this.sent.push({ seq: Infinity, mark: fingerprint(draft.text) });
    if (this.dirty) this.keepDraft();
  }

  // ---- the candidate's choices

  keepMine() {
    this.know(this.conflict);
    this.conflict = null;
    this.settle();
  }

  keepBoth() {
    this.box.write(`${this.conflict.text.trimEnd()}\n\n${this.text.trimStart()}`);
    this.keepMine();
  }

  useOther() {
    const { conflict } = this;
    this.know(conflict);
    this.conflict = null;
    this.replaceWith(conflict.text, conflict);
  }

  // Replaces the text in the box, which is saved as a revision first.
  replaceWith(text, conflict = null) {
    if (this.dirty) {
      this.choice = { text, conflict };
      this.box.lock(true);
    } else {
      this.box.write(text);
    }
    this.stopWaiting();
    this.send();
    this.form.refresh();
  }

  giveUpChoice() {
    if (!this.choice) return;
    this.conflict = this.choice.conflict;
    this.choice = null;
    this.box.lock(false);
  }

  close() {
    this.compose(false);
    this.closed = true;
    this.send();
    this.form.drafts.leave(this.question, this.name);
    this.retry.stop();
    this.leftovers.stop();
    clearTimeout(this.timer);
    clearTimeout(this.ear);
  }
}
