// The time of one take, in seconds, without its pauses. Pure, except for `now`, which gives milliseconds.

export class TakeClock {
  constructor(now = Date.now) {
    this.now = now;
    this.before = 0; // ms until the last pause
    this.since = null;
  }

  get running() {
    return this.since !== null;
  }

  get seconds() {
    return (this.before + (this.running ? this.now() - this.since : 0)) / 1000;
  }

  start() {
    this.since ??= this.now();
  }

  stop() {
    this.before = 1000 * this.seconds;
    this.since = null;
  }
}
