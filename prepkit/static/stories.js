// The page of stories: the list, the form of one of them, and the heat map.
//
// Messages through `model`, besides those of the form (form/form.js):
//   to the host    bank · overview · new · show · tell · untell · put-away · bring-back · import · suggest · find
//   from the host  bank · overview · shown · done · suggestions · found · error
// Each answer has the id of the view that asked.

import { onChange, tellChange } from "./shared/changes.js";
import { button, element } from "./shared/dom.js";
import { withHearing } from "./shared/hearing.js";
import { newId } from "./shared/ids.js";
import { keepKeys } from "./shared/keys.js";
import { openForms } from "./shared/open_forms.js";
import { linkQuestions } from "./shared/open_question.js";
import { Drafts } from "./form/drafts.js";
import { HOST_WORDS, whatIsWrong } from "./form/host.js";
import { PATIENCE } from "./form/retry.js";
import { Adder } from "./stories/adder.js";
import { HeatMap } from "./stories/heat.js";
import { keepOpen, lastOpen } from "./stories/last_open.js";
import { storyList, titleOf } from "./stories/list.js";
import { StoryModel } from "./stories/model.js";
import { twiceTold } from "./stories/twice.js";
import { renderForm } from "./star_form.js";

const PAUSE = 700; // ms after a save before the page is counted again

const UNASKED = ["bank", "overview", "suggest"]; // what the page asks for by itself
const SILENT = `Not done yet: ${HOST_WORDS.silent} ${HOST_WORDS.wait}`;
const GONE = `Not done: ${HOST_WORDS.gone} ${HOST_WORDS.again}`;

const stories = (count) => (count === 1 ? "1 story" : `${count} stories`);

class StoryPage {
  constructor(model, root) {
    this.model = model;
    this.root = root;
    this.view = newId();
    this.questions = {};
    this.overview = null;
    this.stories = [];
    this.story = null; // what the form shows
    this.company = "";
    this.adder = new Adder(this, (question) => this.add(question));
    this.heat = new HeatMap(this);
    this.build();
  }

  build() {
    this.news = element("p", { className: "pk-story-news", role: "status" });
    this.intro = element("div", { className: "pk-first" });
    this.make = button("New story", () => this.ask("new"), { className: "pk-button pk-strong" });
    this.take = button("", () => this.ask("import"), { className: "pk-button", hidden: true });
    this.warnings = element("div", { className: "pk-twice" });
    this.list = element("nav", { className: "pk-stories-list", "aria-label": "Stories" });
    this.editor = element("div", { className: "pk-story-editor" });
    this.select = element("select", { className: "pk-select" });
    this.select.addEventListener("change", () => {
      this.company = this.select.value;
      this.recount();
    });
    this.coverage = element(
      "section",
      { className: "pk-coverage", "aria-label": "What your stories cover", hidden: true },
      element("h3", { className: "pk-heading" }, "What your stories cover"),
      element(
        "p",
        { className: "pk-hint" },
        "How many stories you tell for each category of questions, gaps first. Press a number to see the stories, and the questions that have none.",
      ),
      element("label", { className: "pk-choose" }, "Company ", this.select),
      this.heat.node,
    );
    this.root.replaceChildren(
      this.intro,
      element("div", { className: "pk-actions" }, this.make, this.take),
      this.news,
      this.warnings,
      element("div", { className: "pk-desk" }, this.list, this.editor),
      this.coverage,
    );
  }

  // ---- to the host

  ask(type, more = {}) {
    const isAct = !UNASKED.includes(type);
    if (isAct) clearTimeout(this.ear);
    try {
      this.model.send({ ...more, type, view: this.view });
      if (isAct) this.ear = setTimeout(() => this.say(SILENT), PATIENCE);
    } catch {
      if (isAct) this.say(GONE);
    }
  }

  // The host has answered, so what was said of its silence is no longer true.
  heard() {
    clearTimeout(this.ear);
    if ([SILENT, GONE].includes(this.news.textContent)) this.say("");
  }

  begin() {
    this.ask("bank");
    this.recount();
    const drafts = new Drafts(this.model.get("workbook"), this.view).all();
    const last = drafts.at(-1)?.question ?? lastOpen(this.model.get("workbook"));
    if (last) this.ask("show", { story: last, again: true });
  }

  recount() {
    clearTimeout(this.timer);
    this.ask("overview", { company: this.company });
  }

  // After what was typed has been stored: not at each pause.
  recountSoon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.recount();
      if (this.story) this.ask("suggest", { story: this.story });
    }, PAUSE);
  }

  open(story) {
    this.focusForm = true;
    this.ask("show", { story });
  }

  add(question) {
    this.focusOn = question;
    this.whenStored(() => this.ask("tell", { story: this.story, add: question }));
  }

  untell(question) {
    this.focusOn = "search";
    this.whenStored(() => this.ask("untell", { story: this.story, remove: question }));
  }

  // The form is made again, so what was typed goes first.
  async whenStored(act) {
    const forms = [...openForms()].filter(({ question }) => question === this.story);
    await Promise.all(forms.map((form) => form.flush()));
    act();
  }

  // ---- from the host

  receive(message) {
    const isSave = ["saved", "changed"].includes(message.type) && message.question === this.story;
    if (isSave) this.recountSoon();
    if (message.view !== this.view) return;
    this.heard();
    const { type } = message;
    if (type === "bank") this.showBank(message);
    else if (type === "overview") this.showOverview(message);
    else if (type === "shown") this.showStory(message);
    else if (type === "found") this.adder.showFound(message);
    else if (type === "suggestions" && message.story === this.story) this.adder.showSuggested(message.found);
    else if (type === "done") this.done(message);
    else if (type === "error") this.say(`That didn't work, and nothing was changed: ${whatIsWrong(message)}`);
  }

  showBank({ questions, companies }) {
    this.questions = questions;
    this.companies = companies;
    this.repaint();
  }

  showOverview(message) {
    const told = JSON.stringify(message);
    if (told === this.toldLast) return; // between a press and its release, no button may be replaced
    this.toldLast = told;
    this.overview = message;
    this.stories = message.stories;
    if (message.notice) this.say(message.notice);
    this.repaint();
  }

  showStory(message) {
    const { story, content } = message;
    const isNew = !this.stories.some(({ id }) => id === story);
    if (story === this.story && this.form) this.form.change(content);
    else this.openForm(story, content);
    this.content = content;
    this.repaint();
    if (message.again) this.focusForm = false;
    else this.setFocus(isNew);
    this.recount();
    this.ask("suggest", { story });
    this.adder.search();
  }

  openForm(story, content) {
    this.closeForm?.();
    this.story = story;
    keepOpen(this.model.get("workbook"), story);
    this.adder.clear();
    this.form = new StoryModel(this.model, content, {
      adder: this.adder.node,
      untell: (question) => this.untell(question),
      open: (other) => this.open(other),
    });
    this.head = element("h3", { className: "pk-story-head", tabindex: "-1", dir: "auto" });
    this.away = button("Put away", () => this.putAway(), { className: "pk-button pk-quiet", hidden: true });
    const acts = element(
      "div",
      { className: "pk-story-acts" },
      this.away,
      button("Close", () => this.leave(), { className: "pk-button pk-quiet" }),
    );
    this.from = element("p", { className: "pk-hint" });
    const place = element("div");
    this.editor.replaceChildren(
      element("div", { className: "pk-story-top" }, this.head, acts),
      this.from,
      place,
    );
    const end = renderForm({ model: this.form, el: place });
    this.closeForm = () => {
      end();
      this.editor.replaceChildren();
      this.closeForm = null;
      this.form = null;
      this.story = null;
    };
  }

  // The candidate is done with this story; after a crash, it isn't opened again.
  endForm() {
    keepOpen(this.model.get("workbook"), "");
    this.closeForm();
  }

  // Back to the list; the form saves what was typed.
  leave() {
    const { story } = this;
    this.endForm();
    this.recount();
    this.repaint();
    (this.list.querySelector(`[data-story=${CSS.escape(story)}]`) ?? this.make).focus();
  }

  putAway() {
    const { story } = this;
    this.whenStored(() => this.ask("put-away", { story }));
  }

  done({ about, story, count }) {
    tellChange({ kind: "story", subject: story ?? "" });
    if (about === "put-away") {
      const title = this.shownTitle;
      if (story === this.story) this.endForm();
      this.say(`“${title}” is put away. Nothing was deleted: you can bring it back from the list.`);
      this.make.focus();
    } else if (about === "bring-back") {
      this.say("It is back among your stories.");
      this.open(story);
    } else {
      this.say(`${count === 1 ? "1 answer is" : `${count} answers are`} now ${stories(count)}, too. Your answers stay as they are.`);
      this.make.focus();
    }
    this.recount();
  }

  // ---- to the candidate

  say(text) {
    this.news.textContent = text;
  }

  // The questions that the open story is told for.
  told() {
    return this.content?.sections.find(({ shape }) => shape === "tellings")?.items?.map(({ name }) => name) ?? [];
  }

  get shownTitle() {
    if (!this.story) return "";
    return titleOf(this.stories.find(({ id }) => id === this.story) ?? { title: "" });
  }

  setFocus(isNew) {
    const { focusOn } = this;
    this.focusOn = null;
    if (focusOn === "search") this.adder.box.focus();
    else if (focusOn) this.editor.querySelector(`[data-field=${CSS.escape(focusOn)}]`)?.focus();
    else if (isNew) this.editor.querySelector("[data-field=title]")?.focus();
    else if (this.focusForm) this.head.focus();
    this.focusForm = false;
  }

  repaint() {
    const { overview } = this;
    if (!overview) return;
    const used = this.stories.filter(({ away }) => !away);
    this.showIntro(used.length, overview.importable);
    this.showList();
    if (this.story) {
      this.head.textContent = this.shownTitle;
      this.away.hidden = !this.stories.some(({ id }) => id === this.story); // nothing is stored of it yet
      const from = this.content.source;
      const source = this.questions[from];
      const link = element("a", { className: "pk-open pk-link", "data-question": from }, source?.text ?? from);
      this.from.replaceChildren(...(from ? ["Made from your answer to ", link] : []));
    }
    if (!Object.keys(this.questions).length) return; // the texts of the questions are on their way
    const unfolded = this.warnings.querySelector("details")?.open ?? false;
    this.warnings.replaceChildren(...twiceTold(overview.twice, this, unfolded));
    this.coverage.hidden = !used.length;
    this.showCompanies(overview);
    this.heat.show(overview);
    linkQuestions(this.root);
  }

  showIntro(count, importable) {
    this.take.hidden = !importable;
    const answers = importable === 1 ? "the answer you have written" : `the ${importable} answers you have written`;
    this.take.textContent = `${count ? "Make stories of" : "Begin with"} ${answers}`;
    const text =
      "No story yet. Write one down once, in four short parts, and tell it for many questions: each of them only needs a line on what to dwell on.";
    this.intro.replaceChildren(...(count || this.story ? [] : [element("p", {}, text)]));
  }

  showList() {
    const active = this.list.ownerDocument.activeElement;
    const focused = this.list.contains(active) ? active.dataset.story : null;
    const unfolded = this.list.querySelector("details")?.open ?? false;
    const acts = {
      open: (story) => this.open(story),
      bringBack: (story) => this.ask("bring-back", { story }),
      unfolded,
    };
    this.list.replaceChildren(...storyList(this.stories, this.story, acts));
    this.list.hidden = !this.stories.length;
    if (focused) this.list.querySelector(`[data-story=${CSS.escape(focused)}]`)?.focus();
  }

  showCompanies({ planned }) {
    const plan = planned.length ? `In your plan: ${planned.join(", ")}` : "None chosen";
    const names = (this.companies ?? []).map((name) => element("option", { value: name }, name));
    this.select.replaceChildren(element("option", { value: "" }, plan), ...names);
    this.select.value = this.company;
  }
}

export function render({ model, el }) {
  const root = element("section", { className: "pk-stories", "aria-label": "Your stories" });
  el.classList.add("pk-host");
  el.append(root);
  keepKeys(root);
  const page = new StoryPage(model, root);
  const receive = (message) => page.receive(message);
  model.on("msg:custom", receive);
  const look = () => {
    if (document.visibilityState !== "hidden") page.recount(); // another window may have stored something
  };
  window.addEventListener("focus", look);
  document.addEventListener("visibilitychange", look);
  const forget = onChange(({ kind, subject }) => {
    if (kind !== "story" || subject !== page.story) page.recountSoon();
  });
  page.begin();
  return () => {
    model.off("msg:custom", receive);
    window.removeEventListener("focus", look);
    document.removeEventListener("visibilitychange", look);
    forget();
    clearTimeout(page.timer);
    clearTimeout(page.ear);
    page.closeForm?.();
  };
}

export default withHearing({ render });
