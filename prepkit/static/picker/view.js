// The list of questions: a search box, filters, and what is found.

import { button, element } from "../shared/dom.js";
import { FILTERS, left, remedies } from "./filters.js";
import { questionIndex } from "./index.js";
import { Items } from "./items.js";
import { commandOf } from "./keys.js";
import { countText, notices } from "./notices.js";

const UNKNOWN = { state: "untouched", due: null };

const labelled = (id, label, control, hint) =>
  element(
    "div",
    { className: "pk-choice" },
    element("label", { className: "pk-label", for: id }, label),
    control,
    hint && element("span", { className: "pk-hint", id: `${id}-hint` }, hint),
  );

const selection = (id, options, onchange, described) => {
  const entries = options.map(([value, text]) => element("option", { value }, text));
  return element("select", { id, className: "pk-select", onchange, "aria-describedby": described }, ...entries);
};

export class ListView {
  // `lists` has the questions and what can be chosen; `chosen` what is; `onchoose` and `onpick` are called with
  // a question and with all that is chosen.
  constructor(id, lists, chosen, { onchoose, onpick }) {
    Object.assign(this, { id, lists, chosen, onchoose, onpick, progress: {}, open: false, walked: false, asTyped: false });
    this.search = questionIndex(lists.questions);
    this.items = new Items(`${id}-list`, lists.states, (question) => this.choose(question));
    this.progressOf = (question) => this.progress[question] ?? UNKNOWN;
    this.build();
  }

  build() {
    this.box = element("input", {
      type: "text",
      id: `${this.id}-find`,
      className: "pk-box",
      role: "combobox",
      autocomplete: "off",
      spellcheck: "false",
      enterkeyhint: "search",
      placeholder: "Any words you remember",
      "aria-autocomplete": "list",
      "aria-controls": this.items.id,
      "aria-expanded": "false",
    });
    this.box.addEventListener("input", () => this.typed());
    this.box.addEventListener("keydown", (event) => this.pressed(event));
    this.box.addEventListener("click", () => this.show());
    this.toggle = button("", () => this.toggled(), { className: "pk-button pk-toggle", "aria-controls": this.items.id });
    this.status = element("p", { className: "pk-status", role: "status" });
    this.notice = element("div", { className: "pk-notices" });
    this.results = element("div", { className: "pk-results", hidden: true }, this.status, this.notice, this.items.list);
    const find = element("div", { className: "pk-find" }, this.box, this.toggle);
    this.nodes = [
      element("div", { className: "pk-search" }, element("label", { className: "pk-label", for: this.box.id }, "Find a question"), find),
      element("div", { className: "pk-choices" }, ...this.choices()),
      this.results,
    ];
    this.setOpen(false);
  }

  choices() {
    const { lists, id } = this;
    this.selects = {};
    const add = (name, label, first, options, hint) => {
      const key = `${id}-${name}`;
      const described = hint && `${key}-hint`;
      this.selects[name] = selection(key, [["", first], ...options], () => this.picked(name), described);
      this.selects[name].value = this.chosen[name] ?? "";
      return labelled(key, label, this.selects[name], hint);
    };
    return [
      add("category", "Category", "All categories", lists.categories),
      add("company", "Company", "Any company", lists.companies),
      add("state", "Status", "Any status", Object.entries(lists.states).map(([name, { mark, title }]) => [name, `${mark} ${title}`])),
      add("due", "Due", "Any time", lists.dues),
      add("level", "Your level", "Choose your level", lists.levels, "Highlighted in the form; filters nothing"),
    ];
  }

  // ---- what is shown

  setOpen(open) {
    this.open = open;
    this.results.hidden = !open;
    this.box.setAttribute("aria-expanded", String(open));
    this.toggle.textContent = open ? "Hide the list" : "Show the list";
    this.toggle.setAttribute("aria-expanded", String(open));
    if (!open) this.activate(-1);
  }

  show() {
    if (this.open) return;
    this.setOpen(true);
    this.update();
  }

  // Searches and filters anew, and shows what is found.
  update() {
    if (!this.open) return;
    const { chosen, progressOf, items } = this;
    const now = new Date();
    const query = this.box.value.trim();
    const found = this.search(query, this.asTyped);
    const questions = left(found.questions, chosen, progressOf, now);
    const count = questions.length;
    const isFiltered = found.questions.length > 0 && FILTERS.some((name) => chosen[name]);
    items.show(questions, found.words, progressOf);
    this.activate(query && count ? 0 : -1);
    const total = this.lists.questions.length;
    this.status.textContent = countText({ count, total, query: found.shown, isFiltered });
    const ways = count ? [] : remedies(found.questions, chosen, progressOf, now);
    this.notice.replaceChildren(
      ...notices({ found, query, count, remedies: ways, actions: this.actions }),
    );
    items.list.hidden = !count;
  }

  // Shows the same list with newer progress; the active item stays.
  refresh(progress) {
    this.progress = progress;
    this.keepPlace();
  }

  setCurrent(question) {
    this.items.current = question;
    this.keepPlace();
  }

  // The host chose: the level is that of the plan, which may be made while this page is open.
  setChosen(chosen) {
    if (chosen === this.chosen) return; // it was chosen here
    this.chosen = chosen;
    for (const [name, select] of Object.entries(this.selects)) select.value = chosen[name] ?? "";
    this.keepPlace();
  }

  keepPlace() {
    if (!this.open) return;
    const { active, list } = this.items;
    const { scrollTop } = list;
    this.update();
    const place = active ? this.items.questions.indexOf(active) : -1;
    if (place >= 0) this.activate(place);
    this.items.draw(Math.max(list.childElementCount, place + 1));
    list.scrollTop = scrollTop;
  }

  activate(place) {
    const id = this.items.activate(place);
    if (id) this.box.setAttribute("aria-activedescendant", id);
    else this.box.removeAttribute("aria-activedescendant");
  }

  // ---- what the candidate does

  typed() {
    this.asTyped = false;
    this.walked = false;
    this.setOpen(true);
    this.update();
  }

  toggled() {
    if (this.open) this.setOpen(false);
    else this.show();
    this.box.focus();
  }

  picked(name) {
    this.chosen = { ...this.chosen, [name]: this.selects[name].value };
    this.onpick(this.chosen);
    if (name === "level") return;
    this.setOpen(true);
    this.update();
  }

  pressed(event) {
    const { open, walked, items } = this;
    const text = this.box.value;
    const command = commandOf(event, { open, walked, text, place: items.place, count: items.questions.length });
    if (!command) return;
    event.preventDefault();
    if (command.act) this.do(command.act);
    else {
      this.walked = true;
      this.activate(command.place);
    }
  }

  do(act) {
    if (act === "choose") this.choose(this.items.active);
    else if (act === "show") this.show();
    else if (act === "hide") this.setOpen(false);
    else if (act === "clear") this.box.value = "";
  }

  choose(question) {
    this.setOpen(false);
    this.box.value = "";
    this.onchoose(question.id);
  }

  get actions() {
    const choose = (names) => {
      for (const name of names) this.selects[name].value = "";
      this.chosen = { ...this.chosen, ...Object.fromEntries(names.map((name) => [name, ""])) };
      this.onpick(this.chosen);
      this.update();
      this.box.focus(); // the button is gone
    };
    return {
      search: (text, asTyped = false) => {
        this.box.value = text;
        this.asTyped = asTyped;
        this.update();
        this.box.focus();
      },
      without: (name) => choose([name]),
      clear: () => choose(FILTERS),
    };
  }
}
