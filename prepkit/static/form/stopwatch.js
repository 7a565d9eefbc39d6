// Whole seconds, measured with pauses. Pure, except for `now`, which gives milliseconds.

export class Stopwatch {
  constructor(now = Date.now) {
    this.now = now;
    this.before = 0; // seconds until the last pause
    this.started = null;
  }

  get running() {
    return this.started !== null;
  }

  get seconds() {
    return this.before + (this.running ? Math.floor((this.now() - this.started) / 1000) : 0);
  }

  start() {
    this.started = this.now();
  }

  stop() {
    this.before = this.seconds;
    this.started = null;
  }

  // Forgets the seconds until the last pause; a running measurement continues.
  discard() {
    this.before = 0;
  }
}
