// The first page: what to do tonight, the evenings to come, progress, and the form of any question.
//
// Messages through `model`, besides those of the form (form/form.js):
//   to the host    home · wishes · start again · file · privacy · delete log · open
//   from the host  home (all that is shown) · question · refused
// Each carries the view and a number, and an answer carries those of its question.

import { hostTrouble, HOST_WORDS, kernelState } from "./form/host.js";
import { tellChange } from "./shared/changes.js";
import { element } from "./shared/dom.js";
import { withHearing } from "./shared/hearing.js";
import { newId } from "./shared/ids.js";
import { keepKeys } from "./shared/keys.js";
import { morph } from "./shared/morph.js";
import { takeQuestions } from "./shared/open_question.js";
import { formatDay } from "./shared/text.js";
import { Desk } from "./home/desk.js";
import { Fresh } from "./home/fresh.js";
import { fileLink } from "./home/links.js";
import { brokenPlan, chosen, files, kept, later, privacy, progress, secondLook, toAsk, tonight } from "./home/parts.js";
import { placeOf } from "./home/place.js";
import { Talk } from "./home/talk.js";
import { Wishes } from "./home/wishes.js";

const PATIENCE = 60000; // ms that a PDF may take
const OPEN = "prepkit.home"; // of the session's storage: which question is open on which workbook

const remember = (workbook, question) => {
  try {
    if (question) sessionStorage.setItem(OPEN, JSON.stringify([workbook, question]));
    else sessionStorage.removeItem(OPEN);
  } catch {
    // the storage is turned off: then a page that is loaded again begins with the list
  }
};

const remembered = (workbook) => {
  try {
    const [of, question] = JSON.parse(sessionStorage.getItem(OPEN)) ?? [];
    return of === workbook ? question : null;
  } catch {
    return null;
  }
};

class Home {
  constructor(model, el) {
    this.model = model;
    this.data = null;
    this.wishes = null; // the questions on what to prepare for, while they are asked
    this.deleting = false; // whether it is asked if the log is really to go
    this.talk = new Talk(model, newId());
    this.trouble = element("p", { className: "pk-text pk-trouble", role: "status" });
    const note = () => element("div", { className: "pk-note", role: "status" });
    this.notes = { list: note(), desk: note() }; // what has happened, each where it is in view
    this.asked = element("div", {});
    this.list = element("div", { className: "pk-list-of-home" }, element("p", { className: "pk-text" }, "Loading …"));
    this.desk = new Desk(model, { bring: (id) => this.bring(id), onopen: (content) => this.opened(content) });
    const back = element("button", { type: "button", className: "pk-button", "data-do": "back" }, "← Back to Start");
    this.prints = element("div", { className: "pk-row-of-buttons pk-prints" });
    this.table = element(
      "div",
      { hidden: true },
      element("div", { className: "pk-home-page pk-back" }, back), // stays in view
      element("div", { className: "pk-home-page" }, this.prints, this.notes.desk),
      this.desk.node,
    );
    this.front = element("div", { className: "pk-home-page" }, this.asked, this.list, this.notes.list);
    const warned = element("div", { className: "pk-home-page" }, this.trouble);
    this.root = element("div", { className: "pk-home" }, warned, this.front, this.table);
    this.place = placeOf(this.root);
    keepKeys(this.root);
    el.classList.add("pk-host");
    el.append(this.root);
    // Not while the list is hidden: the kernel is needed to save what is typed.
    this.fresh = new Fresh(async () => this.front.hidden || (await this.ask({ type: "home" })) !== null, this.root);
  }

  start() {
    this.root.addEventListener("click", (event) => this.pressed(event));
    this.root.addEventListener("change", (event) => this.switched(event));
    this.stopTaking = takeQuestions(this.root, (question) => this.open(question, "write"));
    this.fresh.start();
    this.fresh.now();
    const question = remembered(this.model.get("workbook"));
    if (question) this.open(question, null);
  }

  stop() {
    this.stopTaking();
    this.fresh.stop();
    this.talk.stop();
    this.desk.stop();
  }

  // ---- the kernel

  // Asks the kernel, shows what it answers, and resolves to the answer; null if there is none.
  async ask(message) {
    const answer = await this.talk.ask(message);
    this.showTrouble(answer === null);
    if (answer?.type === "home") this.show(answer);
    return answer;
  }

  async bring(id) {
    const answer = await this.ask({ type: "open", question: id });
    if (answer?.type !== "question") this.say(answer?.message ?? "The question can't be opened just now.");
    return answer?.content ?? null;
  }

  showTrouble(silent) {
    if (!silent) {
      this.trouble.textContent = "";
      return;
    }
    const kernel = kernelState(this.model, this.talk.dead);
    const { why, remedy } = hostTrouble(HOST_WORDS, kernel, "refresh");
    this.trouble.textContent = `This page may be out of date: ${why} ${remedy}`;
  }

  // ---- what is shown

  show(data) {
    this.data = data;
    const broken = data.plan_error !== null;
    this.desk.setLevel(data.wishes?.level ?? "");
    if (data.wishes === null && !broken && !this.wishes) this.askWishes(true);
    const parts = [
      data.trouble ? element("p", { className: "pk-text pk-refusal", role: "alert", "data-key": "trouble" }, data.trouble) : null,
      data.notice ? element("p", { className: "pk-text", "data-key": "notice" }, data.notice) : null,
      broken ? brokenPlan(data) : null,
      ...(data.trouble ? [] : this.parts(data)),
      privacy({ ...data, deleting: this.deleting }),
      kept(data),
    ];
    morph(this.list, element("div", { className: "pk-list-of-home" }, ...parts));
  }

  parts(data) {
    const line = data.wishes && !this.wishes ? chosen(data, formatDay) : null;
    return [line, tonight(data), later(data), progress(data), secondLook(data), toAsk(data), files(data)];
  }

  askWishes(first) {
    const end = () => {
      this.wishes = null;
      this.asked.replaceChildren();
    };
    const save = async (given) => {
      const answer = await this.ask({ type: "wishes", ...given });
      if (answer?.type !== "home") {
        this.wishes.refuse(answer?.message ?? "Not saved yet: the workbook isn't responding. Try again in a moment.");
        return;
      }
      end();
      this.show(answer);
      tellChange({ kind: "plan", subject: "" });
      this.focus(".pk-tonight .pk-heading");
    };
    const leave = () => {
      if (first) save({});
      else {
        end();
        this.show(this.data);
        this.focus('[data-do="change"]');
      }
    };
    this.wishes = new Wishes(this.data, { first, save, leave });
    this.asked.replaceChildren(this.wishes.node);
  }

  // Says what happened, to screen readers, too; nothing without words.
  say(...words) {
    for (const note of Object.values(this.notes)) note.replaceChildren();
    const note = this.front.hidden ? this.notes.desk : this.notes.list;
    if (words.length) note.append(element("p", { className: "pk-text" }, ...words));
  }

  focus(selector) {
    this.root.querySelector(selector)?.focus();
  }

  // ---- what is done

  pressed({ target }) {
    const control = target.closest("button[data-do]");
    if (!control) return;
    const { question, aloud, kind, subject } = control.dataset;
    const actions = {
      open: () => this.open(question, aloud === undefined ? "write" : "aloud", control),
      change: () => {
        this.askWishes(false);
        this.show(this.data);
        this.focus("#pk-wish-title");
      },
      "start again": () => this.startAgain(),
      file: () => this.saveFile(kind, subject, control),
      "delete log": () => this.offerToDelete(true),
      "keep log": () => this.offerToDelete(false),
      "delete for good": () => this.deleteLog(),
      back: () => this.goBack(),
    };
    actions[control.dataset.do]();
  }

  async open(question, aim, control = null) {
    if (this.table.hidden) this.place.keep(control?.dataset.key ?? null);
    await this.desk.open(question, aim);
  }

  // The desk shows a question.
  opened({ id }) {
    remember(this.model.get("workbook"), id);
    const print = (label, kind) =>
      element("button", { type: "button", className: "pk-button", "data-do": "file", "data-kind": kind, "data-subject": id }, label);
    this.prints.replaceChildren(print("Print this question (PDF)", "question"), print("Story sheet (PDF)", "story"));
    this.say();
    const wasHidden = this.table.hidden;
    this.front.hidden = true;
    this.table.hidden = false;
    if (wasHidden) this.place.toTop();
  }

  goBack() {
    remember(this.model.get("workbook"), null);
    this.say();
    this.front.hidden = false;
    this.table.hidden = true;
    this.fresh.now();
    this.place.restore();
  }

  async startAgain() {
    const answer = await this.ask({ type: "start again" });
    if (answer?.type !== "home") this.say(answer?.message ?? "The workbook isn't responding. Try again in a moment.");
    else if (answer.aside) this.say(`The damaged file is ${answer.aside} now.`);
    this.focus("#pk-wish-title");
  }

  async saveFile(kind, subject, control) {
    if (this.saving) return;
    this.saving = true;
    control.setAttribute("aria-busy", "true");
    this.say("Saving …");
    const answer = await this.ask({ type: "file", kind, subject, patience: PATIENCE });
    this.saving = false;
    control.removeAttribute("aria-busy");
    if (answer?.type !== "home") {
      this.say(answer?.message ?? "Not saved: the workbook isn't responding. Try again in a moment.");
      return;
    }
    const { path, name, hint } = answer.file;
    this.say(`Saved: ${path} `, fileLink(this.root, name), hint ? ` ${hint}` : "");
  }

  async switched({ target }) {
    if (target.dataset.do !== "privacy") return;
    const state = (name) => this.root.querySelector(`input[name=${name}]`).checked;
    const answer = await this.ask({ type: "privacy", analytics: state("analytics"), marketing: state("marketing") });
    if (answer?.type !== "home") {
      target.checked = !target.checked;
      this.say(answer?.message ?? "Your choice was not saved: the workbook isn't responding.");
    } else if (target.name === "marketing") this.say("Saved. The workbook has no advertising, so this changes nothing.");
    else if (target.checked) this.say("The practice log is on.");
    else if (answer.privacy.log) this.say("The practice log is off. What it has recorded is still on this computer.");
    else this.say("The practice log is off. Nothing was recorded.");
  }

  offerToDelete(deleting) {
    this.deleting = deleting;
    this.show(this.data);
    this.focus(deleting ? '[data-key="keep"]' : '[data-key="delete"]');
    if (!deleting) this.say("The practice log was kept.");
  }

  async deleteLog() {
    this.deleting = false;
    const answer = await this.ask({ type: "delete log" });
    this.say(answer?.type === "home" ? "The practice log was deleted." : (answer?.message ?? "The workbook isn't responding."));
  }
}

export function render({ model, el }) {
  const home = new Home(model, el);
  home.start();
  return () => home.stop();
}

export default withHearing({ render });
