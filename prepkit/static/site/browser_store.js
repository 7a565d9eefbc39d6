// The answers in this browser: the site's counterpart of prepkit/answers.
//
// Append-only, in IndexedDB. A save adds a revision; a save that is based on an older revision than
// the newest is refused, and gets the newest text. Nothing is reported as saved before its
// transaction is complete. Nothing is sent anywhere.

import { newId } from "../shared/ids.js";
import { itemNames, writeItem } from "../shared/storage.js";
import { replaceLoneSurrogates } from "../shared/text.js";
import { openDatabase, transact } from "./database.js";
import { currentText } from "./exchange.js";
import { compareMoments, momentOf } from "./moments.js";
import { Memory } from "./shelf.js";

export class Conflict extends Error {
  constructor(current) {
    super("the text was changed elsewhere");
    this.current = current;
  }
}

const now = () => momentOf(new Date());

// Adds a text after the newest one, unless the newest is the same. If the browser has dropped its
// data since `based_on` was read, the numbers continue after `based_on`, because the form on the
// page ignores lower ones.
const addRevision = async (shelf, { question, field, text, origin, based_on = 0 }) => {
  const current = await shelf.newest(question, field);
  const known = Math.max(current?.revision ?? 0, based_on);
  if (current?.text === text && current.revision === known) return current;
  const revision = { question, field, revision: known + 1, text, saved_at: now(), origin };
  await shelf.add(revision);
  return revision;
};

const reviewKey = ({ question, rating, seconds, reviewed_at }) =>
  JSON.stringify([question, rating, seconds, reviewed_at]);

// Records by question and field, as a Map of Maps.
const grouped = (records, add) => {
  const found = new Map();
  for (const record of records) {
    if (!found.has(record.question)) found.set(record.question, new Map());
    add(found.get(record.question), record);
  }
  return found;
};

// Adds one field of a file by the rules of prepkit/answers/transfer.py, and counts it in `report`.
const importField = async (shelf, question, field, value, report) => {
  const stored = await shelf.history(question, field);
  const text = currentText(value);
  const isHistory = typeof value !== "string";
  const follows = isHistory && value.some((each) => each.text === stored.at(-1)?.text);
  if (!stored.length && isHistory) {
    for (const each of value) await shelf.add({ question, field, ...each });
    report.added += 1;
  } else if (value === "" || stored.some((each) => each.text === text)) {
    report.unchanged += 1;
  } else if (stored.length && !follows) {
    report.conflicts.push({ stored: stored.at(-1), imported: text });
  } else {
    await addRevision(shelf, { question, field, text, origin: "import" });
    report.added += 1;
  }
};

const importReviews = async (shelf, reviews, report) => {
  const known = new Set((await shelf.rehearsals()).map(reviewKey));
  for (const review of reviews) {
    if (known.has(reviewKey(review))) continue;
    known.add(reviewKey(review));
    await shelf.addRehearsal(review);
    report.reviews += 1;
  }
};

export class BrowserStore {
  constructor(name, forms) {
    this.name = name;
    this.forms = forms;
    this.bell = `prepkit-changed:${name}`; // the storage key whose change notifies other tabs
    this.database = null;
    this.memory = null;
    this.listeners = new Set();
    window.addEventListener("storage", ({ key, newValue }) => {
      if (key === this.bell && newValue) this.tell({ ...JSON.parse(newValue), elsewhere: true });
    });
  }

  // A change is {question, field, by}, {} for any number of fields, or {emptied: true} if everything
  // was deleted. A change made in another tab also has `elsewhere: true`.
  onchange(listener) {
    this.listeners.add(listener);
  }

  tell(change) {
    for (const listener of this.listeners) listener(change);
  }

  announce(change) {
    this.tell(change);
    // If this can't be written, other tabs see the change when the visitor switches to them.
    writeItem(this.bell, JSON.stringify({ ...change, id: newId() }));
  }

  open() {
    this.database ??= openDatabase(`prepkit:${this.name}`).then(
      (database) => {
        const forget = () => {
          this.database = null;
        };
        database.onclose = forget;
        database.onversionchange = () => {
          database.close();
          forget();
        };
        return database;
      },
      (error) => {
        this.database = null; // tried again next time: the visitor may have changed a setting
        throw error;
      },
    );
    return this.database;
  }

  // From here on nothing is kept but in the memory of this page: for a browser that stores nothing.
  forget() {
    this.memory = new Memory();
  }

  async transact(mode, work) {
    return this.memory ? this.memory.transact(work) : transact(await this.open(), mode, work);
  }

  read(work) {
    return this.transact("readonly", work);
  }

  async write(work) {
    const { result, first } = await this.transact("readwrite", async (shelf) => {
      const first = await shelf.isEmpty();
      return { first, result: await work(shelf) };
    });
    // Otherwise the browser may delete everything when it runs out of space.
    if (first) navigator.storage?.persist?.().catch(() => {});
    return result;
  }

  // The newest revision of every field, as a Map of Maps: by question, then by field.
  async load() {
    const found = await this.read((shelf) => shelf.newestOfAll());
    return grouped(found, (fields, revision) => fields.set(revision.field, revision));
  }

  answer(question) {
    return this.read((shelf) => shelf.newestOfAll(question));
  }

  history(question, field) {
    return this.read((shelf) => shelf.history(question, field));
  }

  async save({ question, field, text, based_on, by, origin = "form" }) {
    const whole = replaceLoneSurrogates(text);
    const saved = await this.write(async (shelf) => {
      const current = await shelf.newest(question, field);
      if (current && current.text !== whole && current.revision > based_on) throw new Conflict(current);
      return addRevision(shelf, { question, field, text: whole, origin, based_on });
    });
    this.announce({ question, field, by });
    return saved;
  }

  addReview({ question, rating, seconds }) {
    const review = { question, rating, seconds, reviewed_at: now() };
    return this.write(async (shelf) => {
      await shelf.addRehearsal(review);
      return review;
    });
  }

  // Everything that is stored, in the order in which prepkit writes it.
  export() {
    return this.read(async (shelf) => {
      const answers = grouped(await shelf.all(), (fields, revision) => {
        fields.set(revision.field, [...(fields.get(revision.field) ?? []), revision]);
      });
      const inOrder = (fields) =>
        new Map(this.forms.inOrder([...fields.keys()]).map((name) => [name, fields.get(name)]));
      const rehearsals = await shelf.rehearsals();
      return {
        answers: new Map([...answers].map(([question, fields]) => [question, inOrder(fields)])),
        reviews: rehearsals.sort((a, b) => compareMoments(a.reviewed_at, b.reviewed_at)),
      };
    });
  }

  // Adds what the file has and the browser doesn't, all of it or nothing. Texts that were changed on
  // both sides are not stored but returned as conflicts.
  async import({ answers, reviews }) {
    const report = await this.write(async (shelf) => {
      const done = { added: 0, unchanged: 0, conflicts: [], reviews: 0 };
      for (const [question, fields] of answers) {
        for (const [field, value] of fields) await importField(shelf, question, field, value, done);
      }
      await importReviews(shelf, reviews, done);
      return done;
    });
    this.announce({});
    return report;
  }

  // Makes one of the two texts of a conflict the current one; the other is kept in the history.
  async settle({ stored, imported }, keep) {
    const { question, field } = stored;
    const settled = await this.write(async (shelf) => {
      const current = await shelf.newest(question, field);
      if (current.revision !== stored.revision) throw new Conflict(current);
      const added = await addRevision(shelf, { question, field, text: imported, origin: "import" });
      if (keep === "imported") return added;
      return addRevision(shelf, { question, field, text: stored.text, origin: "restore" });
    });
    this.announce({ question, field });
    return settled;
  }

  // Deletes every answer and draft.
  async empty() {
    await this.transact("readwrite", (shelf) => shelf.clear());
    const drafts = [`prepkit:${this.name}:`, `prepkit-mock:${this.name}:`].flatMap((names) => itemNames(names) ?? []);
    for (const draft of drafts) writeItem(draft, null);
    this.announce({ emptied: true });
  }
}
