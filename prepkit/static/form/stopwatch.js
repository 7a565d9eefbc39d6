// Whole seconds that were measured, with pauses. Pure, but for `now`, which tells milliseconds.

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

  // What was measured before counts no more; it goes on where it is running.
  discard() {
    this.before = 0;
  }
}
