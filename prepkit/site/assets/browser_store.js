// The answers in this browser: what prepkit/store and prepkit/forms/star_form.py are for a notebook.
//
// Append-only, in IndexedDB: a save adds a revision, and one that was made from an older revision
// than the newest is refused with the newest text. Nothing is called saved before its transaction
// is complete. Nothing is sent anywhere.

const SITE_WORDS = {
  store: "this browser's database",
  silent: "this browser's storage does not answer.",
  wait: "Wait a moment, or reload the page.",
  gone: "this page is cut off from the browser's storage.",
  again: "Reload the page to go on.",
  recorded: "It goes into your export, with which prepkit decides when the question is due again.",
};

const BLOCKED =
  "This browser keeps nothing for this site, so nothing that is written here would last. " +
  "Allow the site to store data, or open it in an ordinary window, then reload the page.";

// Its message is for the visitor.
class StorageError extends Error {}

class Conflict extends Error {
  constructor(current) {
    super("the text was changed elsewhere");
    this.current = current;
  }
}

const explained = (error) => {
  if (error instanceof StorageError) return error.message;
  if (error.name === "QuotaExceededError") {
    return "The storage that this browser gives to the site is full. Export your answers, then make space on this device.";
  }
  return `This browser's storage failed (${error.name}: ${sentence(error.message)}) Reload the page; if it fails again, restart the browser.`;
};

// ---- IndexedDB ------------------------------------------------------------------------------

const asked = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

const opened = async (name) => {
  try {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("revisions", { keyPath: ["question", "field", "revision"] });
      request.result.createObjectStore("reviews", { autoIncrement: true });
    };
    return await asked(request);
  } catch (error) {
    if (error.name === "VersionError") {
      throw new StorageError("A newer version of this site has stored answers here. Reload the page to get it.");
    }
    throw error.name === "QuotaExceededError" ? error : new StorageError(BLOCKED);
  }
};

// Lists are greater than numbers and texts, so these are all keys that begin with `names`.
const startingWith = (...names) => IDBKeyRange.bound(names, [...names, []]);

const newest = async (revisions, question, field) =>
  (await asked(revisions.openCursor(startingWith(question, field), "prev")))?.value;

// The newest revision of every field, without reading those before it.
const allNewest = (revisions) =>
  new Promise((resolve, reject) => {
    const found = [];
    const request = revisions.openCursor(null, "prev");
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

const now = () => moment(new Date().toISOString());

// Adds a text after the newest one, unless that has the same text. A browser may have dropped its
// data since `based_on` was read; the count goes on from there, as what is shown knows no lower one.
const addRevision = async (revisions, { question, field, text, origin, based_on = 0 }) => {
  const current = await newest(revisions, question, field);
  const known = Math.max(current?.revision ?? 0, based_on);
  if (current?.text === text && current.revision === known) return current;
  const revision = { question, field, revision: known + 1, text, saved_at: now(), origin };
  await asked(revisions.add(revision));
  return revision;
};

const stateOf = (fields) => {
  const filled = PARTS.filter((name) => fields.get(name)?.text.trim()).length;
  return filled === PARTS.length ? "complete" : filled ? "started" : "untouched";
};

const reviewKey = ({ question, rating, seconds, reviewed_at }) =>
  JSON.stringify([question, rating, seconds, reviewed_at]);

class BrowserStore {
  constructor(name) {
    this.name = name;
    this.bell = `prepkit-changed:${name}`; // the key whose change tells other tabs
    this.database = null;
    this.listeners = new Set();
    window.addEventListener("storage", ({ key, newValue }) => {
      if (key === this.bell && newValue) this.tell({ ...JSON.parse(newValue), elsewhere: true });
    });
  }

  // A change is {question, field, by}, or {} for any number of fields; {emptied: true} is all gone.
  // One of another tab is `elsewhere`.
  onchange(listener) {
    this.listeners.add(listener);
  }

  tell(change) {
    for (const listener of this.listeners) listener(change);
  }

  announce(change) {
    this.tell(change);
    try {
      localStorage.setItem(this.bell, JSON.stringify({ ...change, id: newId() }));
    } catch {
      // other tabs see it when they are looked at
    }
  }

  open() {
    this.database ??= opened(`prepkit:${this.name}`).then(
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
        this.database = null; // asked again next time: the visitor may have changed a setting
        throw error;
      },
    );
    return this.database;
  }

  // Returns what `work` returns once all that it wrote is on the disk; an error takes it all back.
  async transact(mode, work) {
    const database = await this.open();
    const transaction = database.transaction(["revisions", "reviews"], mode, { durability: "strict" });
    const complete = new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error ?? new StorageError("This browser gave up the save."));
    });
    complete.catch(() => {}); // heard below, unless `work` failed first
    let result;
    try {
      result = await work(transaction.objectStore("revisions"), transaction.objectStore("reviews"));
    } catch (error) {
      try {
        transaction.abort();
      } catch {
        // it is aborted already
      }
      throw error;
    }
    await complete;
    return result;
  }

  read(work) {
    return this.transact("readonly", work);
  }

  async write(work) {
    const { result, first } = await this.transact("readwrite", async (revisions, reviews) => {
      const empty = (await asked(revisions.count())) === 0;
      return { first: empty, result: await work(revisions, reviews) };
    });
    // Else the browser may drop all of it when it runs short of space.
    if (first) navigator.storage?.persist?.().catch(() => {});
    return result;
  }

  // Questions with their fields' newest revisions.
  async load() {
    const found = new Map();
    for (const revision of await this.read(allNewest)) {
      const { question, field } = revision;
      if (!found.has(question)) found.set(question, new Map());
      found.get(question).set(field, revision);
    }
    return found;
  }

  answer(question) {
    return this.read(async (revisions) => {
      const found = await Promise.all(FIELDS.map((field) => newest(revisions, question, field)));
      return found.filter(Boolean);
    });
  }

  history(question, field) {
    return this.read((revisions) => asked(revisions.getAll(startingWith(question, field))));
  }

  async save({ question, field, text, based_on, by, origin = "form" }) {
    const whole = wholeCharacters(text);
    const saved = await this.write(async (revisions) => {
      const current = await newest(revisions, question, field);
      if (current && current.text !== whole && current.revision > based_on) throw new Conflict(current);
      return addRevision(revisions, { question, field, text: whole, origin, based_on });
    });
    this.announce({ question, field, by });
    return saved;
  }

  addReview({ question, rating, seconds }) {
    const review = { question, rating, seconds, reviewed_at: now() };
    return this.write(async (_, reviews) => {
      await asked(reviews.add(review));
      return review;
    });
  }

  // All that is kept, in the order in which prepkit writes it.
  export() {
    return this.read(async (revisions, reviews) => {
      const answers = new Map();
      for (const revision of await asked(revisions.getAll())) {
        const { question, field } = revision;
        if (!answers.has(question)) answers.set(question, new Map(FIELDS.map((name) => [name, []])));
        answers.get(question).get(field).push(revision);
      }
      for (const fields of answers.values()) {
        for (const [name, history] of fields) if (!history.length) fields.delete(name);
      }
      const rehearsals = await asked(reviews.getAll());
      return { answers, reviews: rehearsals.sort((a, b) => inOrder(a.reviewed_at, b.reviewed_at)) };
    });
  }

  // Adds what a file has and the browser has not, all of it or nothing, by the rules of
  // prepkit/store/transfer.py. Texts that were changed on both sides are returned, not stored.
  async import({ answers, reviews }) {
    const report = await this.write(async (revisions, rehearsals) => {
      const done = { added: 0, unchanged: 0, conflicts: [], reviews: 0 };
      for (const [question, fields] of answers) {
        for (const [field, value] of fields) {
          const stored = await asked(revisions.getAll(startingWith(question, field)));
          const text = currentText(value);
          const isHistory = typeof value !== "string";
          const follows = isHistory && value.some((each) => each.text === stored.at(-1)?.text);
          if (!stored.length && isHistory) {
            for (const each of value) await asked(revisions.add({ question, field, ...each }));
            done.added += 1;
          } else if (value === "" || stored.some((each) => each.text === text)) {
            done.unchanged += 1;
          } else if (stored.length && !follows) {
            done.conflicts.push({ stored: stored.at(-1), imported: text });
          } else {
            await addRevision(revisions, { question, field, text, origin: "import" });
            done.added += 1;
          }
        }
      }
      const known = new Set((await asked(rehearsals.getAll())).map(reviewKey));
      for (const review of reviews) {
        if (known.has(reviewKey(review))) continue;
        known.add(reviewKey(review));
        await asked(rehearsals.add(review));
        done.reviews += 1;
      }
      return done;
    });
    this.announce({});
    return report;
  }

  // Makes one text of a conflict the current one; the other stays in the history.
  async settle({ stored, imported }, keep) {
    const { question, field } = stored;
    const settled = await this.write(async (revisions) => {
      const current = await newest(revisions, question, field);
      if (current.revision !== stored.revision) throw new Conflict(current);
      const added = await addRevision(revisions, { question, field, text: imported, origin: "import" });
      if (keep === "imported") return added;
      return addRevision(revisions, { question, field, text: stored.text, origin: "restore" });
    });
    this.announce({ question, field });
    return settled;
  }

  // Takes away every answer and draft.
  async empty() {
    await this.transact("readwrite", async (revisions, reviews) => {
      await asked(revisions.clear());
      await asked(reviews.clear());
    });
    try {
      const drafts = Object.keys(localStorage).filter((key) => key.startsWith(`prepkit:${this.name}:`));
      for (const key of drafts) localStorage.removeItem(key);
    } catch {
      // where nothing may be stored there are no drafts
    }
    this.announce({ emptied: true });
  }
}

// ---- what the form talks to -----------------------------------------------------------------

const told = ({ text, revision, saved_at }) => ({ text, revision, saved_at });

class BrowserModel {
  constructor(store, question, heading) {
    this.store = store;
    this.values = { question, heading, workbook: store.name, embedded: true, words: SITE_WORDS };
    this.handlers = new Map();
    this.view = null; // of the form that is shown
    store.onchange((change) => this.changed(change));
  }

  get(name) {
    return this.values[name];
  }

  on(name, handler) {
    this.handlers.set(name, [...(this.handlers.get(name) ?? []), handler]);
  }

  off(name, handler) {
    this.handlers.set(name, (this.handlers.get(name) ?? []).filter((each) => each !== handler));
  }

  hear(message) {
    for (const handler of this.handlers.get("msg:custom") ?? []) handler(message);
  }

  send(message) {
    this.view = message.view;
    this.answered(message).then((answer) => {
      if (answer) this.hear({ ...message, ...answer });
    });
  }

  async answered(message) {
    const { type, question, field } = message;
    try {
      if (type === "load") {
        const found = await this.store.answer(question);
        return { type: "answer", fields: Object.fromEntries(found.map((each) => [each.field, told(each)])) };
      }
      if (type === "save") {
        const saved = await this.store.save({ ...message, by: message.view });
        return { type: "saved", ...told(saved) };
      }
      if (type === "history") return { type, revisions: await this.store.history(question, field) };
      if (type === "review") {
        await this.store.addReview(message);
        return { type: "reviewed" };
      }
      return null; // nobody is told that somebody practises
    } catch (error) {
      if (error instanceof Conflict) return { type: "conflict", ...told(error.current) };
      return { type: "error", about: type, message: explained(error) };
    }
  }

  async changed({ question, field, by }) {
    const own = this.values.question.id;
    if (by === this.view || (question !== undefined && question !== own)) return;
    let found = [];
    try {
      found = await this.store.answer(own);
    } catch {
      return; // the form meets the same trouble when it next asks, and says so
    }
    for (const each of found) {
      if (field === undefined || field === each.field) {
        this.hear({ type: "changed", question: own, field: each.field, by, ...told(each) });
      }
    }
  }
}
