// Drafts that earlier views of a field left behind. Each is looked at when the field has nothing left to
// save: a draft that is stored is dropped; one that was never stored goes into the box, or becomes a
// second version to choose from.

import { fingerprint } from "../shared/ids.js";

// What to do with a draft beside the text that is stored: "drop" it, "take" it as the newer text, or "ask"
// for the history, which shows whether it arrived there.
export const verdictOf = (draft, stored) => {
  if (draft.text === stored.text) return "drop";
  const continues = draft.base === stored.revision || draft.sent?.includes(fingerprint(stored.text));
  return continues ? "take" : "ask";
};

// Whether a draft was stored after the text that it builds on.
export const hasArrived = (draft, revisions) =>
  revisions.some((past) => past.text === draft.text && past.revision > (draft.base ?? 0));

export class Leftovers {
  constructor(field) {
    this.field = field;
    this.drafts = [];
    this.asked = false; // whether the host was asked for the field's history
    this.timer = null;
  }

  get store() {
    return this.field.form.drafts;
  }

  stored() {
    const { question, name } = this.field;
    return this.store.unowned().filter((draft) => draft.question === question && draft.field === name);
  }

  // Finds the drafts of this field: this view's own, too, or only those of forms that were closed.
  find({ mine = false, onlyLeft = false }) {
    const others = this.stored().filter((draft) => mine || draft.view !== this.store.view);
    this.drafts = others.filter(({ left }) => left || !onlyLeft);
  }

  hasMine() {
    return this.drafts.some((draft) => draft.view === this.store.view);
  }

  look() {
    const { field } = this;
    const [draft] = this.drafts;
    if (!draft || this.asked || field.conflict || field.dirty || field.form.readOnly) return;
    const wait = this.store.wait(draft);
    const verdict = verdictOf(draft, { text: field.stored, revision: field.revision });
    if (wait) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.lookAgain(), wait);
    } else if (verdict === "drop") this.drop();
    else if (verdict === "take") this.take();
    else this.asked = field.form.post({ type: "history", question: field.question, field: field.name });
  }

  lookAgain() {
    const known = new Set(this.drafts.map((draft) => draft.view));
    this.drafts = this.stored().filter((draft) => known.has(draft.view));
    this.look();
  }

  drop() {
    this.store.drop(this.field.question, this.field.name, this.drafts.shift().view);
    this.look();
  }

  take(conflict = null) {
    const { field } = this;
    const draft = this.drafts.shift();
    field.box.write(draft.text);
    field.conflict = conflict;
    if (conflict) field.revision = draft.base ?? 0; // as in the view that left the draft
    field.keepDraft();
    if (draft.view !== this.store.view) this.store.drop(field.question, field.name, draft.view);
    if (!conflict) field.send();
    field.form.refresh();
  }

  // The host has sent the field's history, which shows whether the draft arrived there.
  historyKnown(revisions) {
    if (!this.asked) return;
    this.asked = false;
    const { field } = this;
    const [draft] = this.drafts;
    if (!draft || field.dirty || field.conflict) return; // looked at again when all is saved
    if (hasArrived(draft, revisions)) this.drop();
    else if (field.revision === 0) this.take();
    else if (field.box.merge) {
      draft.text = field.box.merge(field.stored, draft.text, field.stored);
      this.take();
    } else {
      const { stored: text, revision, savedAt: saved_at } = field;
      this.take({ text, revision, saved_at, early: draft.base === null });
    }
  }

  stop() {
    clearTimeout(this.timer);
  }
}
