// The items of the list: drawn piece by piece, since a bank may have thousands of questions.

import { marked } from "../search/marks.js";
import { element } from "../shared/dom.js";
import { dueText } from "./filters.js";
import { reasonOf } from "./index.js";

const PAGE = 60; // items drawn at a time

const withMarks = (text, words) =>
  marked(text, words).map(([piece, isMarked]) =>
    isMarked ? element("mark", { className: "pk-mark" }, piece) : piece,
  );

export class Items {
  // `states` has the mark and the title of each status, by its name; `onchoose` is called with a question.
  constructor(id, states, onchoose) {
    Object.assign(this, { id, states, questions: [], words: [], place: -1, current: "" });
    this.list = element("ul", { className: "pk-options", role: "listbox", id, "aria-label": "Questions", tabindex: "-1" });
    this.list.addEventListener("scroll", () => this.drawInView());
    // The focus stays in the search box.
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", ({ target }) => {
      const item = target.closest("[role=option]");
      if (item) onchoose(this.questions[[...this.list.children].indexOf(item)]);
    });
  }

  // Shows other questions, or the same ones anew; `progressOf` returns a question's {state, due}.
  show(questions, words, progressOf) {
    Object.assign(this, { questions, words, progressOf, place: -1 });
    this.list.replaceChildren();
    this.list.scrollTop = 0;
    this.draw(PAGE);
  }

  // Draws items up to `count`.
  draw(count) {
    const drawn = this.list.childElementCount;
    const next = this.questions.slice(drawn, count);
    this.list.append(...next.map((question, index) => this.item(question, drawn + index)));
  }

  drawInView() {
    const { scrollTop, clientHeight, scrollHeight } = this.list;
    if (scrollTop + clientHeight > scrollHeight - 200) this.draw(this.list.childElementCount + PAGE);
  }

  item(question, index) {
    const { state, due } = this.progressOf(question.id);
    const { mark, title } = this.states[state];
    const isOpen = question.id === this.current;
    const facts = [`${question.category} · Q${question.number}`, title];
    if (due) facts.push(dueText(due, new Date()));
    if (isOpen) facts.push("open below");
    const reason = reasonOf(question, this.words);
    return element(
      "li",
      {
        role: "option",
        id: `${this.id}-${index}`,
        className: "pk-option",
        "aria-selected": String(isOpen),
        "aria-setsize": String(this.questions.length),
        "aria-posinset": String(index + 1),
        "data-state": state,
      },
      element("span", { className: "pk-state-mark", "aria-hidden": "true" }, mark),
      element(
        "span",
        { className: "pk-lines" },
        element("span", { className: "pk-line" }, ...withMarks(question.text, this.words)),
        reason &&
          element("span", { className: "pk-reason" }, `${reason.title}: `, ...withMarks(reason.text, this.words)),
        element("span", { className: "pk-facts" }, facts.join(" · ")),
      ),
    );
  }

  // Makes an item the active one; returns its id, or null if there is none.
  activate(place) {
    this.list.children[this.place]?.classList.remove("pk-active");
    this.place = place;
    if (place < 0) return null;
    this.draw(Math.max(this.list.childElementCount, place + PAGE / 2));
    const item = this.list.children[place];
    item.classList.add("pk-active");
    // Not scrollIntoView: it would move the page, too.
    const { scrollTop, clientHeight } = this.list;
    const { offsetTop, offsetHeight } = item;
    if (offsetTop < scrollTop) this.list.scrollTop = offsetTop;
    else if (offsetTop + offsetHeight > scrollTop + clientHeight) {
      this.list.scrollTop = offsetTop + offsetHeight - clientHeight;
    }
    return item.id;
  }

  get active() {
    return this.questions[this.place];
  }
}
