// Adds questions to a story: found by words, or suggested with the words that speak for them.

import { button, element } from "../shared/dom.js";
import { newId } from "../shared/ids.js";
import { joinWords, pluralize } from "../shared/text.js";

const PAUSE = 250; // ms without a key before a search

const quoted = (words) => joinWords(words.map((word) => `“${word}”`));

export class Adder {
  // `page` has `questions`, the bank's by id, and `ask(type, more)`; `add(question)` adds one.
  constructor(page, add) {
    this.page = page;
    this.add = add;
    const id = `pk-${newId()}`;
    this.box = element("input", {
      className: "pk-search",
      id,
      type: "search",
      autocomplete: "off",
      placeholder: "Words of a question, as you were asked it",
    });
    this.box.addEventListener("input", () => this.later());
    this.count = element("p", { className: "pk-hint", role: "status" });
    this.found = element("ul", { className: "pk-found", role: "list" });
    this.suggested = element("div", { className: "pk-suggested" });
    this.node = element(
      "div",
      { className: "pk-adder" },
      element("label", { className: "pk-label", for: id }, "Add a question"),
      this.box,
      this.count,
      this.found,
      this.suggested,
    );
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.search(), PAUSE);
  }

  search() {
    const text = this.box.value;
    if (text.trim()) this.page.ask("find", { text });
    else this.showFound({ text, found: [], more: 0 });
  }

  // A new story is shown, or a question was added.
  clear() {
    this.box.value = "";
    this.showFound({ text: "", found: [], more: 0 });
    this.suggested.replaceChildren();
  }

  item(question, has, reason) {
    const { text, place } = this.page.questions[question];
    const mine = has.includes(question);
    return element(
      "li",
      {},
      element(
        "div",
        {},
        element("span", { className: "pk-eyebrow" }, place),
        element("p", { className: "pk-asked" }, text),
        reason ? element("p", { className: "pk-hint" }, reason) : null,
      ),
      mine
        ? element("span", { className: "pk-hint" }, "Added")
        : button("Add", () => this.add(question), { className: "pk-button", "aria-label": `Add the question: ${text}` }),
    );
  }

  showFound({ text, found, more }) {
    if (text !== this.box.value) return; // of what was typed before
    const has = this.page.told();
    this.found.replaceChildren(...found.map((question) => this.item(question, has)));
    const rest = more ? `, and ${more} more: type another word` : "";
    const none = "No question has all these words. Try fewer of them.";
    this.count.textContent = text.trim() ? (found.length ? `${pluralize(found.length, "question")}${rest}` : none) : "";
  }

  showSuggested(found) {
    const has = this.page.told();
    const items = found
      .filter(({ id }) => !has.includes(id))
      .map(({ id, words }) => this.item(id, has, `Both speak of ${quoted(words)}.`));
    if (this.suggested.contains(this.suggested.ownerDocument.activeElement)) return; // in use: it would lose the focus
    this.suggested.replaceChildren(
      ...(items.length
        ? [
            element("h5", { className: "pk-label" }, "It could answer these, too"),
            element("p", { className: "pk-hint" }, "Found by shared words alone, so judge for yourself."),
            element("ul", { className: "pk-found", role: "list" }, ...items),
          ]
        : []),
    );
  }
}
