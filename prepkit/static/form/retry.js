// Asking a host again, less and less often.

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

  // The host was heard: the next silence begins anew.
  reset() {
    this.stop();
    this.pause = FIRST;
  }
}
