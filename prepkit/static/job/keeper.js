// Keeps a text stored while it is typed: a draft in the browser until the host says that exactly this text is
// stored. `send` sends {type: "save", …}; `tell` is called when there is something new to say.

import { readItem, writeItem } from "../shared/storage.js";

const readDraft = (key) => {
  try {
    return JSON.parse(readItem(key));
  } catch {
    return null; // not one of ours
  }
};

const PAUSE = 400; // ms without a key until the text is sent
const MOST = 1000; // ms until it is sent though typing goes on
const PATIENCE = 3000; // ms until a missing answer is called one
const AGAIN = 4000;

export class Keeper {
  constructor(key, send, tell) {
    Object.assign(this, { key, send, tell, stored: "", revision: 0, text: "", state: "loading", flight: null, seq: 0 });
  }

  get isStored() {
    return this.text === this.stored && !this.other;
  }

  // The host's text. A draft that it doesn't have is shown instead, and sent.
  loaded({ text, revision }) {
    const draft = readDraft(this.key);
    const isNew = this.state === "loading";
    if (!isNew && !this.isStored) return; // somebody is typing
    Object.assign(this, { stored: text, text, revision, state: "stored" });
    if (isNew && draft && draft.text !== text) {
      this.revision = draft.base;
      this.typed(draft.text);
    } else this.tell();
  }

  typed(text) {
    this.text = text;
    this.failed = !writeItem(this.key, JSON.stringify({ text, base: this.revision }));
    this.state = "typing";
    clearTimeout(this.timer);
    this.since ??= Date.now();
    const left = Math.max(0, MOST - (Date.now() - this.since));
    this.timer = setTimeout(() => this.sendNow(), Math.min(PAUSE, left));
    this.tell();
  }

  sendNow() {
    clearTimeout(this.timer);
    if (this.other) return;
    this.since = null;
    this.seq += 1;
    this.flight = { seq: this.seq, text: this.text };
    const isSent = this.send({ type: "save", seq: this.seq, text: this.text, based_on: this.revision });
    clearTimeout(this.ear);
    this.ear = setTimeout(() => this.missed("Not saved yet: the workbook isn't responding. Your text is safe in this browser."), isSent ? PATIENCE : 0);
  }

  missed(problem) {
    this.state = "lost";
    this.problem = problem;
    this.timer = setTimeout(() => this.sendNow(), AGAIN);
    this.tell();
  }

  // Takes the host's answer to a save; an answer to an older one says nothing about the text of now.
  receive(message) {
    if (message.seq !== this.flight?.seq) return;
    clearTimeout(this.ear);
    const { text } = this.flight;
    this.flight = null;
    if (message.type === "saved") {
      Object.assign(this, { stored: text, revision: message.revision });
      if (this.text === text) {
        writeItem(this.key, null);
        this.state = "stored";
      }
    } else if (message.type === "conflict") {
      this.other = { text: message.text, revision: message.revision };
      this.state = "conflict";
    } else if (message.final) {
      this.state = "refused";
      this.problem = message.message;
    } else {
      this.missed(`Not saved yet: ${message.message} ${message.remedy}`.trim());
      return;
    }
    this.tell();
  }

  // Of two texts, the candidate keeps the own one or takes the stored one.
  settle(own) {
    const { text, revision } = this.other;
    this.other = null;
    this.revision = revision;
    if (own) {
      this.typed(this.text);
      return;
    }
    Object.assign(this, { text, stored: text, state: "stored" });
    writeItem(this.key, null);
    this.tell();
  }

  close() {
    if (this.state === "typing") this.sendNow();
    clearTimeout(this.timer);
    clearTimeout(this.ear);
  }
}

// What is said about the text, and whether it is a problem.
export const stateText = ({ state, problem, text, failed }) => {
  if (state === "loading") return ["Loading …", false];
  if (["lost", "refused"].includes(state)) return [problem, true];
  if (state === "conflict") return ["This text was changed in another window. Pick one below; both are kept.", true];
  if (failed && state === "typing") return ["Wait for “Saved” before you close this page.", true];
  if (state === "typing") return ["Saving …", false];
  return [text ? "Saved, on this computer only." : "What you paste stays on this computer.", false];
};
