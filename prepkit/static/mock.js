// A mock interview: one component for notebooks and for the site.
//
// It talks to its host only through `model` (get, on, off, send); mock/host.js lists the messages. The model
// has `workbook`, the name of the store, and `stays`: "here" if recordings stay in the browser.
//
// Nothing that was said is lost: a recording is in the browser's storage before it is sent, and an attempt is
// in it until the host says that it is stored. Nothing records, speaks or starts without a press.

import { inline } from "./form/markdown.js";
import { onChange } from "./shared/changes.js";
import { element } from "./shared/dom.js";
import { withHearing } from "./shared/hearing.js";
import { hideKeys } from "./shared/keys.js";
import { IN_BANK, t } from "./shared/language.js";
import { homeScreen } from "./mock/home_screen.js";
import { Interview } from "./mock/interview.js";
import { JUDGING } from "./mock/judging_screens.js";
import { SPEAKING, uploadText } from "./mock/speaking_screens.js";

const TICK = 250; // ms
const SCREENS = { ready: homeScreen, ...SPEAKING, ...JUDGING };

// The question, from the moment it is asked until it is rated.
const questionNodes = (interview) => {
  if (["ready", "done"].includes(interview.run.state)) return [];
  const { run, question } = interview;
  const number = run.questions > 1
    ? t("Question {number} of {of}", { number: run.question + 1, of: run.questions })
    : t("Your question");
  const place = question.place ? element("span", { className: "pk-number" }, question.place) : null;
  const isNew = ["asking", "thinking"].includes(run.state) && question.reason;
  return [
    element("p", { className: "pk-where" }, element("span", { className: "pk-category" }, number), place),
    element("h2", { className: "pk-question", ...IN_BANK }, ...inline(question.text)),
    isNew ? element("p", { className: "pk-hint pk-reason" }, question.reason) : null,
  ].filter(Boolean);
};

class View {
  constructor(model, root) {
    this.root = root;
    this.body = element("div", { className: "pk-screen" });
    this.news = element("p", { className: "pk-hint pk-pending" });
    this.live = element("span", { className: "pk-live", role: "status", "aria-live": "polite" });
    root.append(this.body, this.news, this.live);
    this.screen = null;
    this.interview = new Interview(model, () => this.show());
    this.interview.onnews = () => this.tell();
  }

  show() {
    const { interview, root } = this;
    const hadFocus = root.contains(root.ownerDocument.activeElement);
    this.screen?.leave?.();
    this.screen = SCREENS[interview.run.state](interview);
    root.dataset.state = interview.run.state;
    this.body.replaceChildren(...questionNodes(interview), ...this.screen.nodes.filter(Boolean));
    this.tell();
    const title = this.body.querySelector(".pk-state-title") ?? this.body.querySelector(".pk-question");
    if (hadFocus) title.focus(); // and is read there
    this.live.textContent = hadFocus || interview.run.state === "ready" ? "" : title.textContent;
  }

  // What is still on its way to the host, whatever the screen.
  tell() {
    const { interview } = this;
    interview.ondraft?.();
    const { state } = interview.run;
    const waiting = [...interview.giving.waiting.values()].filter(Boolean);
    const uploads = ["saving", "answering", "paused", "allowing"].includes(state) ? "" : uploadText(interview.uploads);
    const ratings = waiting.length && state !== "rating" ? t("Not saved yet: {why} Your rating is safe in this browser.", { why: waiting[0] }) : "";
    const told = [uploads, ratings].filter(Boolean).join(" ");
    if (this.news.textContent !== told) this.news.textContent = told;
    if (state === "ready" && !interview.offer && this.screen) this.body.querySelector(".pk-hint").textContent = interview.trouble ?? t("Getting the rounds …");
  }

  tick() {
    this.interview.watch();
    this.screen?.tick?.();
    this.tell();
  }

  key(event) {
    if (event.key === "Escape") this.interview.speaker.stop();
    else this.screen?.keys?.(event);
  }
}

export function render({ model, el }) {
  const root = element("section", { className: "pk-form pk-mock", "aria-label": t("Mock interview") });
  el.classList.add("pk-host");
  el.append(root);
  if (model.get("stays") !== "here") hideKeys(root, "all"); // a page of the site has shortcuts that work here, too
  const view = new View(model, root);
  const { interview } = view;
  const onkey = (event) => {
    if (model.get("stays") !== "here") event.stopPropagation();
    view.key(event);
  };
  const onhide = () => document.visibilityState === "hidden" && interview.hide();
  const onleave = () => interview.leave();
  root.addEventListener("keydown", onkey);
  document.addEventListener("visibilitychange", onhide);
  window.addEventListener("pagehide", onleave);
  view.show();
  interview.load();
  const stopHearing = onChange(({ kind }) => kind === "plan" && interview.load());
  const ticking = setInterval(() => view.tick(), TICK);
  return () => {
    stopHearing();
    clearInterval(ticking);
    document.removeEventListener("visibilitychange", onhide);
    window.removeEventListener("pagehide", onleave);
    view.screen?.leave?.();
    interview.close();
  };
}

export default withHearing({ render });
