// One take while it is recorded: from the microphone into the browser's storage, and from there to the host.

import { newId } from "../shared/ids.js";
import { TakeClock } from "./clock.js";
import { Microphone } from "./microphone.js";
import { heldLock } from "./locks.js";

// Such as 20261130T190500Z-k3v9x2a8: sorted by time, and never twice.
export const takeId = (date = new Date(), id = newId()) =>
  `${date.toISOString().replace(/[-:]|\.\d+/g, "")}-${id.slice(0, 8)}`;

export class Recording {
  // `question` is {id, text}; `shelf` brings pieces to where they stay; `onlost` gets the reason why the recording has ended by itself.
  constructor(vault, shelf, question, onlost) {
    this.vault = vault;
    this.shelf = shelf;
    this.question = question;
    this.take = takeId();
    this.clock = new TakeClock();
    this.microphone = new Microphone(window, {
      onpiece: (blob) => this.keep(blob),
      onlost: () => {
        this.stop();
        onlost("device");
      },
    });
    this.onlost = onlost;
    this.pieces = [];
    this.work = Promise.resolve(); // each piece waits for the one before it
    this.finished = null;
    this.whole = false; // whether all of it is in the browser's storage
  }

  get blob() {
    return this.pieces.length ? new Blob(this.pieces, { type: this.mime }) : null;
  }

  // Begins to record. Whoever calls has the candidate's consent.
  async start() {
    await this.microphone.open();
    const at = new Date().toISOString();
    const { id: question, text } = this.question;
    await this.vault.begin({ take: this.take, question, text, at, mime: "" }).catch(() => {
      throw new DOMException("this page can't store anything", "storage");
    });
    this.release = await heldLock(this.take);
    this.mime = await this.microphone.start();
    this.clock.start();
    const about = { take: this.take, question, mime: this.mime };
    await this.vault.begin({ ...about, text, at });
    this.upload = this.shelf.follow(about);
  }

  keep(blob) {
    this.work = this.work.then(async () => {
      const bytes = await blob.arrayBuffer();
      this.pieces.push(bytes);
      await this.vault.add(this.take, this.pieces.length - 1, bytes);
      this.upload?.add(bytes);
    });
    this.work = this.work.catch(() => {
      if (!this.finished) this.onlost("storage");
    });
  }

  pause() {
    this.clock.stop();
    this.microphone.pause();
  }

  resume() {
    this.microphone.resume();
    this.clock.start();
  }

  flush() {
    this.microphone.flush();
  }

  // Stops at once; resolves when all that was said is in the browser's storage.
  stop() {
    if (this.finished) return this.finished;
    this.clock.stop();
    const { seconds } = this.clock;
    const stopped = this.microphone.stop();
    this.finished = (async () => {
      await stopped;
      await this.work;
      await this.vault.end(this.take, seconds).catch(() => {});
      this.upload?.end();
      this.release?.();
      this.whole = true;
    })();
    return this.finished;
  }
}
