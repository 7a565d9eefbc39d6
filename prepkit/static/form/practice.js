// Seconds of practice, sent to the host only while the candidate allows it.

const TICK = 5; // seconds
const ACTIVE = 60000; // ms since the last key or click
const REPORT = 60; // seconds

export class Practice {
  constructor(form) {
    this.form = form;
    this.seconds = 0;
    this.touched = 0;
    this.ticking = null;
  }

  follow() {
    const allowed = this.form.model.get("practice_log") === true;
    if (allowed && !this.ticking) {
      this.report(0); // the question was opened
      this.ticking = setInterval(() => this.count(), TICK * 1000);
    } else if (!allowed) this.stop();
  }

  touch() {
    this.touched = Date.now();
  }

  count() {
    const active = document.visibilityState === "visible" && Date.now() - this.touched < ACTIVE;
    if (active) this.seconds += TICK;
    if (this.seconds >= REPORT) this.leave();
  }

  leave() {
    if (this.ticking && this.seconds) this.report(this.seconds);
    this.seconds = 0;
  }

  report(seconds) {
    this.form.post({ type: "practised", question: this.form.question.id, seconds });
  }

  stop() {
    clearInterval(this.ticking);
    this.ticking = null;
    this.seconds = 0;
  }
}
