// Asking a host again, with longer and longer pauses.

export const PATIENCE = 3000; // ms until a missing answer is called one

const FIRST = 2000;
const LAST = 15000;

export class Retry {
  constructor(work) {
    this.work = work;
    this.pause = FIRST;
    this.timer = null;
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(this.work, this.pause);
    this.pause = Math.min(this.pause * 2, LAST);
  }

  stop() {
    clearTimeout(this.timer);
  }

  // The host has answered: the pauses start from the shortest again.
  reset() {
    this.stop();
    this.pause = FIRST;
  }
}
