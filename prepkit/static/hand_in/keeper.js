// Keeps what a notebook carries the same as what its host has stored.
//
// First it gives the host what the open notebook carries, which may come from another computer: only when
// the host has added that to its store is anything put into the notebook. Then it asks for the answers
// whenever something was saved. It starts as soon as the host is there: a front end may not draw an output
// that is out of view.
//
// When the notebook is saved, what stands in the boxes at that moment goes into it too, stored or not.
//
// The messages, through `model`:
//   to the host    carried · carry · edit
//   from the host  taken · left · again · changed · answers · error
// An answer carries the id of the keeper that asked, because a host's messages reach every window.

import { newId } from "../shared/ids.js";
import { openForms } from "../shared/open_forms.js";
import { timeOfDay } from "../shared/text.js";
import { carriedIn, carriedOnDisk, distinct, documentOf, MIME, ofStudent, putInto, withTyped } from "./notebook.js";

const QUIET = 300; // ms to gather changes in
const SHARE = 4; // asking takes at most one in so many ms
const PATIENCE = 10000; // ms until a missing answer is called one
const AGAIN_AFTER = 5000; // ms after an error until the host is asked again
const LONGEST_SAVE = 10000; // ms to wait for the end of a save; one cancelled in a dialog doesn't tell it
const LOOK = 50; // ms between two looks at that

const BEFORE = "When you are done, save this notebook and send it to your coach.";
const AGAIN = "Before you save this notebook, run all of it once more (“Run All” or “Run All Cells”).";
const NOT_YET = "Not in the notebook yet: what you wrote last. Wait a moment before you save it.";
const NO_ANSWER =
  "Not in the notebook yet: what you wrote last, because the notebook isn't responding. " +
  "Choose Run > Run All Cells, then save it.";
const NO_PLACE =
  "Not in the notebook: your answers, because it is another student's now. They are safe on this computer. " +
  "Open the notebook that your coach sent you, and choose Run > Run All Cells.";

// The newest keeper of each open notebook: cells that were run again leave an earlier one behind. The
// script of each widget is loaded on its own, so keepers know of each other only by what stands here.
const NAME = Symbol.for("prepkit.keepers");
const newest = () => {
  globalThis[NAME] ??= new WeakMap();
  return globalThis[NAME];
};

export class Keeper {
  constructor(model) {
    this.model = model;
    this.name = model.get("name");
    this.student = model.get("student");
    this.notebook = documentOf(model);
    this.id = newId();
    this.notes = new Set(); // the elements that show the note
    this.note = this.rest;
    this.found = []; // what the notebook carried when this began
    this.taken = false; // whether the host has added that to its store
    this.left = false; // whether the host can't read it: then it stays as it is
    this.data = null; // the newest answers of the host
    this.timer = null; // of a request to come
    this.waiting = null; // of an answer to come
    this.asked = null; // when, while an answer is awaited
    this.later = false; // whether something has changed since then
    this.pause = QUIET;
    this.isSaving = false; // whoever asked for it
    this.pressed = 0; // how often the button was
    this.onmessage = (message) => this.receive(message);
    this.onsave = (_context, state) => {
      this.isSaving = state === "started";
      if (state === "started") this.putTyped();
    };
    this.oninput = ({ target }) => {
      if (target.closest?.(".pk-form")) this.say(NOT_YET);
    };
    this.look = () => {
      if (document.visibilityState === "visible" && this.isNewest) this.askSoon();
    };
    this.start();
  }

  start() {
    this.model.on("msg:custom", this.onmessage);
    window.addEventListener("focus", this.look);
    document.addEventListener("visibilitychange", this.look);
    if (this.notebook) {
      newest().set(this.notebook, this);
      this.notebook.saveState.connect(this.onsave);
    } else {
      document.addEventListener("input", this.oninput, true);
    }
    this.ask();
  }

  stop() {
    clearTimeout(this.timer);
    clearTimeout(this.waiting);
    this.model.off("msg:custom", this.onmessage);
    window.removeEventListener("focus", this.look);
    document.removeEventListener("visibilitychange", this.look);
    this.notebook?.saveState.disconnect(this.onsave);
    document.removeEventListener("input", this.oninput, true);
  }

  get isNewest() {
    return !this.notebook || newest().get(this.notebook) === this;
  }

  // The boxes of all forms in this window that belong to this student.
  get fields() {
    const workbook = this.model.get("workbook");
    return [...openForms()].filter((form) => form.workbook === workbook).flatMap((form) => form.fields);
  }

  // What is said while nothing is the matter.
  get rest() {
    if (this.model.get("read_only")) {
      return `These are the answers of ${this.model.get("student")}, to read. Nothing changes them here.`;
    }
    return this.notebook ? BEFORE : AGAIN;
  }

  say(text) {
    this.note = text;
    for (const node of this.notes) if (node.textContent !== text) node.textContent = text;
  }

  // ---- to the host

  askSoon(pause = this.pause) {
    this.timer ??= setTimeout(() => this.ask(), pause);
  }

  ask() {
    clearTimeout(this.timer);
    this.timer = null;
    this.later = this.asked !== null;
    if (this.later || this.left) return;
    this.asked = Date.now();
    this.waiting = setTimeout(() => this.giveUp(), PATIENCE);
    if (this.taken) this.post({ type: "carry", display: !this.notebook });
    else this.give();
  }

  async give() {
    if (this.notebook) {
      const open = carriedIn(this.notebook.model.toJSON());
      this.found = distinct([...this.found, ...open]);
      const pause = () => new Promise((resolve) => setTimeout(resolve, QUIET));
      this.found = distinct([...this.found, ...(await carriedOnDisk(this.notebook, pause))]);
    }
    this.post({ type: "carried", found: this.found, hidden: !this.notebook });
  }

  edit() {
    this.post({ type: "edit" });
  }

  post(message) {
    try {
      this.model.send({ ...message, by: this.id });
    } catch {
      clearTimeout(this.waiting);
      this.giveUp(); // the kernel that knew this is gone
    }
  }

  giveUp() {
    this.asked = null;
    if (!this.notebook) this.say(NO_ANSWER); // elsewhere, a save takes what stands in the boxes
  }

  // ---- from the host

  receive(message) {
    if (message.type === "changed" && document.visibilityState === "visible" && this.isNewest) {
      this.say(this.notebook ? this.rest : NOT_YET);
      this.askSoon();
    }
    if (message.by !== this.id) return;
    clearTimeout(this.waiting);
    if (this.asked !== null) this.pause = Math.max(QUIET, SHARE * (Date.now() - this.asked));
    this.asked = null;
    if (message.type === "error") {
      this.say(message.message);
      this.askSoon(AGAIN_AFTER);
    } else if (message.type === "left") {
      this.left = true;
      this.say(message.message);
    } else if (message.type === "answers") {
      this.answered(message.data);
    } else {
      this.taken = message.type === "taken"; // otherwise “again”: the host has another store now
      this.askSoon(0);
    }
    if (this.later) this.askSoon();
  }

  answered(data) {
    if (!this.notebook) {
      const isBehind = this.later || this.timer !== null || this.fields.some(({ dirty, flight }) => dirty || flight);
      this.say(isBehind ? NOT_YET : AGAIN);
      return;
    }
    if (!this.isNewest) return;
    this.data = data;
    if (!putInto(this.notebook, this, data)) this.say(NO_PLACE);
    else if (!this.note.startsWith("Saved")) this.say(this.rest);
  }

  // ---- saving

  // Puts what stands in the boxes into the notebook, which is about to be saved.
  putTyped() {
    if (!this.isNewest || this.left) return;
    const { fields } = this;
    const known = this.data?.[MIME] ?? ofStudent(this.found, this.student);
    const answers = withTyped(known, fields, new Date().toISOString());
    // Also if nothing was typed: an output that was just made anew may know less than the metadata.
    if (known || fields.some(({ text }) => text)) putInto(this.notebook, this, { ...this.data, [MIME]: answers });
  }

  // JupyterLab would take the file of a save that has just ended for somebody else's, and ask whether to
  // overwrite it.
  async noSaveUnderWay() {
    const latest = Date.now() + LONGEST_SAVE;
    while (this.isSaving && Date.now() < latest) await new Promise((resolve) => setTimeout(resolve, LOOK));
  }

  async save() {
    this.say("Saving …");
    const press = ++this.pressed;
    try {
      await this.noSaveUnderWay();
      await this.notebook.save();
      if (press < this.pressed) return; // the next one says how it went
      const name = this.notebook.path.split("/").at(-1);
      this.say(`Saved at ${timeOfDay(new Date())}. Send the file ${name} to your coach.`);
    } catch (error) {
      this.say(`The notebook could not be saved: ${error.message}`);
    }
  }
}
