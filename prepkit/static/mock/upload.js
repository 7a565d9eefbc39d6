// Brings a take from this browser into the candidate's folder: in pieces, each where the host's file ends, and
// at the end the checksum of the whole. Only then the browser's copy goes.

export const MOST = 256 * 1024; // bytes in one message: some ten megabytes would close the connection

// The bytes from `at` on, at most `most`, of pieces that follow each other. Pure.
export const bytesAt = (pieces, at, most) => {
  const chosen = [];
  let begin = 0;
  let room = most;
  for (const piece of pieces) {
    const from = Math.max(0, at - begin);
    if (from < piece.byteLength && room > 0) {
      const part = new Uint8Array(piece, from, Math.min(room, piece.byteLength - from));
      chosen.push(part);
      room -= part.byteLength;
    }
    begin += piece.byteLength;
  }
  const joined = new Uint8Array(most - room);
  let end = 0;
  for (const part of chosen) {
    joined.set(part, end);
    end += part.byteLength;
  }
  return joined.buffer;
};

// How many of the pieces aren't wholly in the first `stored` bytes. Pure.
export const piecesLeft = (pieces, stored) => {
  let end = 0;
  return pieces.filter((piece) => {
    end += piece.byteLength;
    return end > stored;
  }).length;
};

export const sha256 = async (bytes) => {
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
};

export class Upload {
  // `about` is {take, question, mime}; `pieces` are those that the browser has stored already.
  constructor(host, vault, about, pieces = []) {
    this.host = host;
    this.vault = vault;
    this.about = about;
    this.pieces = pieces;
    this.stored = 0; // bytes that the host has
    this.ended = false; // whether no piece will follow
    this.kept = false;
    this.given = { over: false, onsilence: (why) => this.tell(why) };
    this.trouble = null;
    this.onchange = () => {};
    this.wake = () => {};
    this.done = this.run();
  }

  get size() {
    return this.pieces.reduce((sum, piece) => sum + piece.byteLength, 0);
  }

  // How many pieces the host hasn't got.
  get left() {
    return piecesLeft(this.pieces, this.stored);
  }

  add(bytes) {
    this.pieces.push(bytes);
    this.wake();
    this.onchange();
  }

  end() {
    this.ended = true;
    this.wake();
  }

  // Whatever is left stays in the browser, for the next visit.
  close() {
    this.given.over = true;
    this.wake();
  }

  tell(trouble) {
    this.trouble = trouble;
    this.onchange();
  }

  async run() {
    while (!this.kept && !this.given.over) {
      try {
        await this.advance();
      } catch (error) {
        this.tell(error.message);
        await new Promise((resolve) => setTimeout(resolve, 8000));
      }
    }
  }

  async advance() {
    if (this.stored < this.size) await this.send();
    else if (this.ended) await this.finish();
    else {
      await new Promise((resolve) => {
        this.wake = resolve;
      });
    }
  }

  async send() {
    const at = this.stored;
    const bytes = bytesAt(this.pieces, at, MOST);
    const n = this.pieces.length - piecesLeft(this.pieces, at);
    const message = { type: "chunk", ...this.about, n, at, size: bytes.byteLength };
    this.heard(await this.host.ask(message, Object.assign(this.given, { buffers: [bytes] })));
  }

  async finish() {
    const whole = bytesAt(this.pieces, 0, this.size);
    const message = { type: "finish", ...this.about, size: whole.byteLength, sha256: await sha256(whole) };
    const answer = await this.host.ask(message, Object.assign(this.given, { buffers: [] }));
    if (answer?.message.type !== "kept") {
      this.heard(answer);
      return;
    }
    if (answer.message.size !== message.size || answer.message.sha256 !== message.sha256) {
      throw new Error("The copy in your folder isn't the same as the one in this browser, which is kept.");
    }
    await this.vault.drop(this.about.take);
    this.kept = true;
    this.tell(null);
  }

  heard(answer) {
    if (!answer) return;
    this.stored = Math.min(answer.message.size, this.size);
    this.tell(null);
  }
}
