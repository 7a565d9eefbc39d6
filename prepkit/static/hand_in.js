// Keeps a notebook's hand-in up to date: it asks the host for the answers, and puts them into an output
// of the open document, so that they are in the file when it is saved.
//
// The messages, through `model`:
//   to the host    carry
//   from the host  changed · answers · error
// An answer carries the id of the keeper that asked, because a host's messages reach every window.
//
// JupyterLab and Notebook let a widget change the open document. In other programs the host updates the
// output, but none of them does that in a document that was closed and opened again.

import { button, element } from "./shared/dom.js";
import { newId } from "./shared/ids.js";
import { keepKeys } from "./shared/keys.js";
import { timeOfDay } from "./shared/text.js";

const QUIET = 300; // ms to gather changes in
const TYPED = 700; // ms that a form needs to store what was typed last
const SHARE = 4; // asking takes at most one in so many ms
const PATIENCE = 10000; // ms until a missing answer is called one

const BEFORE = "When you are done, save this notebook and send it to your coach.";
const AGAIN = "Before you save this notebook, run all of it once more (“Run All” or “Run All Cells”).";
const NO_ANSWER =
  "The notebook isn't responding, so what you wrote last may be missing in it. " +
  "Choose Run > Run All Cells, then save the notebook.";
const NO_OUTPUT =
  "Your answers are safe, but they are no longer in this notebook. " +
  "Choose Run > Run All Cells, then save the notebook.";

const documentOf = (model) => {
  try {
    const { context } = model.widget_manager;
    return context.model.cells && context.save ? context : null;
  } catch {
    return null;
  }
};

const same = (one, other) => {
  if (one === other) return true;
  if (!one || !other || typeof one !== "object" || typeof other !== "object") return false;
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length && names.every((name) => same(one[name], other[name]))
  );
};

// The outputs that carry the answers of one host, each with its place.
const carriers = (notebook, name) => {
  const { cells } = notebook.model;
  const found = [];
  for (let place = 0; place < cells.length; place++) {
    const { outputs } = cells.get(place);
    for (let number = 0; number < (outputs?.length ?? 0); number++) {
      const output = outputs.get(number);
      if (output.metadata.prepkit?.hand_in === name) found.push([outputs, number, output]);
    }
  }
  return found;
};

// Keeps the hand-in of one host up to date. It starts as soon as the host is there: a front end may not
// draw an output that is out of view.
class Keeper {
  constructor(model) {
    this.model = model;
    this.name = model.get("name");
    this.notebook = documentOf(model);
    this.id = newId();
    this.notes = new Set(); // the elements that show the note
    this.note = this.notebook ? BEFORE : AGAIN;
    this.timer = null; // of a request to come
    this.waiting = null; // of an answer to come
    this.asked = null; // when, while an answer is awaited
    this.later = false; // whether something has changed since then
    this.saving = false;
    this.pause = QUIET;
    this.onmessage = (message) => this.receive(message);
    this.look = () => {
      if (document.visibilityState !== "visible") return;
      if (!this.notebook || carriers(this.notebook, this.name).length) this.askSoon();
    };
    model.on("msg:custom", this.onmessage);
    window.addEventListener("focus", this.look);
    document.addEventListener("visibilitychange", this.look);
    this.look(); // something may have been stored while the document was closed
  }

  say(text) {
    this.note = text;
    for (const node of this.notes) if (node.textContent !== text) node.textContent = text;
  }

  askSoon() {
    this.timer ??= setTimeout(() => this.ask(), this.pause);
  }

  ask() {
    clearTimeout(this.timer);
    this.timer = null;
    this.later = this.asked !== null;
    if (this.later) return;
    this.asked = Date.now();
    this.waiting = setTimeout(() => this.giveUp(), PATIENCE);
    try {
      this.model.send({ type: "carry", by: this.id, display: !this.notebook });
    } catch {
      clearTimeout(this.waiting);
      this.giveUp();
    }
  }

  giveUp() {
    this.asked = null;
    this.saving = false;
    this.say(this.notebook ? NO_ANSWER : AGAIN);
  }

  receive(message) {
    if (message.type === "changed" && document.visibilityState === "visible") {
      if (!this.saving) this.say(this.notebook ? BEFORE : AGAIN);
      this.askSoon();
    }
    if (message.by !== this.id) return;
    clearTimeout(this.waiting);
    if (this.asked !== null) this.pause = Math.max(QUIET, SHARE * (Date.now() - this.asked));
    this.asked = null;
    if (message.type === "error") {
      this.saving = false;
      this.say(message.message);
    } else if (this.notebook && !this.put(message.data)) {
      this.saving = false;
      this.say(NO_OUTPUT);
    } else if (this.saving && !this.later) {
      this.store();
    } else if (this.note === NO_ANSWER || this.note === NO_OUTPUT) {
      this.say(this.notebook ? BEFORE : AGAIN);
    }
    if (this.later) this.askSoon();
  }

  // Puts `data` into the outputs that carry the answers; returns whether there are any.
  put(data) {
    const found = carriers(this.notebook, this.name);
    for (const [outputs, number, output] of found) {
      const stored = output.toJSON();
      if (!same(stored.data, data)) outputs.set(number, { ...stored, data });
    }
    return found.length > 0;
  }

  save() {
    this.saving = true;
    this.say("Saving …");
    setTimeout(() => this.ask(), TYPED);
  }

  async store() {
    this.saving = false;
    try {
      await this.notebook.save();
      const name = this.notebook.path.split("/").at(-1);
      this.say(`Saved at ${timeOfDay(new Date())}. Send the file ${name} to your coach.`);
    } catch (error) {
      this.say(`The notebook could not be saved: ${error.message}`);
    }
  }

  stop() {
    clearTimeout(this.timer);
    clearTimeout(this.waiting);
    this.model.off("msg:custom", this.onmessage);
    window.removeEventListener("focus", this.look);
    document.removeEventListener("visibilitychange", this.look);
  }
}

const keepers = new Map();

function initialize({ model }) {
  const keeper = new Keeper(model);
  keepers.set(keeper.name, keeper);
  return () => {
    keepers.delete(keeper.name);
    keeper.stop();
  };
}

function render({ model, el }) {
  const keeper = keepers.get(model.get("name"));
  const note = element("span", { role: "status" }, keeper.note);
  const save = keeper.notebook ? button("Save this notebook", () => keeper.save()) : null;
  const root = element("div", { className: "pk-hand-in" }, save, note);
  keepKeys(root);
  el.append(root);
  keeper.notes.add(note);
  keeper.look();
  return () => keeper.notes.delete(note);
}

export default { initialize, render };
