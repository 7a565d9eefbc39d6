// Where recordings stay: in the candidate's folder, through the host, or in this browser alone.
//
// A shelf has `follow({take, question, mime})`, which takes the pieces of a new take; `left()`, the takes that
// an earlier visit left unfinished; `takes(question)`, `blob(take)`, `drop(take)`, `caution()`, which resolves to
// what may happen to them there, and the words for its place.

import { t } from "../shared/language.js";
import { isFree } from "./locks.js";
import { Upload } from "./upload.js";

// The takes that ended with a page that was closed, or never reached the folder.
const abandoned = async (vault) => {
  const takes = await vault.takes();
  const free = await Promise.all(takes.map(({ take }) => isFree(take)));
  return takes.filter((_, index) => free[index]);
};

// What a page that was closed had begun, and not one sound came.
const dropEmpty = async (vault, takes) => {
  for (const { take, size } of takes) if (!size) await vault.drop(take);
  return takes.filter(({ size }) => size);
};

export class FolderShelf {
  constructor(host, vault) {
    this.host = host;
    this.vault = vault;
    this.uploads = new Map();
    this.place = "in your recordings folder";
    this.where = "Recordings stay on this computer, in the folder recordings beside your answers.";
    this.given = { over: false };
  }

  follow(about) {
    const upload = new Upload(this.host, this.vault, about);
    this.uploads.set(about.take, upload);
    return upload;
  }

  // Brings what earlier visits left to the folder, and returns it.
  async left() {
    const found = await dropEmpty(this.vault, await abandoned(this.vault).catch(() => []));
    for (const { take, question, mime } of found) {
      if (this.uploads.has(take)) continue;
      const upload = new Upload(this.host, this.vault, { take, question, mime }, await this.vault.pieces(take));
      this.uploads.set(take, upload);
      upload.end();
    }
    return found;
  }

  async takes(question = null) {
    const { message } = await this.host.ask({ type: "takes", question }, this.given);
    return message.takes;
  }

  // The browser's own copy if there is one, since the host may be gone; otherwise the host's.
  async blob(take) {
    const own = await this.vault.blob(take).catch(() => null);
    if (own) return own;
    const parts = [];
    const more = ({ at, size, total }, [buffer]) => {
      parts.push([at, buffer]);
      return at + size < total;
    };
    const { message } = await this.host.ask({ type: "play", take }, { more });
    const inOrder = [...new Map(parts)].sort(([one], [other]) => one - other).map(([, buffer]) => buffer);
    return new Blob(inOrder, { type: message.mime });
  }

  async drop(take) {
    const upload = this.uploads.get(take);
    upload?.close();
    await this.vault.drop(take).catch(() => {});
    await this.host.ask({ type: "delete", take }, this.given);
  }

  async caution() {
    return "";
  }

  close() {
    this.given.over = true;
    for (const upload of this.uploads.values()) upload.close();
  }
}

// Pieces are in the browser's storage already: nothing is left to do with them.
const NOTHING_TO_DO = {
  add: () => {},
  end: () => {},
  kept: true,
  trouble: null,
};

export class BrowserShelf {
  constructor(vault) {
    this.vault = vault;
    this.uploads = new Map();
    this.place = t("in this browser");
    this.where = t("Recordings stay in this browser. Nothing is sent anywhere.");
  }

  follow() {
    navigator.storage?.persist?.().catch(() => {}); // or the browser may delete them when space runs short
    return NOTHING_TO_DO;
  }

  async caution() {
    const isSafe = await navigator.storage?.persisted?.().catch(() => false);
    return isSafe ? "" : ` ${t("This browser may delete them when it runs out of space: download those that you want to keep.")}`;
  }

  async left() {
    const found = await dropEmpty(this.vault, await abandoned(this.vault).catch(() => []));
    const cut = found.filter(({ whole }) => !whole);
    for (const { take } of cut) await this.vault.end(take);
    return cut;
  }

  async takes(question = null) {
    const all = await this.vault.takes();
    return all.filter((one) => one.whole && (question === null || one.question === question));
  }

  blob(take) {
    return this.vault.blob(take);
  }

  drop(take) {
    return this.vault.drop(take);
  }

  close() {}
}
