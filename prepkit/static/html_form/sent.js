// When answers were handed in, kept in the browser's storage; without storage, as long as the page is open.

import { readItem, writeItem } from "../shared/storage.js";

const MOST = 100;

export class Sent {
  constructor(store) {
    this.key = `prepkit-handed-in:${store}`;
    this.unkept = [];
  }

  // The times, oldest first.
  get moments() {
    try {
      const found = JSON.parse(readItem(this.key));
      return Array.isArray(found) ? found : this.unkept;
    } catch {
      return this.unkept;
    }
  }

  add(moment) {
    this.unkept = [...this.moments, moment].slice(-MOST);
    writeItem(this.key, JSON.stringify(this.unkept));
  }

  clear() {
    this.unkept = [];
    writeItem(this.key, null);
  }
}
