// The page on which a coach rates answers: one question across students, or one student across questions.
//
// It talks to its host only through `model`; see mock/host.js for how. The requests are
//   overview · open · rate · comment · remove · pool · rater · samples · calibrated
// Names, answers and comments go in messages only. What the coach says is in the browser's storage before it is
// sent, and until the host says that it is stored (feedback/outbox.js).

import { Host } from "./mock/host.js";
import { soft, text } from "./mock/parts.js";
import { onChange, tellChange } from "./shared/changes.js";
import { element } from "./shared/dom.js";
import { withHearing } from "./shared/hearing.js";
import { keepKeys } from "./shared/keys.js";
import { Calibration } from "./feedback/calibrating.js";
import { chooser } from "./feedback/chooser.js";
import { Desk } from "./feedback/desk.js";
import { commandOf, isTypedIn } from "./feedback/desk_keys.js";
import { ending, naming } from "./feedback/ending.js";
import { learn } from "./feedback/known.js";
import { isSkipped, keepPlace, keptPlace, skip } from "./feedback/left.js";
import { inOrder, isSame, isToRate, nameOf, neighbour } from "./feedback/order.js";
import { Outbox } from "./feedback/outbox.js";
import { statusOf } from "./feedback/saved.js";

const PATIENCE = 60000; // ms for the overview of a large class
const keyOf = ({ student, question }) => `${student}|${question}`;

class FeedbackPage {
  constructor(model, root) {
    Object.assign(this, { model, root });
    this.workbook = model.get("workbook");
    this.host = new Host(model);
    this.outbox = new Outbox(this.host, this.workbook, {
      onnews: () => this.tell(),
      onarrived: (parcel, answer) => this.arrived(parcel, answer),
    });
    this.over = Object.assign(Object.create(this.outbox.over), { onsilence: (why) => this.hush(why) });
    this.known = new Map(); // answers, by student and question
    this.pool = [];
    this.overview = null;
    this.desk = null;
    this.silence = null;
    Object.assign(this, { by: "question", hidden: true, current: null }, keptPlace(this.workbook));
    this.top = element("div", { className: "pk-feedback-top" });
    this.news = element("p", { className: "pk-feedback-said-now", role: "status" });
    this.body = element("div", {}, soft("Looking for answers …"));
    this.end = element("div", { className: "pk-feedback-end" });
    this.live = element("span", { className: "pk-live", role: "status", "aria-live": "polite" });
    this.told = element("span", { className: "pk-status-text" });
    this.bar = element(
      "div",
      { className: "pk-bar", "data-tone": "ok" },
      element("div", { className: "pk-status", role: "status" }, element("span", { className: "pk-dot", "aria-hidden": "true" }), this.told),
    );
    root.append(this.top, this.news, this.body, this.end, this.live, this.bar);
    this.listen();
    this.tell();
    this.begin();
  }

  listen() {
    const look = () => document.visibilityState === "visible" && this.lookAgain();
    const leave = (event) => {
      if (this.outbox.failed && this.outbox.parcels.size) event.preventDefault();
    };
    window.addEventListener("focus", look);
    window.addEventListener("beforeunload", leave);
    const stop = onChange(({ kind }) => kind === "feedback" && !this.telling && this.lookAgain());
    this.root.addEventListener("keydown", (event) => this.key(event));
    this.stop = () => {
      window.removeEventListener("focus", look);
      window.removeEventListener("beforeunload", leave);
      stop();
      this.desk?.close();
      this.outbox.close();
      this.host.close();
    };
  }

  remember() {
    const { by, hidden, current } = this;
    keepPlace(this.workbook, { by, hidden, current });
  }

  // ---- to and from the host

  hush(why) {
    this.silence = why;
    this.tell();
  }

  // Resolves to the host's answer; throws its refusal, and if the page is closed.
  async ask(message, given = {}) {
    const answer = await this.host.ask(message, Object.assign(Object.create(this.over), given));
    if (!answer) throw new Error("over");
    this.hush(null);
    return answer.message;
  }

  async begin() {
    this.adopt();
    if (!(await this.look())) return;
    if (this.overview.asks_name) this.body.replaceChildren(naming(this.overview.rater, (name) => this.named(name)));
    else this.start();
  }

  async adopt() {
    await this.outbox.adopt();
    this.desk?.takeDrafts();
  }

  // The first time, before anything is rated under a name that isn't wanted.
  async named(wanted) {
    try {
      ({ rater: this.overview.rater } = await this.ask({ type: "rater", name: wanted }));
    } catch (error) {
      this.say(error.message);
      return;
    }
    this.overview.asks_name = false;
    this.say("");
    this.start({ quiet: false });
  }

  start({ quiet = true } = {}) {
    this.askPool();
    if (!this.overview.answers.length) {
      this.body.replaceChildren(
        text("No answers have come back yet."),
        soft("Put the files that students send back into one folder. In a terminal, run: prepkit answers collect FOLDER. Then come back to this page."),
      );
      return;
    }
    const { calibration } = this.overview;
    if (calibration.offered && !calibration.last && !isSkipped()) this.calibrate();
    else this.work({ quiet });
  }

  // Asks what there is; returns whether it is known now.
  async look() {
    try {
      const message = await this.ask({ type: "overview" }, { patience: PATIENCE });
      this.overview = message;
      this.rubric = message.rubric;
      return true;
    } catch (error) {
      if (!this.outbox.over.over) this.body.replaceChildren(text(`The answers can't be read: ${error.message}`));
      return false;
    }
  }

  async askPool() {
    try {
      ({ pool: this.pool } = await this.ask({ type: "pool" }));
      for (const editor of this.desk?.editors.values() ?? []) editor.showPool();
    } catch {
      // there are no earlier comments to choose from then; the rest works
    }
  }

  // Something may have been stored in another window, or collected since.
  async lookAgain() {
    if (this.looking || !this.overview) return;
    this.looking = true;
    this.adopt();
    const none = !this.overview.answers.length;
    if (await this.look()) {
      if (none && this.overview.answers.length && !this.overview.asks_name) this.start();
      else if (this.desk) {
        this.showTop();
        await this.load(this.current, { again: true });
      }
    }
    this.looking = false;
  }

  // What the host has stored.
  arrived(parcel, answer) {
    const cell = this.overview?.answers.find((one) => isSame(one, parcel));
    if (cell && answer.state) cell.state = answer.state;
    learn(this.known.get(keyOf(parcel)), answer);
    if (answer.type === "clash") {
      if (isSame(this.current, parcel) && this.desk) this.desk.clash(parcel, answer.comment);
      else this.outbox.put({ ...parcel, kind: "draft", before: answer.comment.text, clash: answer.comment.text });
    }
    if (parcel.kind !== "rate") this.askPool();
    this.telling = true;
    tellChange({ kind: "feedback", subject: parcel.question });
    this.telling = false;
  }

  // ---- the desk

  work({ quiet = true } = {}) {
    this.calibration = null;
    const ordered = this.ordered;
    const last = ordered.find((one) => isSame(one, this.current));
    const first = last ?? ordered.find(isToRate) ?? ordered[0];
    this.open(first, { quiet });
  }

  get ordered() {
    return inOrder(this.overview, this.by, this.hidden);
  }

  open(place, { quiet = false } = {}) {
    if (!place) return;
    this.current = { student: place.student, question: place.question };
    this.remember();
    this.say("");
    this.showTop();
    this.showEnd();
    this.load(this.current, { quiet });
  }

  // Gets an answer and shows it; at once if it is known, and anew if it has changed.
  async load(place, { quiet = false, again = false } = {}) {
    const known = this.known.get(keyOf(place));
    if (known && !again) this.show(known, quiet);
    else if (!again) this.blank();
    let answer;
    try {
      answer = await this.ask({ type: "open", ...place });
    } catch (error) {
      if (isSame(place, this.current) && !this.outbox.over.over) this.say(error.message);
      return;
    }
    this.known.set(keyOf(place), answer);
    if (!isSame(place, this.current) || this.calibration) return;
    const isOpen = this.desk && isSame(this.desk.place, place);
    const isSameText = isOpen && JSON.stringify(this.desk.answer.texts) === JSON.stringify(answer.texts);
    if (!isSameText) this.show(answer, quiet || isOpen);
    else {
      this.desk.answer = answer;
      this.desk.refresh();
    }
  }

  blank() {
    const hadFocus = this.body.contains(document.activeElement);
    this.desk?.close();
    this.desk = null;
    this.body.replaceChildren(element("p", { className: "pk-hint", tabindex: "-1" }, "Opening the answer …"));
    if (hadFocus) this.body.firstChild.focus();
  }

  show(answer, quiet) {
    const hadFocus = this.root.contains(document.activeElement) && !this.top.querySelector("select:focus, input:focus");
    this.desk?.close();
    this.desk = new Desk(this, answer, this.nameOf(answer.student));
    this.body.replaceChildren(this.desk.node);
    if (hadFocus && !quiet) {
      this.desk.title.focus({ preventScroll: true });
      this.root.scrollIntoView({ block: "start" });
    }
    this.tell();
  }

  nameOf(student) {
    const found = this.overview.students.find(({ id }) => id === student);
    return found ? nameOf(found, this.hidden) : student;
  }

  rated(desk) {
    const cell = this.overview.answers.find((one) => isSame(one, desk.place));
    if (cell) cell.state = desk.panel.rows.length && desk.chosen ? this.stateOf(desk) : cell.state;
    desk.refresh();
    this.showTop();
  }

  stateOf(desk) {
    desk.panel.update(desk.chosen);
    return desk.panel.isDone ? "rated" : "begun";
  }

  go(step, isWanted) {
    const next = neighbour(this.ordered, this.current, step, isWanted);
    if (next) this.open(next);
    else this.say(isWanted ? "Nothing else is left to rate." : "There is no other answer.");
  }

  showTop() {
    const focused = this.top.contains(document.activeElement) ? document.activeElement : null;
    const at = focused ? [...this.top.querySelectorAll("input, select, button")].indexOf(focused) : -1;
    const shown = JSON.stringify([this.overview.answers, this.overview.students, this.by, this.hidden, this.current]);
    if (shown === this.topShown) return;
    this.topShown = shown;
    this.top.replaceChildren(
      ...chooser({
        overview: this.overview,
        by: this.by,
        hidden: this.hidden,
        current: this.current,
        open: (place) => this.open(place),
        onby: (by) => this.change({ by }),
        onnames: (on) => this.change({ hidden: !on }),
        previous: () => this.go(-1),
        next: () => this.go(1, isToRate),
      }),
    );
    if (at >= 0) this.top.querySelectorAll("input, select, button")[at]?.focus();
  }

  change(what) {
    Object.assign(this, what);
    this.remember();
    this.showTop();
    const who = this.desk?.node.querySelector(".pk-category");
    if (who) who.textContent = this.nameOf(this.current.student);
  }

  // ---- below it: the coach's name, and calibration

  showEnd() {
    this.end.replaceChildren(...ending(this));
  }

  // Uses another name for the coach, who then sees what was rated under it.
  async rename(wanted) {
    try {
      const { rater } = await this.ask({ type: "rater", name: wanted });
      if (rater !== this.overview.rater) this.known.clear();
      await this.look();
      this.open(this.current);
      this.askPool();
      this.say(`You rate as ${rater}.`);
    } catch (error) {
      this.say(error.message);
    }
  }

  calibrate() {
    const hadFocus = this.root.contains(document.activeElement);
    this.desk?.close();
    this.desk = null;
    this.top.replaceChildren();
    this.topShown = null;
    this.end.replaceChildren();
    this.calibration = new Calibration(this, {
      last: this.overview.calibration.last,
      onend: () => {
        skip();
        this.say("");
        this.overview.calibration.last = this.calibration.last;
        this.work({ quiet: false });
      },
    });
    this.body.replaceChildren(this.calibration.node);
    this.calibration.intro();
    if (hadFocus) this.body.querySelector(".pk-state-title").focus();
    this.tell();
  }

  // ---- keys, and what is said

  key(event) {
    if (event.defaultPrevented) return;
    const command = commandOf(event, isTypedIn(event.target));
    if (!command) return;
    event.preventDefault();
    const said = this.calibration ? this.calibration.command(command) : this.command(command);
    if (said) this.live.textContent = said;
  }

  command({ score, name }) {
    const { desk } = this;
    if (name === "next") this.go(1, isToRate);
    else if (name === "previous") this.go(-1);
    else if (!desk) return null;
    else if (name === "comment") desk.comment();
    else if (name === "back") desk.panel.back();
    else return desk.score(score);
    return null;
  }

  say(...nodes) {
    this.news.replaceChildren(...nodes);
  }

  tell() {
    const { tone, text: said } = statusOf(this.outbox, { silence: this.silence, calibrates: Boolean(this.calibration) });
    this.bar.dataset.tone = tone;
    if (this.told.textContent !== said) this.told.textContent = said;
    this.desk?.refresh();
  }
}

export function render({ model, el }) {
  const root = element("section", { className: "pk-form pk-feedback", "aria-label": "Rating answers" });
  el.classList.add("pk-host");
  el.append(root);
  keepKeys(root);
  const page = new FeedbackPage(model, root);
  return () => page.stop();
}

export default withHearing({ render });
