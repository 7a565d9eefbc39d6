// What the coach says, on its way to the host: it is in this browser's storage until the host has stored it.
//
// A parcel is {kind, student, question, …}: "rate" (with the change and the revisions that it is about), "comment",
// "remove", or "draft", a comment that is still being written, which goes nowhere. A later one of the same key
// takes the place of an earlier one.
//
// Each window keeps its own. Those of a window that was closed are taken over by the next one that opens.

import { heldLock, isFree } from "../mock/locks.js";
import { newId } from "../shared/ids.js";
import { itemNames, readItem, writeItem } from "../shared/storage.js";
import { withChange } from "./rows.js";

const AGAIN = 8000; // ms after the host has refused one

const lockOf = (view) => `feedback-${view}`;

const nameOf = ({ kind, student, question, id = "" }) => {
  const about = kind === "rate" ? "rate" : kind === "draft" ? "draft" : "comment";
  return [about, student, question, id].join("|");
};

const readParcel = (name) => {
  try {
    const parcel = JSON.parse(readItem(name));
    return parcel?.kind ? parcel : null;
  } catch {
    return null; // not one of ours
  }
};

// What becomes of a parcel of a closed window where this one has said something else: scores of both count, this
// window's where both scored; a comment becomes a draft of its own, so that no text is lost.
export const beside = (found, mine, id) => {
  if (!mine) return found;
  if (found.kind === "rate") return { ...mine, change: withChange(found.change, mine.change) };
  return found.text && found.text !== mine.text ? { ...found, kind: "draft", id, before: "" } : mine;
};

export class Outbox {
  // `onnews` is called when something changes, `onarrived(parcel, answer)` when the host has stored one.
  constructor(host, workbook, { onnews, onarrived }) {
    Object.assign(this, { host, onnews, onarrived });
    this.prefix = `prepkit-feedback:${workbook}:`;
    this.parcels = new Map(); // by key, oldest first
    this.flights = new Set(); // keys
    this.trouble = null; // why something isn't stored yet
    this.failed = false; // whether this browser can't keep anything
    this.savedAt = null;
    this.over = { over: false, onsilence: (why) => this.tell(why) };
    heldLock(lockOf(host.view)).then((free) => {
      this.free = free;
      if (this.over.over) free();
    });
  }

  get waiting() {
    return [...this.parcels.values()].filter(({ kind }) => kind !== "draft");
  }

  tell(why) {
    this.trouble = why;
    this.onnews();
  }

  stored(key, view = this.host.view) {
    return `${this.prefix}${view}:${key}`;
  }

  // Takes over what windows have left that were closed. Those that are open take a moment to tell.
  async adopt() {
    if (this.adopting) return;
    this.adopting = true;
    await this.adoptAll();
    this.adopting = false;
  }

  async adoptAll() {
    const names = itemNames(this.prefix) ?? [];
    const views = new Set(names.map((name) => name.slice(this.prefix.length).split(":", 1)[0]));
    for (const view of views) {
      if (view === this.host.view || !(await isFree(lockOf(view)))) continue;
      if (this.over.over) return;
      for (const name of names.filter((one) => one.startsWith(`${this.prefix}${view}:`))) {
        const parcel = readParcel(name);
        if (!parcel) continue;
        this.put(beside(parcel, this.parcels.get(nameOf(parcel)), newId()));
        if (!this.failed) writeItem(name, null);
      }
    }
    this.onnews();
  }

  // Keeps a parcel in the browser, and sends it if it isn't a draft.
  put(parcel) {
    const key = nameOf(parcel);
    const before = this.parcels.get(key);
    const merged =
      parcel.kind === "rate" && before ? { ...parcel, change: withChange(before.change, parcel.change) } : parcel;
    this.parcels.set(key, merged);
    this.failed = !writeItem(this.stored(key), JSON.stringify(merged));
    if (parcel.kind !== "draft") this.send(key);
    this.onnews();
  }

  drop(parcel) {
    const key = nameOf(parcel);
    this.parcels.delete(key);
    writeItem(this.stored(key), null);
    this.onnews();
  }

  // Those about one answer, of one kind.
  of(kind, { student, question }) {
    return [...this.parcels.values()].filter(
      (one) => one.kind === kind && one.student === student && one.question === question,
    );
  }

  async send(key) {
    if (this.flights.has(key)) return; // it looks again when it has landed
    this.flights.add(key);
    while (!this.over.over && this.parcels.has(key)) {
      const parcel = this.parcels.get(key);
      const { kind, ...content } = parcel;
      try {
        const answer = await this.host.ask({ ...content, type: kind }, this.over);
        if (!answer) break;
        this.trouble = null;
        this.savedAt = new Date();
        this.onarrived(parcel, answer.message);
        if (this.parcels.get(key) === parcel) this.drop(parcel);
      } catch (error) {
        this.tell(error.message);
        await new Promise((resolve) => setTimeout(resolve, AGAIN));
      }
    }
    this.flights.delete(key);
    this.onnews();
  }

  close() {
    this.over.over = true;
    this.free?.();
  }
}
