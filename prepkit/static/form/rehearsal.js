// Saying the answer aloud: a clock, and how it went, which the host records.

import { element } from "../shared/dom.js";
import { clockTime } from "../shared/text.js";
import { PATIENCE } from "./retry.js";
import { formButton, section } from "./sections.js";
import { Stopwatch } from "./stopwatch.js";

export const RATINGS = ["again", "hard", "good", "easy"];

const LENGTH = 120; // seconds
const LABELS = { again: "Again", hard: "Hard", good: "Good", easy: "Easy" };

export class Rehearsal {
  constructor(form) {
    this.form = form;
    this.watch = new Stopwatch();
    this.clock = element("span", { className: "pk-clock", role: "timer" });
    this.track = element("span", { className: "pk-track-fill" });
    this.result = element("p", { className: "pk-hint pk-review-result", role: "status" });
    this.toggle = formButton("Start", () => this.startOrPause(), { className: "pk-button pk-strong" });
    this.clear = formButton("Reset", () => this.reset());
    this.review = this.question();
    form.onreview = (recorded, problem) => this.recorded(recorded, problem);
    this.paint();
  }

  question() {
    const id = this.form.id("review");
    return element(
      "div",
      { className: "pk-review", role: "group", "aria-labelledby": id },
      element("span", { className: "pk-review-title", id }, "How did it go?"),
      ...RATINGS.map((rating) => formButton(LABELS[rating], () => this.rate(rating))),
    );
  }

  section() {
    return section(
      this.form,
      "Rehearse aloud",
      "pk-rehearsal",
      element(
        "div",
        { className: "pk-clock-row" },
        this.clock,
        element("span", { className: "pk-of" }, `of ${clockTime(LENGTH)}`),
        this.toggle,
        this.clear,
      ),
      element("span", { className: "pk-track", "aria-hidden": "true" }, this.track),
      this.review,
      this.result,
    );
  }

  paint() {
    const { seconds, running } = this.watch;
    this.clock.textContent = clockTime(seconds);
    this.track.style.width = `${Math.min(100, (100 * seconds) / LENGTH)}%`;
    this.track.dataset.fit = seconds > LENGTH ? "high" : "good";
    this.toggle.textContent = running ? "Pause" : this.watch.before ? "Go on" : "Start";
    this.clear.disabled = !running && this.watch.before === 0;
    this.review.hidden = running || this.watch.before === 0;
  }

  startOrPause() {
    if (this.watch.running) this.pause();
    else this.start();
    this.paint();
  }

  start() {
    this.watch.start();
    this.result.textContent = "";
    this.ticking = setInterval(() => this.paint(), 500);
  }

  pause() {
    this.watch.stop();
    clearInterval(this.ticking);
  }

  reset() {
    this.pause();
    this.watch.discard();
    this.paint();
    this.toggle.focus();
  }

  rate(rating) {
    this.result.textContent = "Recording …";
    clearTimeout(this.unheard);
    this.unheard = setTimeout(() => this.missed(), PATIENCE);
    const { form } = this;
    const seq = form.numbers.next().value;
    const { seconds } = this.watch;
    if (!form.post({ type: "review", seq, question: form.question.id, rating, seconds })) this.missed();
  }

  missed() {
    clearTimeout(this.unheard);
    this.result.textContent = `Not recorded yet: ${this.form.words.silent} Choose again later.`;
  }

  recorded(recorded, problem) {
    clearTimeout(this.unheard);
    this.result.textContent = recorded ? `Recorded. ${this.form.words.recorded}` : `Not recorded: ${problem}`;
    if (!recorded) return;
    const hadFocus = this.review.contains(this.review.ownerDocument.activeElement);
    this.watch.discard();
    this.paint();
    if (hadFocus) this.toggle.focus();
  }

  close() {
    clearInterval(this.ticking);
    clearTimeout(this.unheard);
  }
}
