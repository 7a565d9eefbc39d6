// The form of one question: its fields, and what it says to its host and hears from it.
//
// Messages through `model`:
//   to the host    load · save · history · open · comebacks · review · practised · offers · tell
//   from the host  answer · saved · conflict · error · changed · history · comebacks · reviewed · offers
// Each carries the question's id, and each answer also the id of the view that asked, because a
// host's messages reach every window that shows the model. A host without dates, such as the site,
// doesn't answer `comebacks`, which asks when the question comes back after each rating, and one without
// stories doesn't answer `offers`, which asks for those with which the answer may begin.
//
// The parts on the screen add their own functions: `onrefresh`, `onasked`, `oncomebacks`, `onreview`, `live` and
// `field.onhistory`.

import { tellChange } from "../shared/changes.js";
import { t } from "../shared/language.js";
import { Drafts } from "./drafts.js";
import { HOST_WORDS, whatIsWrong } from "./host.js";
import { PATIENCE, Retry } from "./retry.js";
import { statusOf } from "./status.js";

const GATHER = 300; // ms in which changes on other pages are gathered

// What other pages are told when the host acknowledges something; see shared/changes.js.
const toldOf = ({ told = "answer" }, type) => ({ saved: told, reviewed: "review" })[type];

export class Form {
  // `view` is shared by the forms of all questions in one view: see star_form.js.
  constructor(model, root, view) {
    this.model = model;
    this.root = root;
    this.question = model.get("question");
    this.place = this.question.place ?? t("{category} Q{number}", this.question);
    this.embedded = model.get("embedded") === true;
    this.readOnly = model.get("read_only") === true;
    this.heading = model.get("heading") ?? 3;
    this.words = { ...HOST_WORDS, ...model.get("words") };
    this.view = view.id;
    this.flights = view.flights;
    this.numbers = view.numbers;
    this.others = view.others;
    this.drafts = new Drafts(model.get("workbook"), view.id);
    this.fields = [];
    this.loading = false;
    this.telling = false; // whether what is told to the pages comes from here
    this.deaf = false; // whether the last `load` got no answer
    this.dead = false; // whether the last message could not even be sent
    this.notices = new Map();
    this.looks = []; // called whenever a text may have changed
    this.waiting = new Set(); // called at each change of state, while somebody waits for all to be stored
    this.retry = new Retry(() => this.load());
  }

  // ---- to the host

  post(message) {
    try {
      this.model.send({ ...message, view: this.view });
      this.dead = false;
    } catch {
      this.dead = true; // the kernel that knew this form is gone
    }
    return !this.dead;
  }

  takeOff(field, text) {
    const seq = this.numbers.next().value;
    this.flights.set(seq, { question: field.question, field: field.name, text });
    return seq;
  }

  load() {
    this.retry.stop();
    clearTimeout(this.ear);
    this.loading = true;
    if (this.post({ type: "load", question: this.question.id })) {
      this.ear = setTimeout(() => this.loadMissed(), PATIENCE);
    } else {
      this.loadMissed();
    }
  }

  loadMissed() {
    this.loading = false;
    this.deaf = true;
    this.retry.later();
    this.unlock();
    this.refresh();
  }

  open(question) {
    this.sendAll();
    this.moving = this.post({ type: "open", question });
    if (!this.moving) this.refresh();
  }

  sendAll() {
    for (const field of this.fields) field.send();
  }

  // Whether the host has said that all that was typed in this view is stored.
  get isStored() {
    const isUnsure = this.fields.some((field) => field.dirty || field.flight);
    return !isUnsure && !this.drafts.all().some(({ view }) => view === this.view);
  }

  // Sends all that was typed, and resolves to whether all of it is stored.
  flush() {
    this.sendAll();
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.waiting.delete(look);
        resolve(this.isStored);
      };
      const look = (closing = false) => {
        if (closing || this.isStored) end();
      };
      const timer = setTimeout(end, PATIENCE);
      this.waiting.add(look);
      look();
    });
  }

  saveNow() {
    this.sendAll();
    this.say(statusOf(this).text);
  }

  // ---- from and to the other pages of the workbook, which have hosts of their own

  tell(what) {
    this.telling = true;
    tellChange(what);
    this.telling = false;
  }

  // What is shown here may have another text now, or have been asked in an interview.
  toldChange({ kind, subject }) {
    const { told = "answer", id } = this.question;
    if (this.telling || (kind !== "debrief" && !(kind === told && subject === id))) return;
    clearTimeout(this.gathering);
    this.gathering = setTimeout(() => this.load(), GATHER);
  }

  // ---- from the host

  receive(message) {
    if (message.type === "changed" ? message.by === this.view : message.view !== this.view) return;
    const flight = this.flights.get(message.seq);
    this.flights.delete(message.seq);
    const kind = toldOf(this.question, message.type);
    if (kind) this.tell({ kind, subject: message.question });
    if (message.question !== this.question.id) {
      if (message.type === "saved" && flight) this.landed(flight);
      this.others.receive(message);
      return;
    }
    const field = this.fields.find(({ name }) => name === message.field);
    if (message.type === "answer") this.answered(message);
    else if (message.type === "saved" && flight) field.saved(flight.text, message);
    else if (message.type === "conflict") field.contested(message);
    else if (message.type === "changed") field?.told(message);
    else if (message.type === "history") this.historyKnown(field, message);
    else if (message.type === "comebacks") this.oncomebacks?.(message.due);
    else if (message.type === "reviewed") this.onreview?.(true, message);
    else if (message.type === "offers") this.begin?.show(message.found);
    else if (message.type === "error") this.failed(field, message);
    this.refresh();
  }

  answered({ fields, notice, asked = [] }) {
    clearTimeout(this.ear);
    this.retry.reset();
    this.loading = false;
    this.deaf = false;
    this.notices.delete("load");
    if (notice) this.notices.set("store", notice);
    this.unlock();
    this.begin?.loaded();
    for (const field of this.fields) {
      field.told(fields[field.name] ?? { text: "", revision: 0, saved_at: null });
    }
    this.onasked?.(asked);
    this.others.look();
  }

  historyKnown(field, { revisions }) {
    field.leftovers.historyKnown(revisions);
    field.onhistory?.(revisions);
  }

  unlock() {
    for (const field of this.fields) field.box.lock(this.readOnly || Boolean(field.choice));
  }

  failed(field, message) {
    if (message.about === "save") field.refused(message);
    else if (message.about === "review") this.onreview?.(false, message);
    else if (message.about === "history") {
      field.leftovers.asked = false;
      field.onhistory?.([], whatIsWrong(message));
    } else if (message.about === "load") {
      clearTimeout(this.ear);
      this.loading = false;
      this.notices.set("load", whatIsWrong(message));
    } else if (!["comebacks", "offers", "tell"].includes(message.about)) this.notices.set("store", whatIsWrong(message));
  }

  // A save of a question that has left the screen: its draft goes if nothing was typed after it.
  landed({ question, field, text }) {
    const draft = this.drafts.of(question, field).find(({ view }) => view === this.view);
    if (draft?.text === text) this.drafts.drop(question, field);
  }

  // A draft of another window has gone: either its text is stored now, or that window took over ours.
  draftGone({ key, newValue, oldValue }) {
    if (!key?.startsWith(`${this.drafts.prefix}${this.question.id}:`) || newValue !== null) return;
    const mine = this.fields.find((field) => this.drafts.key(field.question, field.name) === key);
    if (mine) mine.draftTaken(JSON.parse(oldValue));
    else if (!this.loading) this.load();
  }

  // ---- to the candidate

  refresh() {
    this.onrefresh?.(statusOf(this));
    this.begin?.look();
    for (const look of this.looks) look();
    for (const look of this.waiting) look();
  }

  // Tells screen readers.
  say(text) {
    if (this.live && this.live.textContent !== text) this.live.textContent = text;
  }

  close() {
    clearTimeout(this.ear);
    clearTimeout(this.gathering);
    this.retry.stop();
    for (const field of this.fields) field.close();
    for (const look of this.waiting) look(true);
  }
}
