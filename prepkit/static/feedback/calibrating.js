// Before the first rating: three answers of the bank to rate, then how far that is from the reference.

import { inline } from "../form/markdown.js";
import { formButton } from "../form/sections.js";
import { actions, group, soft, strong, text } from "../mock/parts.js";
import { element } from "../shared/dom.js";
import { newId } from "../shared/ids.js";
import { formatMoment } from "../shared/text.js";
import { readItem, writeItem } from "../shared/storage.js";
import { RatingPanel } from "./rating.js";
import { withChange } from "./rows.js";

const PAUSE = 8000; // ms until a result that was refused is sent again

const fresh = () => ({ id: newId(), seed: Math.floor(Math.random() * 2 ** 31), ids: [], given: {}, at: 0 });

const title = (words) => element("h2", { className: "pk-heading pk-state-title", tabindex: "-1" }, words);

const difference = (points) => (points === 0 ? "the same" : `${Math.abs(points)} ${points > 0 ? "higher" : "lower"}`);

export class Calibration {
  // `page` has {ask, workbook, say}; `onend` is called when the coach wants to go on.
  constructor(page, { last, onend }) {
    Object.assign(this, { page, last, onend });
    this.name = `prepkit-feedback-calibration:${page.workbook}`;
    this.node = element("div", { className: "pk-feedback-calibration" });
    try {
      this.run = JSON.parse(readItem(this.name)) ?? null;
    } catch {
      this.run = null;
    }
  }

  show(...nodes) {
    const hadFocus = this.node.contains(document.activeElement);
    this.node.replaceChildren(...nodes.filter(Boolean));
    if (hadFocus) this.node.querySelector(".pk-state-title")?.focus();
  }

  keep() {
    writeItem(this.name, JSON.stringify(this.run));
  }

  intro() {
    this.panel = null;
    const begun = this.run?.ids.length ? "Go on" : "Rate three examples";
    this.show(
      title("Before you rate"),
      text("Rate three made-up answers first. Then you see a reference rating of each, with reasons, beside yours. It takes about ten minutes."),
      soft("Raters who have looked at the same examples agree more with each other, and rate more accurately. The three answers are good, middling and weak, in any order."),
      this.last ? soft(`Done on ${formatMoment(this.last.at)}. ${this.last.findings[0]}`) : null,
      actions(strong(begun, () => this.begin()), formButton(this.last ? "Back to rating" : "Skip for now", () => this.onend())),
    );
  }

  async begin() {
    this.run ??= fresh();
    try {
      const { samples, rubric } = await this.page.ask({ type: "samples", ids: this.run.ids, seed: this.run.seed });
      Object.assign(this, { samples, rubric });
    } catch (error) {
      this.page.say(error.message);
      return;
    }
    this.run.ids = this.samples.map(({ id }) => id);
    this.run.at = Math.min(this.run.at, this.samples.length - 1);
    this.keep();
    this.sample();
  }

  chosen(id) {
    return { scores: this.run.given[id] ?? {}, level_met: null };
  }

  sample() {
    const { at } = this.run;
    const one = this.samples[at];
    const isLast = at + 1 === this.samples.length;
    const change = (what) => {
      const chosen = withChange(this.chosen(one.id), what);
      this.run.given[one.id] = Object.fromEntries(Object.entries(chosen.scores).filter(([, score]) => score !== null));
      this.keep();
      this.panel.update(this.chosen(one.id));
    };
    this.panel = new RatingPanel(this.rubric, this.chosen(one.id), { onchange: change });
    const go = (step) => () => {
      this.run.at += step;
      this.keep();
      this.sample();
    };
    this.ahead = isLast ? () => this.compare() : go(1);
    this.show(
      element("p", { className: "pk-where" }, element("span", { className: "pk-category" }, `Example ${at + 1} of ${this.samples.length}`)),
      element("h2", { className: "pk-question pk-state-title", tabindex: "-1" }, ...inline(one.text)),
      element(
        "div",
        { className: "pk-feedback-desk" },
        element(
          "section",
          { className: "pk-feedback-answer", "aria-label": "The answer" },
          ...one.parts.flatMap(({ title: heading, text: told }) => [
            heading ? element("h3", { className: "pk-label" }, heading) : null,
            element("div", { className: "pk-feedback-told", dir: "auto" }, ...inline(told)),
          ]).filter(Boolean),
          group("Key points of this question", { className: "pk-feedback-points" }, element("ul", { className: "pk-list" }, ...one.key_points.map((point) => element("li", {}, ...inline(point))))),
        ),
        element(
          "section",
          { className: "pk-feedback-judging", "aria-label": "Your rating" },
          element("h3", { className: "pk-heading" }, "Your rating"),
          this.panel.node,
        ),
      ),
      actions(
        at ? formButton("Back", go(-1)) : null,
        strong(isLast ? "Compare with the reference" : "Next example", () => this.ahead()),
        formButton("Stop for now", () => this.onend()),
      ),
    );
    this.node.scrollIntoView({ block: "nearest" });
  }

  async compare() {
    const { id, ids, given } = this.run;
    const chosen = Object.fromEntries(ids.map((one) => [one, given[one] ?? {}]));
    let result;
    while (!result) {
      try {
        result = await this.page.ask({ type: "calibrated", id, ids, given: chosen });
      } catch (error) {
        this.page.say(`Not saved yet: ${error.message}`);
        await new Promise((resolve) => setTimeout(resolve, PAUSE));
      }
    }
    this.page.say("");
    this.run = null;
    writeItem(this.name, null);
    this.last = { at: new Date().toISOString(), findings: result.findings };
    this.result(result);
  }

  result({ findings, answers }) {
    this.panel = null;
    const told = new Map(this.samples.map((one) => [one.id, one]));
    const row = ({ dimension, given, reference, quote, reason }) =>
      element(
        "li",
        { className: "pk-feedback-compared", "data-far": String(Math.min(2, Math.abs(given - reference))) },
        element("p", {}, element("b", {}, dimension), ` You: ${given}. Reference: ${reference}. Yours is ${difference(given - reference)}.`),
        element("p", { className: "pk-hint" }, quote ? `“${quote}” ` : "", reason),
      );
    const answer = ({ id, overall, reason, scores }, index) =>
      element(
        "section",
        {},
        element("h3", { className: "pk-heading" }, `${index + 1}. ${told.get(id).text}`),
        soft(`As a whole, the reference rates it ${overall}. ${reason}`),
        element("ul", { className: "pk-feedback-result", role: "list" }, ...scores.map(row)),
      );
    this.show(
      title("How your ratings compare"),
      element("ul", { className: "pk-list" }, ...findings.map((finding) => element("li", {}, finding))),
      ...answers.map(answer),
      actions(strong("Start rating", () => this.onend()), formButton("Rate three more", () => this.begin())),
    );
    this.node.querySelector(".pk-state-title").focus();
  }

  // The keys of the page.
  command({ score, name }) {
    if (!this.panel) return null;
    if (name === "next") this.ahead();
    if (name === "back") this.panel.back();
    if (score === undefined) return null;
    const row = this.panel.current;
    if (!row || !this.panel.choose(row, score)) return null;
    if (document.activeElement?.closest("[data-row]")) this.node.querySelector(".pk-question").focus({ preventScroll: true });
    const next = this.panel.current;
    if (next) this.panel.reveal(next);
    return `${row.name}: ${score || "taken back"}.${next ? ` Next: ${next.name}.` : " All rated."}`;
  }
}
