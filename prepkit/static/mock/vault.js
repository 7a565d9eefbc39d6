// Recordings in this browser's own storage: pieces of takes, numbered, on the disk before anybody else gets
// them. A take is {take, question, text, at, mime, seconds, size, whole}; `whole` is set when it has ended. Where
// there is no other store, attempts are here as well.

import { asked } from "../site/asked.js";

const open = async (name) => {
  const request = indexedDB.open(name, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore("takes", { keyPath: "take" });
    request.result.createObjectStore("pieces", { keyPath: ["take", "n"] });
    request.result.createObjectStore("attempts", { keyPath: ["question", "session", "started_at"] });
  };
  return asked(request);
};

const STORES = ["takes", "pieces", "attempts"];

// In IndexedDB, lists sort after numbers and texts, so this range has all keys that begin with `name`.
const startingWith = (name) => IDBKeyRange.bound([name], [name, []]);

export class Vault {
  constructor(workbook) {
    this.name = `prepkit-recordings:${workbook}`;
    this.database = null;
  }

  // Does `work` with the three stores; resolves to its result when what it wrote is on the disk.
  async transact(mode, work) {
    this.database ??= open(this.name);
    let database;
    try {
      database = await this.database;
    } catch (error) {
      this.database = null; // the visitor may change a setting
      throw error;
    }
    database.onversionchange = () => {
      database.close();
      this.database = null;
    };
    const transaction = database.transaction(STORES, mode, { durability: "strict" });
    const complete = new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error ?? new DOMException("not stored", "AbortError"));
    });
    const [result] = await Promise.all([work(...STORES.map((name) => transaction.objectStore(name))), complete]);
    return result;
  }

  begin(take) {
    const begun = { seconds: null, size: 0, whole: false, ...take };
    return this.transact("readwrite", (takes) => asked(takes.put(begun)));
  }

  add(take, n, bytes) {
    return this.transact("readwrite", async (takes, pieces) => {
      await asked(pieces.put({ take, n, bytes }));
      const known = await asked(takes.get(take));
      await asked(takes.put({ ...known, size: known.size + bytes.byteLength }));
    });
  }

  // The take has ended, and is `seconds` long (null if nobody knows).
  end(take, seconds = null) {
    return this.transact("readwrite", async (takes) => {
      const known = await asked(takes.get(take));
      if (known) await asked(takes.put({ ...known, seconds: seconds ?? known.seconds, whole: true }));
    });
  }

  // Newest first.
  async takes() {
    const found = await this.transact("readonly", (takes) => asked(takes.getAll()));
    return found.sort((a, b) => (a.at < b.at ? 1 : -1));
  }

  take(take) {
    return this.transact("readonly", (takes) => asked(takes.get(take)));
  }

  // The bytes of a take, piece by piece, without a gap: what follows a piece that is missing is left out.
  async pieces(take) {
    const found = await this.transact("readonly", (_, pieces) => asked(pieces.getAll(startingWith(take))));
    const whole = found.filter(({ n }, index) => n === index);
    return whole.map(({ bytes }) => bytes);
  }

  async blob(take) {
    const [known, pieces] = [await this.take(take), await this.pieces(take)];
    return known && pieces.length ? new Blob(pieces, { type: known.mime }) : null;
  }

  drop(take) {
    return this.transact("readwrite", async (takes, pieces) => {
      await asked(pieces.delete(startingWith(take)));
      await asked(takes.delete(take));
    });
  }

  empty() {
    return this.transact("readwrite", (...stores) => Promise.all(stores.map((store) => asked(store.clear()))));
  }

  // Resolves to whether the attempt is new.
  addAttempt(attempt) {
    return this.transact("readwrite", async (_takes, _pieces, attempts) => {
      const { question, session, started_at } = attempt;
      const known = await asked(attempts.get([question, session, started_at]));
      if (!known) await asked(attempts.add(attempt));
      return !known;
    });
  }

  // The attempts at a question, newest first.
  async attempts(question) {
    const found = await this.transact("readonly", (_takes, _pieces, attempts) => asked(attempts.getAll(startingWith(question))));
    return found.sort((a, b) => (a.started_at < b.started_at ? 1 : -1));
  }
}
