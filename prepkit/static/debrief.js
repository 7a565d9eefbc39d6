// The page of debriefs: the list, the one that is open, and what comes first now.
//
// Messages through `model`, besides load, save and history of the form (form/form.js), whose question is the
// id of a debrief and whose only field is "debrief":
//   to the host    lists · overview
//   from the host  lists · overview · error
// Each answer has the id of the view that asked.

import { onChange, tellChange } from "./shared/changes.js";
import { button, element } from "./shared/dom.js";
import { withHearing } from "./shared/hearing.js";
import { countUp, newId } from "./shared/ids.js";
import { keepKeys } from "./shared/keys.js";
import { openForms } from "./shared/open_forms.js";
import { linkQuestions } from "./shared/open_question.js";
import { formatDay, pluralize } from "./shared/text.js";
import { DebriefEditor } from "./debrief/editor.js";
import { DebriefModel } from "./debrief/model.js";
import { compose, newDebriefId, parse, titleOf } from "./debrief/state.js";
import { Drafts } from "./form/drafts.js";
import { Field } from "./form/field.js";
import { Form } from "./form/form.js";
import { whatIsWrong } from "./form/host.js";
import { OtherDrafts } from "./form/other_drafts.js";
import { statusBar } from "./form/status_bar.js";
import { questionIndex } from "./picker/index.js";

const FIELD = "debrief";
const PAUSE = 600; // ms after a save before the list is asked for again

class DebriefPage {
  constructor(model, root) {
    this.model = model;
    this.root = root;
    this.prefix = `pk-${newId()}`;
    this.view = { id: newId(), numbers: countUp(), flights: new Map(), others: new OtherDrafts() };
    this.lists = null;
    this.debriefs = [];
    this.form = null;
    this.current = null;
    this.news = element("p", { className: "pk-debrief-news", role: "status" });
    this.make = button("New debrief", () => this.begin(), { className: "pk-button pk-strong" });
    this.list = element("nav", { className: "pk-debriefs-list", "aria-label": "Your debriefs" });
    this.desk = element("div", { className: "pk-debrief-desk" });
    this.next = element("section", { className: "pk-debrief-next", "aria-label": "What comes first now" });
    root.replaceChildren(
      element("div", { className: "pk-debrief-top" }, this.list, this.make),
      this.news,
      this.desk,
      this.next,
    );
    this.live();
    this.ask("lists");
    this.ask("overview");
  }

  id(name) {
    return `${this.prefix}-${name}`;
  }

  link(node) {
    linkQuestions(node);
  }

  // Other windows may have saved something; and this one is closed now and then.
  live() {
    const look = () => {
      if (document.visibilityState === "hidden") this.form?.sendAll();
      else if (this.form && !this.form.loading) this.form.load();
    };
    const leave = (event) => {
      this.form?.sendAll();
      if (this.form?.drafts.failed && this.field.dirty) event.preventDefault();
    };
    const stored = (event) => this.form?.draftGone(event);
    const listeners = [
      [window, "storage", stored],
      [window, "focus", look],
      [window, "beforeunload", leave],
      [document, "visibilitychange", look],
    ];
    for (const [target, name, listener] of listeners) target.addEventListener(name, listener);
    const receive = (message) => this.receive(message);
    this.model.on("msg:custom", receive);
    const stop = onChange(() => this.recountSoon());
    const page = this;
    this.entry = {
      view: this.view.id,
      get workbook() {
        return page.model.get("workbook");
      },
      get fields() {
        return page.form?.fields ?? [];
      },
      get question() {
        return page.current;
      },
      flush: () => page.form?.flush() ?? Promise.resolve(true),
    };
    openForms().add(this.entry);
    this.stop = () => {
      for (const [target, name, listener] of listeners) target.removeEventListener(name, listener);
      this.model.off("msg:custom", receive);
      stop();
      clearTimeout(this.timer);
      this.closeForm();
      this.view.others.stop();
      openForms().delete(this.entry);
    };
  }

  // ---- to and from the host

  ask(type) {
    try {
      this.model.send({ type, view: this.view.id });
    } catch {
      this.say("Disconnected: the workbook has stopped or was restarted. Choose Run > Run All Cells.");
    }
  }

  recountSoon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask("overview"), PAUSE);
  }

  receive(message) {
    const isOurs = message.view === this.view.id;
    if (isOurs && message.type === "lists") this.showLists(message);
    else if (isOurs && message.type === "overview") this.showOverview(message);
    else if (isOurs && message.type === "error" && ["lists", "overview"].includes(message.about)) {
      this.say(`Your debriefs can't be read: ${whatIsWrong(message)}`);
    } else this.form?.receive(message);
    if (message.type === "saved" || message.type === "changed") this.recountSoon();
    if (isOurs && message.type === "saved") tellChange({ kind: "debrief", subject: message.question });
  }

  showLists(lists) {
    if (this.lists) return;
    this.lists = lists;
    this.find = questionIndex(lists.questions);
    this.openFirst();
  }

  showOverview({ debriefs, away, first, elsewhere, notice }) {
    this.debriefs = debriefs;
    this.known = true;
    this.showList();
    this.showNext(first, elsewhere, away);
    if (notice) this.say(notice);
    this.openFirst();
  }

  // ---- the debriefs

  // The one that was begun last, even if it has never been saved; a new one if there is none.
  openFirst() {
    if (!this.lists || !this.known || this.form) return;
    const drafts = new Drafts(this.model.get("workbook"), this.view.id);
    const known = [...this.debriefs.map(({ id }) => id), ...drafts.all().map(({ question }) => question)];
    this.open(known.sort().at(-1) ?? this.newId());
  }

  newId() {
    return newDebriefId(new Date(), newId().slice(0, 4));
  }

  begin() {
    this.open(this.newId());
    this.editor.company.focus();
  }

  closeForm() {
    this.form?.close();
    this.form = null;
  }

  placeOf(id) {
    const known = this.debriefs.find((one) => one.id === id);
    return known ? `Debrief: ${titleOf(known)}` : "Your debrief";
  }

  open(id) {
    this.closeForm();
    this.current = id;
    this.items = null;
    const model = new DebriefModel(this.model, id, this.placeOf(id), (other) => this.open(other));
    const form = new Form(model, this.root, this.view);
    form.id = (name) => this.id(`${id}-${name}`);
    form.place = this.placeOf(id);
    const page = { lists: this.lists, find: this.find, id: form.id, link: (node) => this.link(node) };
    this.editor = new DebriefEditor(page, () => this.field.typed());
    this.field = new Field(form, id, FIELD, "Your debrief", this.editor);
    this.editor.node.addEventListener("focusout", () => this.field.send());
    form.fields.push(this.field);
    this.form = form;
    const bar = statusBar(form);
    form.recount = () => {}; // a debrief isn't spoken
    const away = button("Put this debrief away", () => this.putAway(), { className: "pk-button pk-quiet" });
    this.desk.replaceChildren(
      this.view.others.attach(form),
      this.editor.node,
      element("div", { className: "pk-debrief-end" }, away),
      bar,
    );
    this.editor.lock(true); // until the stored text is there
    form.load();
    form.refresh();
    this.showList();
  }

  putAway() {
    const { current: id } = this;
    if (!this.editor.read()) return this.say("There is nothing in this debrief yet.");
    this.setRemoved(true);
    const undo = button("Bring it back", () => this.bringBack(id), { className: "pk-button" });
    this.begin();
    this.news.replaceChildren("Put away. Its text is kept. ", undo);
    undo.focus();
    return undefined;
  }

  setRemoved(removed) {
    this.editor.write(compose({ ...parse(this.editor.read()), removed }));
    this.field.typed();
    this.field.send();
  }

  bringBack(id) {
    this.open(id);
    this.say("");
    this.editor.company.focus();
    const wait = () => {
      if (this.current !== id) return;
      if (this.field.revision === null || this.field.flight) setTimeout(wait, 100);
      else this.setRemoved(false);
    };
    wait();
  }

  say(text) {
    this.news.textContent = text;
  }

  // ---- what is around the form

  showList() {
    const shown = JSON.stringify([this.debriefs, this.current]);
    if (this.shownList === shown) return; // the focus may be in it
    this.shownList = shown;
    const item = ({ id, company, round, day, count }) => {
      const about = [day && formatDay(day), pluralize(count, "question")].filter(Boolean).join(" · ");
      const isOpen = id === this.current;
      const open = () => {
        if (!isOpen) this.open(id);
        this.editor.company.focus();
      };
      const label = [element("span", { className: "pk-debrief-name" }, titleOf({ company, round })), about];
      const choose = element("button", { type: "button", className: "pk-debrief-item", onclick: open }, ...label);
      if (isOpen) choose.setAttribute("aria-current", "true");
      return element("li", {}, choose);
    };
    this.make.hidden = !this.debriefs.length;
    const hadFocus = this.list.contains(document.activeElement);
    this.list.replaceChildren(...(this.debriefs.length ? [element("ul", {}, ...this.debriefs.map(item))] : []));
    if (hadFocus) (this.list.querySelector("[aria-current]") ?? this.make).focus();
  }

  showNext(first, elsewhere, away) {
    const shown = JSON.stringify([first, elsewhere, away]);
    if (this.shownNext === shown) return;
    this.shownNext = shown;
    const step = ({ question, text, reason, probed }) =>
      element(
        "li",
        {},
        element("a", { className: "pk-open", "data-question": question }, text),
        element("p", { className: "pk-hint" }, reason),
        probed ? element("p", { className: "pk-hint", dir: "auto" }, `They probed: ${probed}`) : null,
      );
    const parts = [];
    if (first.length) {
      parts.push(
        element("h4", { className: "pk-heading" }, "What comes first now"),
        element("p", { className: "pk-hint" }, "In your next steps and your plan, until you have told it well."),
        element("ul", { className: "pk-first-now" }, ...first.map(step)),
      );
    }
    if (elsewhere.length) {
      parts.push(
        element("h4", { className: "pk-heading" }, "Asked, and not in the workbook"),
        element("ul", { className: "pk-list" }, ...elsewhere.map((words) => element("li", { dir: "auto" }, words))),
      );
    }
    if (away.length) {
      const kept = ({ id, day, ...about }) => {
        const name = [titleOf(about), day && formatDay(day)].filter(Boolean).join(" · ");
        const back = button("Bring it back", () => this.bringBack(id), { className: "pk-button pk-quiet" });
        back.setAttribute("aria-label", `Bring back: ${name}`);
        return element("li", { dir: "auto" }, `${name} `, back);
      };
      parts.push(
        element("h4", { className: "pk-heading" }, "Put away"),
        element("ul", { className: "pk-list" }, ...away.map(kept)),
      );
    }
    this.next.replaceChildren(...parts);
    this.next.hidden = !parts.length;
    this.link(this.next);
  }
}

export function render({ model, el }) {
  const root = element("section", { className: "pk-form pk-debrief", "aria-label": "Debrief" });
  el.classList.add("pk-host");
  el.append(root);
  keepKeys(root);
  const page = new DebriefPage(model, root);
  return () => page.stop();
}

export default withHearing({ render });
