// Where revisions and rehearsals are: in the browser's database, within one of its transactions, or in the
// memory of the page, where the browser keeps nothing. Both have the same methods.

import { asked } from "./asked.js";

// In IndexedDB, lists sort after numbers and texts, so this range has all keys that begin with `names`.
const startingWith = (...names) => IDBKeyRange.bound(names, [...names, []]);

export class DatabaseShelf {
  // The stores of a transaction.
  constructor(revisions, reviews) {
    this.revisions = revisions;
    this.reviews = reviews;
  }

  async isEmpty() {
    return (await asked(this.revisions.count())) === 0;
  }

  // All revisions, by question, field and number.
  all() {
    return asked(this.revisions.getAll());
  }

  // All revisions of a field, oldest first.
  history(question, field) {
    return asked(this.revisions.getAll(startingWith(question, field)));
  }

  async newest(question, field) {
    return (await asked(this.revisions.openCursor(startingWith(question, field), "prev")))?.value;
  }

  // The newest revision of every field, of one question or all, without reading those before it.
  newestOfAll(question = null) {
    return new Promise((resolve, reject) => {
      const found = [];
      const request = this.revisions.openCursor(question === null ? null : startingWith(question), "prev");
      request.onerror = () => reject(request.error);
      request.onsuccess = () => {
        const cursor = request.result;
        if (!cursor) {
          resolve(found.reverse());
          return;
        }
        found.push(cursor.value);
        cursor.continue([cursor.value.question, cursor.value.field]);
      };
    });
  }

  add(revision) {
    return asked(this.revisions.add(revision));
  }

  rehearsals() {
    return asked(this.reviews.getAll());
  }

  addRehearsal(review) {
    return asked(this.reviews.add(review));
  }

  async clear() {
    await asked(this.revisions.clear());
    await asked(this.reviews.clear());
  }
}

const inOrder = (one, other) => {
  for (const name of ["question", "field", "revision"]) {
    if (one[name] !== other[name]) return one[name] < other[name] ? -1 : 1;
  }
  return 0;
};

export class MemoryShelf {
  constructor(revisions = [], reviews = []) {
    this.revisions = revisions;
    this.reviews = reviews;
  }

  copy() {
    return new MemoryShelf([...this.revisions], [...this.reviews]);
  }

  async isEmpty() {
    return this.revisions.length === 0;
  }

  async all() {
    return [...this.revisions].sort(inOrder);
  }

  async history(question, field) {
    return (await this.all()).filter((each) => each.question === question && each.field === field);
  }

  async newest(question, field) {
    return (await this.history(question, field)).at(-1);
  }

  async newestOfAll(question = null) {
    const newest = new Map();
    for (const each of await this.all()) {
      if (question === null || each.question === question) newest.set(`${each.question}\n${each.field}`, each);
    }
    return [...newest.values()];
  }

  async add(revision) {
    this.revisions.push(revision);
  }

  async rehearsals() {
    return [...this.reviews];
  }

  async addRehearsal(review) {
    this.reviews.push(review);
  }

  async clear() {
    this.revisions = [];
    this.reviews = [];
  }
}

// Gives work a shelf, one after the other. What is written is there when it is done; an error undoes all of it.
export class Memory {
  constructor() {
    this.shelf = new MemoryShelf();
    this.last = Promise.resolve();
  }

  transact(work) {
    const done = this.last.then(async () => {
      const copy = this.shelf.copy();
      const result = await work(copy);
      this.shelf = copy;
      return result;
    });
    this.last = done.catch(() => {});
    return done;
  }
}
