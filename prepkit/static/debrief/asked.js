// A question that was asked: the words, which question of the bank it is, how it went, what was probed.

import { button, element } from "../shared/dom.js";
import { suggestions } from "./suggest.js";

const PAUSE = 300; // ms without a key before the bank is searched

const placeOf = ({ category, number }) => `${category} Q${number}`;

const area = (value, attributes) => {
  const node = element("textarea", { className: "pk-area", dir: "auto", spellcheck: "true", ...attributes });
  node.value = value;
  return node;
};

export class AskedItem {
  // `page` has `lists`, `find` and `id(name)`; `onchange` is called after each change, `onremove` to remove it.
  constructor(page, state, { onchange, onremove }) {
    Object.assign(this, { page, state, onchange });
    const id = page.id(`asked-${state.id}`);
    this.legend = element("h5", { className: "pk-asked-title" });
    this.words = area(state.words, { id: `${id}-words`, rows: "2" });
    this.probed = area(state.probed, { id: `${id}-probed`, rows: "2" });
    this.match = element("div", { className: "pk-match" });
    this.said = element("p", { className: "pk-hint", role: "status" });
    this.ratings = this.ratingChoice(id);
    this.remove = button("Remove", onremove, { className: "pk-button pk-quiet" });
    this.node = element(
      "li",
      { className: "pk-asked-item" },
      element("div", { className: "pk-asked-head" }, this.legend, this.remove),
      element("label", { className: "pk-label", for: `${id}-words` }, "What did they ask? In your own words"),
      this.words,
      this.said,
      this.match,
      this.ratings,
      element("label", { className: "pk-label", for: `${id}-probed` }, "What did they probe?"),
      this.probed,
    );
    this.words.addEventListener("input", () => this.typed());
    this.probed.addEventListener("input", () => this.change({ probed: this.probed.value }));
    this.showMatch();
  }

  ratingChoice(id) {
    const choice = ([value, title]) => {
      const input = element("input", { type: "radio", name: `${id}-rating`, value });
      input.addEventListener("change", () => this.change({ rating: value }));
      return element("label", { className: "pk-radio" }, input, title);
    };
    return element(
      "fieldset",
      { className: "pk-ratings" },
      element("legend", { className: "pk-label" }, "How did it go?"),
      ...this.page.lists.ratings.map(choice),
    );
  }

  number(number) {
    this.legend.textContent = `Question ${number}`;
    this.remove.setAttribute("aria-label", `Remove question ${number}`);
  }

  change(what) {
    Object.assign(this.state, what);
    this.onchange();
  }

  typed() {
    this.change({ words: this.words.value });
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.showMatch(), PAUSE);
  }

  // Shows another state, such as what another window has saved. A box that holds the same text isn't touched.
  update(state) {
    const { question, elsewhere } = this.state;
    this.state = state;
    for (const name of ["words", "probed"]) if (this[name].value !== state[name]) this[name].value = state[name];
    if (question !== state.question || elsewhere !== state.elsewhere) this.showMatch();
    this.showRating();
  }

  showRating() {
    for (const input of this.ratings.querySelectorAll("input")) input.checked = input.value === this.state.rating;
  }

  settle(what, focus) {
    this.change(what);
    this.showMatch();
    this.match.querySelector(focus)?.focus();
  }

  showMatch() {
    clearTimeout(this.timer);
    this.showRating();
    const { question, elsewhere } = this.state;
    if (question) this.showFound(question);
    else if (elsewhere) this.showElsewhere();
    else this.showSuggestions();
  }

  showFound(id) {
    const known = this.page.lists.questions.find((one) => one.id === id);
    const text = known?.text ?? id;
    this.said.textContent = "";
    this.match.replaceChildren(
      element(
        "p",
        { className: "pk-matched" },
        "In the workbook: ",
        element("a", { className: "pk-open", "data-question": id }, text),
        known ? element("span", { className: "pk-hint" }, ` ${placeOf(known)}`) : null,
      ),
      button("It's another one", () => this.settle({ question: null }, "button"), { className: "pk-button pk-quiet" }),
    );
    this.page.link(this.match);
  }

  showElsewhere() {
    this.said.textContent = "";
    this.match.replaceChildren(
      element("p", { className: "pk-matched" }, "Not in the workbook. Your words are kept."),
      button("Look again", () => this.settle({ elsewhere: false }, "button"), { className: "pk-button pk-quiet" }),
    );
  }

  showSuggestions() {
    const found = suggestions(this.page.find, this.state.words);
    const typed = this.state.words.trim();
    this.said.textContent = found.length
      ? "Is it one of these? The first is the most alike."
      : typed
        ? "Nothing in the workbook is like it so far."
        : "";
    const choose = ({ id }) => this.settle({ question: id, elsewhere: false }, "a, button");
    const items = found.map((one) =>
      element(
        "li",
        {},
        button(one.text, () => choose(one), { className: "pk-suggestion", title: placeOf(one), "data-question": one.id }),
      ),
    );
    const none = button("It's not in the workbook", () => this.settle({ elsewhere: true }, "button"), {
      className: "pk-button pk-quiet",
    });
    // The same again would take the focus away from where somebody is.
    const shown = JSON.stringify([found.map(({ id }) => id), Boolean(typed)]);
    if (this.shown === shown && this.match.querySelector(".pk-suggestions")) return;
    this.shown = shown;
    this.match.replaceChildren(
      element("ul", { className: "pk-suggestions", "aria-label": "Questions of the workbook that are like it" }, ...items),
      ...(typed ? [none] : []),
    );
  }
}
