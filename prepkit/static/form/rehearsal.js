// Practising out loud: a clock, and how it went, which the host saves.

import { element } from "../shared/dom.js";
import { partsOf } from "../shared/fields.js";
import { t } from "../shared/language.js";
import { clockTime, daysAway, formatDay } from "../shared/text.js";
import { durationRange, spokenGoal } from "../shared/words.js";
import { whatIsWrong } from "./host.js";
import { PATIENCE } from "./retry.js";
import { formButton, section } from "./sections.js";
import { Stopwatch } from "./stopwatch.js";

export const RATINGS = ["again", "hard", "good", "easy"]; // in the words of the FSRS scheduler

export const LABELS = {
  again: t("Stumbled"),
  hard: t("Got through it"),
  good: t("Smooth"),
  easy: t("Very easy"),
};

// How long the answer to a question should take, in seconds: as long as its parts' goals in words.
export const timeGoal = (question) => {
  const goals = partsOf(question)
    .map(({ words }) => words)
    .filter(Boolean);
  const total = (end) => goals.reduce((sum, words) => sum + words[end], 0);
  return spokenGoal(total(0), total(1));
};

export class Rehearsal {
  constructor(form) {
    this.form = form;
    this.goal = timeGoal(form.question);
    this.watch = new Stopwatch();
    this.clock = element("span", { className: "pk-clock", role: "timer" });
    this.track = element("span", { className: "pk-track-fill" });
    this.result = element("p", { className: "pk-hint pk-review-result", role: "status" });
    this.toggle = formButton(t("Start"), () => this.startOrPause(), { className: "pk-button pk-strong" });
    this.clear = formButton(t("Reset"), () => this.reset());
    this.whens = {}; // by rating, the element that says when the question comes back
    this.review = this.question();
    form.onreview = (saved, message) => this.reviewed(saved, message);
    form.oncomebacks = (due) => this.showComebacks(due);
    this.paint();
  }

  question() {
    const id = this.form.id("review");
    return element(
      "div",
      { className: "pk-review", role: "group", "aria-labelledby": id },
      element("span", { className: "pk-review-title", id }, t("How did it go?")),
      ...RATINGS.map((rating) => this.choice(rating)),
    );
  }

  choice(rating) {
    this.whens[rating] = element("span", { className: "pk-when" });
    const button = formButton(LABELS[rating], () => this.rate(rating), { className: "pk-button pk-choice" });
    button.append(this.whens[rating]);
    return button;
  }

  section() {
    return section(
      this.form,
      t("Practise out loud"),
      "pk-rehearsal",
      element(
        "div",
        { className: "pk-clock-row" },
        this.clock,
        element("span", { className: "pk-of" }, t("aim for {range}", { range: durationRange(this.goal) })),
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
    const [least, most] = this.goal;
    this.clock.textContent = clockTime(seconds);
    this.track.style.width = `${Math.min(100, (100 * seconds) / most)}%`;
    this.track.dataset.fit = seconds > most ? "high" : seconds < least ? "low" : "good";
    this.toggle.textContent = running ? t("Pause") : this.watch.before ? t("Resume") : t("Start");
    this.clear.disabled = !running && this.watch.before === 0;
    this.review.hidden = running || this.watch.before === 0;
  }

  // With a space before it, since the button's text is also its name.
  showComebacks(due) {
    for (const [rating, when] of Object.entries(this.whens)) when.textContent = ` ${daysAway(due[rating])}`;
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
    const { form } = this;
    form.post({ type: "comebacks", question: form.question.id }); // known before the clock is stopped
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
    this.result.textContent = t("Saving …");
    clearTimeout(this.unheard);
    this.unheard = setTimeout(() => this.missed(), PATIENCE);
    const { form } = this;
    const seq = form.numbers.next().value;
    const { seconds } = this.watch;
    if (!form.post({ type: "review", seq, question: form.question.id, rating, seconds })) this.missed();
  }

  missed() {
    clearTimeout(this.unheard);
    this.result.textContent = t("Not saved yet: {why} Try again in a moment.", { why: this.form.words.silent });
  }

  // The host has saved the rating, and may say when the question comes back; or it says what is wrong.
  reviewed(saved, message) {
    clearTimeout(this.unheard);
    if (!saved) this.result.textContent = t("Not saved: {why}", { why: whatIsWrong(message) });
    else if (message.due) this.result.textContent = t("Saved. We'll bring this back on {day}.", { day: formatDay(message.due) });
    else this.result.textContent = this.form.words.recorded;
    if (!saved) return;
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
