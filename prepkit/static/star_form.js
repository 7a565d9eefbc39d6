// The STAR form: one component for notebooks and for static pages.
//
// It talks to its host through `model` alone (get, on, off, send), by these messages:
//   to the host    load · save · history · open · review · practised
//   from the host  answer · saved · conflict · error · changed · history · reviewed
// Each carries the question's id, and each answer also the id of the view that asked, because a
// host's messages reach every window that shows the model.
//
// A host that is a page with a heading, neighbours and sections of its own sets `embedded`: then the
// form shows what is written and practised, and no more. `heading` is the level of its sections'
// headings, 3 unless the host says otherwise; `words` replaces some of WORDS.
//
// A text that reached a box is never lost: each input event writes a draft to the browser's
// storage, and only the host's word that exactly this text is stored removes it.

const QUIET = 400; // ms without a key before a save
const LONGEST = 1000; // ms that steady typing may delay a save
const PATIENCE = 3000; // ms until a missing answer is called one
const FIRST_RETRY = 2000;
const LAST_RETRY = 15000;
const FRESH = 2000; // a draft younger than this may belong to a window that is being typed in
const SPOKEN = 140; // words a minute
const REHEARSAL = 120; // seconds
const RATINGS = ["Again", "Hard", "Good", "Easy"];
// What the form says of its host, which is a notebook's kernel unless the host says otherwise.
const WORDS = {
  store: "your answers file",
  silent: "the notebook's kernel may be busy or stopped.",
  wait: "If a cell is still running, wait; otherwise run this cell again.",
  gone: "the notebook's kernel stopped or was restarted.",
  again: "Run this cell again (or Run ▸ Run All Cells) to go on.",
  recorded: "It decides when the question is due again.",
};
const BASES = {
  stated: "the company says that it assesses candidates on this value",
  "published value": "the company has published the value, which is no proof that it is scored",
  inferred: "our reading, with no published value behind it",
};

// ---- small things -------------------------------------------------------------------------

const element = (tag, attributes = {}, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false || value === null) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name === "className" ? "class" : name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
};

const button = (label, onclick, attributes = {}) =>
  element("button", { type: "button", className: "pk-button", onclick, ...attributes }, label);

const sentence = (text) => (/[.!?]$/.test(text.trim()) ? text.trim() : `${text.trim()}.`);
const plural = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;
const wordsOf = (text) => text.split(/\s+/).filter(Boolean).length;
const minutes = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

const spoken = (words) => {
  const seconds = Math.round((words * 60) / SPOKEN / 5) * 5;
  return seconds < 60 ? `${seconds} s` : `${minutes(seconds)} min`;
};

const when = (iso) => {
  const date = new Date(iso);
  const time = date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  if (date.toDateString() === new Date().toDateString()) return time;
  return `${date.toLocaleDateString([], { day: "numeric", month: "short", year: "numeric" })}, ${time}`;
};

// Tells texts apart without keeping them: two checksums and the length.
const mark = (text) => {
  let a = 7;
  let b = 11;
  for (let i = 0; i < text.length; i += 1) {
    a = (Math.imul(a, 31) + text.charCodeAt(i)) | 0;
    b = (Math.imul(b, 131) ^ text.charCodeAt(i)) | 0;
  }
  return `${text.length}.${a}.${b}`;
};

function* countUp() {
  for (let number = 1; ; number += 1) yield number;
}

// crypto.randomUUID would need https or localhost.
const newId = () => Array.from({ length: 2 }, () => Math.random().toString(36).slice(2, 10)).join("");

// ---- Markdown, built as nodes so that no text is ever read as HTML --------------------------

const INLINE =
  /`([^`]+)`|\*\*(.+?)\*\*|\*([^*\s](?:[^*]*[^*\s])?)\*|(?<!\w)_([^_]+)_(?!\w)|\[([^\]]+)\]\((https?:\/\/[^\s)]+)\)/;

const inline = (text) => {
  const nodes = [];
  let rest = text;
  for (let found = INLINE.exec(rest); found; found = INLINE.exec(rest)) {
    const [whole, code, strong, starred, scored, label, address] = found;
    nodes.push(rest.slice(0, found.index));
    if (code) nodes.push(element("code", { className: "pk-code" }, code));
    else if (strong) nodes.push(element("strong", {}, ...inline(strong)));
    else if (label) nodes.push(link(address, ...inline(label)));
    else nodes.push(element("em", {}, ...inline(starred ?? scored)));
    rest = rest.slice(found.index + whole.length);
  }
  return [...nodes, rest];
};

const link = (address, ...children) =>
  element("a", { className: "pk-link", href: address, target: "_blank", rel: "noopener noreferrer" }, ...children);

const ITEM = /^\s*(?:[-*+]|(\d+)[.)])\s+/;

const blocks = (text) =>
  text
    .trim()
    .split(/\n\s*\n/)
    .flatMap((block) => {
      const lines = block.split("\n");
      const first = lines.findIndex((line) => ITEM.test(line));
      const intro = first < 0 ? lines : lines.slice(0, first);
      const items = [];
      for (const line of first < 0 ? [] : lines.slice(first)) {
        if (ITEM.test(line)) items.push(line.replace(ITEM, ""));
        else items[items.length - 1] += ` ${line.trim()}`;
      }
      const made = [];
      if (intro.join("").trim()) made.push(element("p", { className: "pk-text" }, ...inline(intro.join(" "))));
      if (items.length) {
        const tag = ITEM.exec(lines[first])[1] ? "ol" : "ul";
        made.push(element(tag, { className: "pk-list" }, ...items.map((item) => element("li", {}, ...inline(item)))));
      }
      return made;
    });

// ---- drafts in the browser's storage --------------------------------------------------------

const readDraft = (key) => {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null; // not one of ours: left alone
  }
};

class Drafts {
  constructor(workbook, view) {
    this.prefix = `prepkit:${workbook}:`;
    this.view = view;
    this.failed = false;
  }

  key(question, field, view = this.view) {
    return `${this.prefix}${question}:${field}:${view}`;
  }

  keep(question, field, draft) {
    try {
      localStorage.setItem(this.key(question, field), JSON.stringify({ ...draft, at: Date.now() }));
      this.failed = false;
    } catch {
      this.failed = true; // full, or refused by the browser's settings
    }
  }

  drop(question, field, view = this.view) {
    try {
      localStorage.removeItem(this.key(question, field, view));
    } catch {
      // without storage there is no draft to drop
    }
  }

  // Every draft of the workbook, oldest first; those of other views too, which may be long gone.
  all() {
    let keys = [];
    try {
      keys = Object.keys(localStorage).filter((name) => name.startsWith(this.prefix));
    } catch {
      this.failed = true;
    }
    return keys
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

// ---- one field: what the box holds, what is stored, and how the first becomes the second ----

class Field {
  constructor(form, question, name, label, box) {
    Object.assign(this, { form, question, name, label, box });
    this.revision = null; // of the stored text; null until the host has told it
    this.stored = "";
    this.savedAt = null;
    this.flight = null; // number of the save that waits for its answer
    this.sent = []; // saves not known to have arrived: {seq, mark}
    this.conflict = null; // the stored text that was written elsewhere: {text, revision, saved_at}
    this.choice = null; // a text to put into the box as soon as the one in it is stored
    this.refusal = "";
    this.unheard = false;
    this.others = []; // drafts of former views, to be looked at one by one
    this.pause = FIRST_RETRY;
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

  typed() {
    this.keepDraft();
    if (!this.dirty && !this.flight) this.dropDraft();
    this.schedule();
    this.form.refresh();
  }

  keepDraft() {
    const sent = this.sent.map((save) => save.mark);
    this.form.drafts.keep(this.question, this.name, { text: this.text, base: this.revision, sent });
  }

  dropDraft() {
    this.form.drafts.drop(this.question, this.name);
  }

  schedule() {
    if (this.unheard || this.flight) return; // the retry, or the answer, sends what is newest then
    clearTimeout(this.timer);
    this.since ??= Date.now();
    const left = this.since + LONGEST - Date.now();
    this.timer = setTimeout(() => this.send(), Math.max(0, Math.min(QUIET, left)));
  }

  send() {
    clearTimeout(this.timer);
    clearTimeout(this.retry);
    this.timer = null;
    this.since = null;
    if (this.revision === null || this.conflict || this.flight || !this.dirty) return;
    const text = this.text;
    this.flight = this.form.takeOff(this, text);
    this.sent.push({ seq: this.flight, mark: mark(text) });
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
    this.tryAgain();
    this.form.refresh();
  }

  tryAgain() {
    clearTimeout(this.retry);
    this.retry = setTimeout(() => this.send(), this.pause);
    this.pause = Math.min(this.pause * 2, LAST_RETRY);
  }

  stopWaiting() {
    clearTimeout(this.ear);
    this.flight = null;
  }

  heard(seq) {
    if (seq === undefined || seq === this.flight) this.stopWaiting();
    clearTimeout(this.retry);
    this.unheard = false;
    this.refusal = "";
    this.pause = FIRST_RETRY;
  }

  know({ text, revision, saved_at }) {
    this.stored = text;
    this.revision = revision;
    this.savedAt = saved_at;
  }

  // Puts the stored text into the box, which may write it in its own way: other line ends, say.
  adopt(stored) {
    this.know(stored);
    this.box.write(stored.text);
    this.stored = this.text;
  }

  // The host's answers ---------------------------------------------------------------------

  saved(text, { seq, revision, saved_at }) {
    this.heard(seq);
    this.sent = this.sent.filter((save) => save.seq > seq);
    if (this.revision === null) return; // the answer to `load` is still to come and says the same
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

  refused({ seq, message }) {
    this.heard(seq);
    this.giveUpChoice();
    this.refusal = message;
    this.tryAgain();
  }

  contested({ seq, text, revision, saved_at }) {
    this.heard(seq);
    this.giveUpChoice();
    this.meet({ text, revision, saved_at });
  }

  // What is stored now, as the answer to `load` or because another view saved it.
  told(stored) {
    if (this.revision === null) {
      const early = this.text;
      const drafts = this.form.drafts.of(this.question, this.name);
      this.others = drafts.filter((draft) => !early || draft.view !== this.form.drafts.view);
      if (early === "" || early === stored.text) {
        this.adopt(stored);
        this.settle();
      } else {
        this.revision = 0; // typed before the stored text was known
        this.meet(stored);
      }
      return;
    }
    if (this.unheard) this.heard();
    this.asked = false;
    if (stored.revision > this.revision && !this.flight) {
      if (this.dirty) {
        this.meet(stored);
        return;
      }
      this.adopt(stored);
    }
    this.settle();
  }

  // A stored text that is newer than the one this view built on.
  meet(stored) {
    if (stored.revision > 0 && stored.revision <= (this.conflict ?? this).revision) {
      this.settle(); // known already; a kernel's threads may answer out of order
      return;
    }
    const base = this.stored;
    const own = this.revision !== null && this.sent.some((save) => save.mark === mark(stored.text));
    if (stored.text === this.text || own || stored.revision === 0 || this.box.merge) {
      if (this.box.merge && !own) this.box.write(this.box.merge(base, this.text, stored.text));
      this.conflict = null;
      this.know(stored);
      this.settle();
    } else {
      this.conflict = stored;
      this.keepDraft();
      this.form.refresh();
    }
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
      if (!this.others.some((draft) => draft.view === this.form.drafts.view)) this.dropDraft();
      this.lookAtDrafts();
    }
    this.form.refresh();
  }

  // Drafts that former views left behind ------------------------------------------------------

  lookAtDrafts() {
    const draft = this.others[0];
    if (!draft || this.asked || this.conflict || this.dirty) return;
    const mine = draft.view === this.form.drafts.view;
    const age = Date.now() - draft.at;
    if (!mine && age < FRESH) {
      clearTimeout(this.later);
      this.later = setTimeout(() => this.lookAgain(), FRESH - age);
    } else if (draft.text === this.stored) {
      this.finishDraft();
    } else if (draft.base === this.revision || draft.sent?.includes(mark(this.stored))) {
      this.takeDraft();
    } else {
      this.asked = this.form.post({ type: "history", question: this.question, field: this.name });
    }
  }

  lookAgain() {
    const known = new Set(this.others.map((draft) => draft.view));
    const drafts = this.form.drafts.of(this.question, this.name);
    this.others = drafts.filter((draft) => known.has(draft.view));
    this.lookAtDrafts();
  }

  finishDraft() {
    this.form.drafts.drop(this.question, this.name, this.others.shift().view);
    this.lookAtDrafts();
  }

  takeDraft(conflict = null) {
    const draft = this.others.shift();
    this.box.write(draft.text);
    this.conflict = conflict;
    if (conflict) this.revision = draft.base ?? 0; // as in the view that left it
    this.keepDraft();
    if (draft.view !== this.form.drafts.view) {
      this.form.drafts.drop(this.question, this.name, draft.view);
    }
    if (!conflict) this.send();
    this.form.refresh();
  }

  pastKnown(revisions) {
    if (!this.asked) return;
    this.asked = false;
    const draft = this.others[0];
    if (!draft || this.dirty || this.conflict) return; // looked at again when the box is settled
    const arrived = revisions.some(
      (past) => past.text === draft.text && past.revision > (draft.base ?? 0),
    );
    if (arrived) this.finishDraft();
    else if (this.revision === 0) this.takeDraft();
    else if (this.box.merge) {
      draft.text = this.box.merge(this.stored, draft.text, this.stored);
      this.takeDraft();
    } else {
      this.takeDraft({ text: this.stored, revision: this.revision, saved_at: this.savedAt });
    }
  }

  // Another window took this view's draft over and will store that text.
  draftTaken(draft) {
    this.sent.push({ seq: Infinity, mark: mark(draft.text) });
    if (this.dirty) this.keepDraft();
  }

  // The candidate's choices ------------------------------------------------------------------

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

  // The text in the box becomes a revision before another one takes its place.
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
    this.send();
    for (const timer of [this.timer, this.retry, this.ear, this.later]) clearTimeout(timer);
  }
}

// ---- boxes: what a field reads from and writes to ---------------------------------------------

const textBox = (area, onchange) => ({
  read: () => area.value,
  write: (text) => {
    if (area.value === text) return;
    const { selectionStart, selectionEnd } = area;
    area.value = text;
    if (area.ownerDocument.activeElement === area) area.setSelectionRange(selectionStart, selectionEnd);
    onchange();
  },
  lock: (locked) => {
    area.readOnly = locked;
  },
});

// Ticked points, one a line. A point that the question no longer has is kept as it was.
const tickBox = (ticks) => {
  let foreign = [];
  const lines = (text) => text.split("\n").filter(Boolean);
  return {
    read: () => [...[...ticks].filter(([, tick]) => tick.checked).map(([point]) => point), ...foreign].join("\n"),
    write: (text) => {
      const ticked = new Set(lines(text));
      for (const [point, tick] of ticks) tick.checked = ticked.has(point);
      foreign = [...ticked].filter((point) => !ticks.has(point));
    },
    lock: () => {},
    merge: (base, mine, theirs) => {
      const before = new Set(lines(base));
      const own = new Set(lines(mine));
      const merged = new Set(lines(theirs));
      for (const point of own) if (!before.has(point)) merged.add(point);
      for (const point of before) if (!own.has(point)) merged.delete(point);
      const known = [...ticks.keys()].filter((point) => merged.has(point));
      return [...known, ...[...merged].filter((point) => !ticks.has(point))].join("\n");
    },
  };
};

// How many characters of a text are missing where another took its place.
const lost = (text, next) => {
  let start = 0;
  while (start < text.length && text[start] === next[start]) start += 1;
  let end = 0;
  while (end < text.length - start && end < next.length - start && text.at(-1 - end) === next.at(-1 - end)) end += 1;
  return text.length - start - end;
};

// Revisions worth showing: what stood there at a pause, or before a good part of it went.
const milestones = (revisions) =>
  revisions.filter((past, index) => {
    const next = revisions[index + 1];
    if (!next || !past.text) return false; // the last one is in the box
    const pause = new Date(next.saved_at) - new Date(past.saved_at);
    return pause > 60000 || lost(past.text, next.text) > Math.min(20, past.text.length / 4);
  });

// ---- the form ---------------------------------------------------------------------------------

class Form {
  constructor(model, root, view) {
    this.model = model;
    this.root = root;
    this.embedded = model.get("embedded") === true;
    this.heading = model.get("heading") ?? 3;
    this.words = { ...WORDS, ...model.get("words") };
    this.view = view.id;
    this.flights = view.flights;
    this.numbers = view.numbers;
    this.drafts = new Drafts(model.get("workbook"), view.id);
    this.fields = [];
    this.loading = false;
    this.deaf = false; // the last `load` had no answer
    this.dead = false; // the last message could not even be sent
    this.pause = FIRST_RETRY;
    this.notices = new Map();
  }

  // What the host hears ------------------------------------------------------------------------

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
    clearTimeout(this.retry);
    clearTimeout(this.ear);
    this.loading = true;
    const missed = () => {
      this.loading = false;
      this.deaf = true;
      this.retry = setTimeout(() => this.load(), this.pause);
      this.pause = Math.min(this.pause * 2, LAST_RETRY);
      this.unlock();
      this.refresh();
    };
    if (this.post({ type: "load", question: this.question.id })) this.ear = setTimeout(missed, PATIENCE);
    else missed();
  }

  open(question) {
    for (const field of this.fields) field.send();
    this.moving = this.post({ type: "open", question });
    if (!this.moving) this.refresh();
  }

  saveNow() {
    for (const field of this.fields) {
      clearTimeout(field.retry);
      field.send();
    }
    this.say(this.message().text);
  }

  // What the host says -------------------------------------------------------------------------

  receive(message) {
    if (message.type === "changed" ? message.by === this.view : message.view !== this.view) return;
    const flight = this.flights.get(message.seq);
    this.flights.delete(message.seq);
    if (message.question !== this.question.id) {
      if (message.type === "saved" && flight) this.landed(flight);
      return;
    }
    const field = this.fields.find(({ name }) => name === message.field);
    if (message.type === "answer") this.answered(message);
    else if (message.type === "saved" && flight) field.saved(flight.text, message);
    else if (message.type === "conflict") field.contested(message);
    else if (message.type === "changed") field?.told(message);
    else if (message.type === "history") {
      field.pastKnown(message.revisions);
      field.onhistory?.(message.revisions);
    } else if (message.type === "reviewed") this.onreview?.(true);
    else if (message.type === "error") this.failed(field, message);
    this.refresh();
  }

  answered({ fields, notice }) {
    clearTimeout(this.ear);
    clearTimeout(this.retry);
    this.loading = false;
    this.deaf = false;
    this.pause = FIRST_RETRY;
    this.notices.delete("load");
    if (notice) this.notices.set("store", notice);
    this.unlock();
    for (const field of this.fields) {
      field.told(fields[field.name] ?? { text: "", revision: 0, saved_at: null });
    }
  }

  unlock() {
    for (const field of this.fields) field.box.lock(Boolean(field.choice));
  }

  failed(field, message) {
    if (message.about === "save") field.refused(message);
    else if (message.about === "review") this.onreview?.(false, message.message);
    else if (message.about === "history") {
      field.asked = false;
      field.onhistory?.([], message.message);
    } else if (message.about === "load") {
      clearTimeout(this.ear);
      this.loading = false;
      this.notices.set("load", message.message);
    } else this.notices.set("store", message.message);
  }

  // A save of a question that has left the screen: its draft goes if nothing was typed since.
  landed({ question, field, text }) {
    const draft = this.drafts.of(question, field).find(({ view }) => view === this.view);
    if (draft?.text === text) this.drafts.drop(question, field);
  }

  // A draft of another window went: either its text is stored now, or that window took over ours.
  draftGone({ key, newValue, oldValue }) {
    if (!key?.startsWith(`${this.drafts.prefix}${this.question.id}:`) || newValue !== null) return;
    const mine = this.fields.find((field) => this.drafts.key(field.question, field.name) === key);
    if (mine) mine.draftTaken(JSON.parse(oldValue));
    else if (!this.loading) this.load();
  }

  // What the candidate is told -------------------------------------------------------------------

  kernelState() {
    const kernel = this.model.widget_manager?.kernel;
    if (this.dead || kernel?.isDisposed) return "gone";
    if (!kernel) return "unknown";
    if (kernel.connectionStatus && kernel.connectionStatus !== "connected") return "unreachable";
    return kernel.status;
  }

  message() {
    const named = (state) => this.fields.filter((field) => field.state === state);
    const kept = this.drafts.failed
      ? "This browser kept no copy, so copy your text elsewhere before you close this page."
      : "Your text is kept in this browser.";
    const refused = named("refused");
    if (refused.length) {
      return { tone: "bad", text: `Not saved: ${sentence(refused[0].refusal)} ${kept} Saving is tried again by itself.` };
    }
    const cut = this.cutOff(kept);
    if (cut) return cut;
    if (this.notices.has("load")) {
      return { tone: "bad", text: `Your stored answer could not be read: ${this.notices.get("load")}` };
    }
    const conflicts = named("conflict");
    if (conflicts.length) {
      const labels = conflicts.map((field) => field.label).join(", ");
      return { tone: "warn", text: `Two versions of ${labels}. Choose below the box; both texts are kept.` };
    }
    if (this.drafts.failed) {
      return {
        tone: "warn",
        text: `This browser's storage is full or switched off: what you type is safe only once it is stored in ${this.words.store}.`,
        busy: named("saving").length > 0,
      };
    }
    if (this.loading && named("loading").length) return { tone: "busy", text: "Loading your answer …" };
    if (named("saving").length) return { tone: "busy", text: "Saving …" };
    if (this.notices.has("store")) return { tone: "warn", text: this.notices.get("store") };
    const last = this.fields.map((field) => field.savedAt).filter(Boolean).sort().at(-1);
    if (last) return { tone: "ok", text: `Saved, ${when(last)}` };
    return { tone: "ok", text: "Nothing written yet. Each word is saved as you type." };
  }

  // Words that the host hasn't confirmed, and why as far as it can be known from here.
  cutOff(kept) {
    const unheard = this.fields.some((field) => field.state === "unheard");
    const unread = this.deaf && this.fields.some((field) => field.revision === null);
    const kernel = this.kernelState();
    if (!unheard && !unread && kernel !== "gone") return null;
    const written = this.fields.some((field) => field.dirty);
    const what = written ? "Not saved yet" : unread ? "Your stored answer is not loaded yet" : "This form is cut off";
    const copy = written ? ` ${kept}` : "";
    const say = (why, remedy) => ({ tone: "bad", text: `${what}: ${why}${copy} ${remedy}` });
    if (kernel === "gone" || kernel === "dead" || kernel === "terminating") {
      return say(this.words.gone, this.words.again);
    }
    if (kernel === "unreachable") {
      return say("there is no connection to the notebook server.", "Check that it still runs; saving goes on by itself when it is back.");
    }
    if (["busy", "starting", "restarting", "autorestarting"].includes(kernel)) {
      return say(
        "the notebook's kernel is busy with something else.",
        `It is ${written ? "saved" : "loaded"} by itself as soon as the kernel is free.`,
      );
    }
    // "idle" says nothing: a thread of the kernel may be idle while a cell runs in another.
    return say(this.words.silent, this.words.wait);
  }

  refresh() {
    this.onrefresh?.(this.message());
  }

  say(text) {
    if (this.live && this.live.textContent !== text) this.live.textContent = text;
  }

  close() {
    clearTimeout(this.ear);
    clearTimeout(this.retry);
    for (const field of this.fields) field.close();
  }
}

// ---- the parts of the page ----------------------------------------------------------------------

const heading = (form, text, id) => element(`h${form.heading}`, { className: "pk-heading", id }, text);

const section = (form, title, className, ...children) => {
  const id = form.id(className);
  return element("section", { className: `pk-section ${className}`, "aria-labelledby": id }, heading(form, title, id), ...children);
};

const header = (form) => {
  const { question } = form;
  const steps = Array.from({ length: question.of }, (_, index) =>
    element("li", {
      className: "pk-step",
      "data-place": index + 1 < question.number ? "before" : index + 1 === question.number ? "here" : "after",
    }),
  );
  return element(
    "header",
    { className: "pk-header" },
    element(
      "div",
      { className: "pk-where" },
      element("span", { className: "pk-icon", "aria-hidden": "true" }, question.icon),
      element("span", { className: "pk-category" }, question.category),
      element("span", { className: "pk-number" }, `Q${question.number} of ${question.of}`),
      neighbours(form, "Questions"),
    ),
    element("ol", { className: "pk-steps", "aria-hidden": "true" }, ...steps),
    element("h2", { className: "pk-question", id: form.id("question"), tabindex: "-1" }, ...inline(question.text)),
    element("div", { className: "pk-why" }, element("h3", { className: "pk-eyebrow" }, "Why this is asked"), ...blocks(question.why)),
  );
};

const neighbours = (form, label) => {
  const step = (target, label, name) =>
    button(label, () => form.open(target.id), {
      className: "pk-button pk-quiet",
      disabled: !target,
      "aria-label": target ? `${name} question: ${target.text}` : `No ${name.toLowerCase()} question`,
      title: target?.text,
    });
  const { previous, next } = form.question;
  return element(
    "nav",
    { className: "pk-neighbours", "aria-label": label },
    step(previous, "← Previous", "Previous"),
    step(next, "Next →", "Next"),
  );
};

const keyPoints = (form) => {
  const ticks = new Map();
  const items = form.question.key_points.map((point, index) => {
    const id = form.id(`point${index}`);
    const tick = element("input", { type: "checkbox", className: "pk-tick", id });
    ticks.set(point, tick);
    return element("li", { className: "pk-point" }, tick, element("label", { for: id }, ...inline(point)));
  });
  const field = new Field(form, form.question.id, "key_points", "Key points", tickBox(ticks));
  for (const tick of ticks.values()) tick.addEventListener("change", () => field.typed());
  form.fields.push(field);
  return section(
    form,
    "Key points to cover",
    "pk-points",
    element("p", { className: "pk-hint" }, "Tick what your answer covers."),
    element("ul", { className: "pk-ticks" }, ...items),
  );
};

const STATES = {
  loading: "Loading …",
  unread: "Not loaded",
  empty: "",
  saving: "Saving …",
  unheard: "Not saved yet",
  refused: "Not saved",
  conflict: "Choose a version",
};

const part = (form, { name, label, prompt, target }, index) => {
  const id = form.id(name);
  const [least, most] = target;
  const area = element("textarea", {
    className: "pk-area",
    id,
    rows: "4",
    spellcheck: "true",
    "data-field": name,
    "aria-describedby": `${id}-prompt ${id}-count`,
    "aria-keyshortcuts": `Alt+${index + 1}`,
  });
  const fill = element("span", { className: "pk-fill" });
  const zone = element("span", { className: "pk-zone" });
  const count = element("span", { className: "pk-count", id: `${id}-count` });
  const state = element("span", { className: "pk-state" });
  const extra = element("div", { className: "pk-extra" });
  const full = most * 1.2; // the meter's right end
  zone.style.left = `${(100 * least) / full}%`;
  zone.style.width = `${(100 * (most - least)) / full}%`;

  const measure = () => {
    const words = wordsOf(area.value);
    const fit = words === 0 ? "none" : words < least ? "low" : words <= most ? "good" : "high";
    count.textContent = `${plural(words, "word")} · aim for ${least}–${most}`;
    count.dataset.fit = fit;
    fill.dataset.fit = fit;
    fill.style.width = `${Math.min(100, (100 * words) / full)}%`;
    if (!CSS.supports("field-sizing", "content")) {
      area.style.height = "auto";
      area.style.height = `${area.scrollHeight + 2}px`;
    }
    form.recount?.();
  };
  const field = new Field(form, form.question.id, name, label, textBox(area, measure));
  area.addEventListener("input", () => {
    measure();
    field.typed();
  });
  area.addEventListener("blur", () => field.send());
  form.fields.push(field);

  const versions = earlierVersions(form, field, id);
  let shown = null; // the conflict on the screen
  field.paint = () => {
    const { state: now } = field;
    state.dataset.state = now;
    state.textContent = now === "saved" ? `Saved, ${when(field.savedAt)}` : STATES[now];
    if (shown === field.conflict) return;
    const hadFocus = extra.contains(area.ownerDocument.activeElement);
    shown = field.conflict;
    extra.replaceChildren(...(shown ? [twoVersions(form, field, area)] : []));
    if (hadFocus) (extra.querySelector("button") ?? area).focus();
  };
  measure();
  return element(
    "section",
    { className: "pk-part", "aria-labelledby": `${id}-label` },
    element("span", { className: "pk-badge", "aria-hidden": "true" }, label[0]),
    element(
      "div",
      { className: "pk-body" },
      element("label", { className: "pk-label", for: id, id: `${id}-label` }, label),
      element("div", { className: "pk-prompt", id: `${id}-prompt` }, ...inline(prompt)),
      area,
      element("span", { className: "pk-meter", "aria-hidden": "true" }, zone, fill),
      element("div", { className: "pk-under" }, count, state, versions.toggle),
      extra,
      versions.panel,
    ),
  );
};

const twoVersions = (form, field, area) => {
  const { label, conflict } = field;
  const id = form.id(`${field.name}-conflict`);
  const choose = (action) => () => {
    action.call(field);
    area.focus();
    form.say(form.message().text);
  };
  const since = conflict.saved_at ? ` (${when(conflict.saved_at)})` : "";
  return element(
    "div",
    { className: "pk-conflict", role: "group", "aria-labelledby": id },
    element(`h${form.heading + 1}`, { className: "pk-conflict-title", id }, `${label} was also changed in another window`),
    element(
      "p",
      { className: "pk-text" },
      "The box above holds your text of this window; it is not stored yet. The stored text is:",
    ),
    element("blockquote", { className: "pk-version" }, conflict.text || "(empty)"),
    element(
      "div",
      { className: "pk-choices" },
      button("Keep mine", choose(field.keepMine), { className: "pk-button pk-strong" }),
      button("Use the stored text", choose(field.useOther)),
      button("Keep both, one after the other", choose(field.keepBoth)),
    ),
    element(
      "p",
      { className: "pk-hint" },
      `Stored text${since}. Whichever you choose, the other stays under “Earlier versions”.`,
    ),
  );
};

const earlierVersions = (form, field, id) => {
  const panel = element("div", { className: "pk-versions", id: `${id}-versions`, hidden: true });
  const toggle = button("Earlier versions", () => {
    if (panel.hidden) {
      panel.hidden = false;
      panel.replaceChildren(element("p", { className: "pk-hint" }, "Looking them up …"));
      toggle.setAttribute("aria-expanded", "true");
      if (!form.post({ type: "history", question: field.question, field: field.name })) field.onhistory([], form.words.gone);
    } else {
      panel.hidden = true;
      toggle.setAttribute("aria-expanded", "false");
    }
  }, {
    className: "pk-button pk-plain",
    "aria-expanded": "false",
    "aria-controls": `${id}-versions`,
    "aria-label": `Earlier versions of ${field.label}`,
  });
  field.onhistory = (revisions, problem) => {
    if (panel.hidden) return;
    const kept = milestones(revisions);
    const restore = (text) => () => {
      field.replaceWith(text);
      panel.hidden = true;
      toggle.setAttribute("aria-expanded", "false");
      toggle.focus();
      form.say(`${field.label}: the earlier text is back in the box.`);
    };
    const items = kept.reverse().map((past) =>
      element(
        "li",
        { className: "pk-past" },
        element(
          "details",
          {},
          element("summary", {}, `${when(past.saved_at)} · ${plural(wordsOf(past.text), "word")}`),
          element("blockquote", { className: "pk-version" }, past.text),
        ),
        button("Restore", restore(past.text), { "aria-label": `Restore the version of ${when(past.saved_at)}`, disabled: Boolean(field.conflict) }),
      ),
    );
    const note = problem
      ? `The earlier versions could not be read: ${problem}`
      : kept.length
        ? "Texts as they stood at a pause, or before much was cut. Restoring one keeps the present text as a version too."
        : "None yet. The text is kept here at each pause, and before much of it is cut.";
    panel.replaceChildren(element("p", { className: "pk-hint" }, note), element("ul", { className: "pk-pasts" }, ...items));
  };
  return { panel, toggle };
};

const rehearsal = (form) => {
  const clock = element("span", { className: "pk-clock", role: "timer" }, minutes(0));
  const track = element("span", { className: "pk-track-fill" });
  const result = element("p", { className: "pk-hint pk-review-result", role: "status" });
  let seconds = 0;
  let started = null;
  let ticking = null;
  const elapsed = () => seconds + (started === null ? 0 : Math.floor((Date.now() - started) / 1000));
  const paint = () => {
    clock.textContent = minutes(elapsed());
    track.style.width = `${Math.min(100, (100 * elapsed()) / REHEARSAL)}%`;
    track.dataset.fit = elapsed() > REHEARSAL ? "high" : "good";
    toggle.textContent = started === null ? (seconds ? "Go on" : "Start") : "Pause";
    reset.disabled = started === null && seconds === 0;
    review.hidden = started !== null || seconds === 0;
  };
  const stop = () => {
    seconds = elapsed();
    started = null;
    clearInterval(ticking);
  };
  const toggle = button("Start", () => {
    if (started === null) {
      started = Date.now();
      result.textContent = "";
      ticking = setInterval(paint, 500);
    } else stop();
    paint();
  }, { className: "pk-button pk-strong" });
  const reset = button("Reset", () => {
    stop();
    seconds = 0;
    paint();
    toggle.focus();
  });
  let unheard;
  const rate = (rating) => {
    result.textContent = "Recording …";
    const late = () => {
      result.textContent = `Not recorded yet: ${form.words.silent} Choose again later.`;
    };
    clearTimeout(unheard);
    unheard = setTimeout(late, PATIENCE);
    const seq = form.numbers.next().value;
    if (!form.post({ type: "review", seq, question: form.question.id, rating, seconds })) {
      clearTimeout(unheard);
      late();
    }
  };
  form.onreview = (recorded, problem) => {
    clearTimeout(unheard);
    result.textContent = recorded ? `Recorded. ${form.words.recorded}` : `Not recorded: ${problem}`;
    if (!recorded) return;
    const hadFocus = review.contains(review.ownerDocument.activeElement);
    seconds = 0;
    paint();
    if (hadFocus) toggle.focus();
  };
  const review = element(
    "div",
    { className: "pk-review", role: "group", "aria-labelledby": form.id("review") },
    element("span", { className: "pk-review-title", id: form.id("review") }, "How did it go?"),
    ...RATINGS.map((label) => button(label, () => rate(label.toLowerCase()))),
  );
  form.stopClock = () => {
    clearInterval(ticking);
    clearTimeout(unheard);
  };
  paint();
  return section(
    form,
    "Rehearse aloud",
    "pk-rehearsal",
    element(
      "div",
      { className: "pk-clock-row" },
      clock,
      element("span", { className: "pk-of" }, `of ${minutes(REHEARSAL)}`),
      toggle,
      reset,
    ),
    element("span", { className: "pk-track", "aria-hidden": "true" }, track),
    review,
    result,
  );
};

const listSection = (form, title, className, texts) =>
  texts.length
    ? section(form, title, className, element("ul", { className: "pk-list" }, ...texts.map((text) => element("li", {}, ...inline(text)))))
    : null;

const example = (form) => {
  if (!form.question.example) return null;
  const parts = form.question.parts.flatMap(({ name, label }) => [
    element("dt", { className: "pk-term" }, label),
    element("dd", { className: "pk-definition" }, ...blocks(form.question.example[name])),
  ]);
  return element(
    "details",
    { className: "pk-section pk-example" },
    element("summary", { className: "pk-heading pk-summary" }, "Example answer"),
    element("p", { className: "pk-hint" }, "Made up, to show the shape. Write your own first."),
    element("dl", { className: "pk-terms" }, ...parts),
  );
};

const levels = (form) => {
  const entries = Object.entries(form.question.levels);
  if (!entries.length) return null;
  const items = entries.map(([level, text]) => {
    const badge = element("span", { className: "pk-chosen" }, "your level");
    const item = element(
      "div",
      { className: "pk-level" },
      element("dt", { className: "pk-term" }, level[0].toUpperCase() + level.slice(1), badge),
      element("dd", { className: "pk-definition" }, ...blocks(text)),
    );
    return { level, item, badge };
  });
  form.showLevel = () => {
    for (const { level, item, badge } of items) {
      const chosen = form.model.get("level") === level;
      item.dataset.chosen = chosen;
      badge.hidden = !chosen;
    }
  };
  form.showLevel();
  return section(form, "What each level is expected to show", "pk-levels", element("dl", { className: "pk-grid" }, ...items.map(({ item }) => item)));
};

const companies = (form) => {
  const { asks } = form.question;
  if (!asks.length) return null;
  const columns = ["Company", "Value", "Focus", "Basis"];
  const cell = (name, tag, ...children) =>
    element(tag, { className: "pk-cell", role: tag === "th" ? "rowheader" : "cell", scope: tag === "th" ? "row" : undefined, "data-column": name }, ...children);
  const rows = asks.map((ask) =>
    element(
      "tr",
      { role: "row", className: "pk-row" },
      cell("Company", "th", ask.company),
      cell("Value", "td", ask.value ?? "–"),
      cell("Focus", "td", ...inline(ask.focus)),
      cell(
        "Basis",
        "td",
        ask.basis,
        ...(ask.source_url
          ? [" · ", element("a", { className: "pk-link", href: ask.source_url, target: "_blank", rel: "noopener noreferrer", "aria-label": `Source for ${ask.company}, opens a new window`, title: ask.checked ? `checked ${ask.checked}` : undefined }, "source")]
          : []),
      ),
    ),
  );
  const bases = Object.entries(BASES).filter(([basis]) => asks.some((ask) => ask.basis === basis));
  return section(
    form,
    "Companies that look for this",
    "pk-companies",
    element(
      "table",
      { className: "pk-table", role: "table" },
      element("thead", { role: "rowgroup" }, element("tr", { role: "row" }, ...columns.map((name) => element("th", { className: "pk-cell", role: "columnheader", scope: "col" }, name)))),
      element("tbody", { role: "rowgroup" }, ...rows),
    ),
    element("p", { className: "pk-hint" }, `${bases.map(([basis, meaning]) => `${basis[0].toUpperCase()}${basis.slice(1)}: ${meaning}.`).join(" ")} A source opens only when you click it.`),
  );
};

const statusBar = (form) => {
  const text = element("span", { className: "pk-status-text" });
  const total = element("span", { className: "pk-total" });
  const live = element("span", { className: "pk-live", role: "status", "aria-live": "polite" });
  const bar = element("div", { className: "pk-bar", role: "group", "aria-label": "State of your answer" }, element("span", { className: "pk-status" }, element("span", { className: "pk-dot", "aria-hidden": "true" }), text), total, live);
  form.live = live;
  form.recount = () => {
    const words = form.fields.filter((field) => field.name !== "key_points").reduce((sum, field) => sum + wordsOf(field.text), 0);
    total.textContent = words ? `${plural(words, "word")} · about ${spoken(words)} aloud` : "";
    total.title = `Counted at ${SPOKEN} words a minute, which is a convention: people speak at 110 to 170.`;
  };
  let tone = "ok";
  form.onrefresh = (message) => {
    bar.dataset.tone = message.tone;
    if (text.textContent !== message.text) text.textContent = message.text;
    for (const field of form.fields) field.paint?.();
    // A screen reader hears of trouble and of its end, not of every save.
    const heard = message.tone === "busy" ? tone : message.tone;
    if (heard !== tone || (heard !== "ok" && message.tone !== "busy")) form.say(message.text);
    tone = heard;
  };
  return bar;
};

// ---- minutes of practice: counted only while the candidate allows it ------------------------------

class Practice {
  constructor(form) {
    this.form = form;
    this.seconds = 0;
    this.touched = 0;
    this.ticking = null;
  }

  follow() {
    const allowed = this.form.model.get("practice_log") === true;
    if (allowed && !this.ticking) {
      this.report(0); // the question was opened
      this.ticking = setInterval(() => this.count(), 5000);
    } else if (!allowed) this.stop();
  }

  count() {
    const active = document.visibilityState === "visible" && Date.now() - this.touched < 60000;
    if (active) this.seconds += 5;
    if (this.seconds >= 60) this.leave();
  }

  leave() {
    if (this.ticking && this.seconds) this.report(this.seconds);
    this.seconds = 0;
  }

  report(seconds) {
    this.form.post({ type: "practised", question: this.form.question.id, seconds });
  }

  stop() {
    clearInterval(this.ticking);
    this.ticking = null;
    this.seconds = 0;
  }
}

// ---- putting it together ---------------------------------------------------------------------------

const keys = (form) => (event) => {
  if (!form.embedded) event.stopPropagation(); // else x, b or d d on a button would cut or add cells
  const command = event.ctrlKey || event.metaKey;
  if (command && event.key.toLowerCase() === "s") {
    event.preventDefault();
    form.saveNow();
  } else if (event.altKey && /^Digit[1-4]$/.test(event.code)) {
    event.preventDefault();
    form.root.querySelectorAll(".pk-area")[Number(event.code.at(-1)) - 1]?.focus();
  }
};

// The form of the question that the model shows now.
const show = (model, root, view, moved) => {
  const form = new Form(model, root, view);
  form.question = model.get("question");
  const prefix = `pk-${newId()}`;
  form.id = (name) => `${prefix}-${name}`;
  const { question } = form;
  const bar = statusBar(form);
  const practice = new Practice(form);
  const points = keyPoints(form);
  const tips = listSection(form, "Tips", "pk-tips", question.tips);
  const parts = question.parts.map((each, index) => part(form, each, index));
  if (form.embedded) root.setAttribute("aria-label", "Practise this question");
  else root.setAttribute("aria-labelledby", form.id("question"));
  root.classList.toggle("pk-embedded", form.embedded);
  root.replaceChildren(
    ...[
      !form.embedded && header(form),
      element("div", { className: "pk-before" }, points, tips),
      form.embedded
        ? section(form, "Your answer", "pk-parts", ...parts)
        : element("div", { className: "pk-parts" }, ...parts),
      rehearsal(form),
      listSection(form, "Follow-up questions", "pk-follow-ups", question.follow_ups),
      levels(form),
      example(form),
      companies(form),
      !form.embedded && element("div", { className: "pk-end" }, neighbours(form, "Questions, at the end")),
      bar,
    ].filter(Boolean),
  );

  const onkeydown = keys(form);
  const ontouch = () => {
    practice.touched = Date.now();
  };
  const onmessage = (message) => form.receive(message);
  const onlevel = () => form.showLevel?.();
  const onpractice = () => practice.follow();
  const onstorage = (event) => form.draftGone(event);
  const look = () => {
    if (document.visibilityState === "hidden") {
      for (const field of form.fields) field.send();
      practice.leave();
    } else if (!form.loading) form.load(); // another kernel may have saved since
  };
  const onleave = (event) => {
    for (const field of form.fields) field.send();
    if (form.drafts.failed && form.fields.some((field) => field.dirty)) event.preventDefault();
  };
  const listeners = [
    [root, "keydown", onkeydown],
    [root, "keydown", ontouch],
    [root, "pointerdown", ontouch],
    [window, "storage", onstorage],
    [window, "focus", look],
    [window, "beforeunload", onleave],
    [document, "visibilitychange", look],
  ];
  for (const [target, name, handler] of listeners) target.addEventListener(name, handler);
  model.on("msg:custom", onmessage);
  model.on("change:level", onlevel);
  model.on("change:practice_log", onpractice);

  for (const field of form.fields) field.box.lock(true); // until the stored text is there
  form.load();
  practice.follow();
  form.recount();
  form.refresh();
  if (moved) {
    root.scrollIntoView({ block: "start" });
    root.querySelector(".pk-question").focus({ preventScroll: true });
  }
  return {
    form,
    close: () => {
      form.close();
      form.stopClock();
      practice.leave();
      practice.stop();
      for (const [target, name, handler] of listeners) target.removeEventListener(name, handler);
      model.off("msg:custom", onmessage);
      model.off("change:level", onlevel);
      model.off("change:practice_log", onpractice);
    },
  };
};

function render({ model, el }) {
  // Shared by the forms of all questions shown here, since answers may come after the next step.
  // `flights` are the saves on their way, by number: {question, field, text}.
  const view = { id: newId(), numbers: countUp(), flights: new Map() };
  const root = element("section", { className: "pk-form", tabindex: "-1" });
  el.classList.add("pk-host");
  el.append(root);
  let shown = show(model, root, view, false);
  const onquestion = () => {
    const { moving } = shown.form;
    shown.close();
    shown = show(model, root, view, moving);
  };
  model.on("change:question", onquestion);
  return () => {
    model.off("change:question", onquestion);
    shown.close();
  };
}

export default { render };
