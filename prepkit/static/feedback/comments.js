// The comments on an answer, each as a card: to read, to change, to remove. A card that is being written has the
// comments that were used before beside it.

import { formButton } from "../form/sections.js";
import { surely } from "../mock/parts.js";
import { element } from "../shared/dom.js";
import { newId } from "../shared/ids.js";
import { formatMoment } from "../shared/text.js";
import { beginning } from "./marks.js";
import { insert, search } from "./pool.js";

const isSave = ({ key, ctrlKey, metaKey }) => (ctrlKey || metaKey) && (key === "Enter" || key.toLowerCase() === "s");

// What a comment is on, in words.
export const aboutOf = ({ part, quote }, titles) => {
  if (quote) return `“${beginning(quote)}”`;
  return part ? `All of ${titles.get(part) ?? part}` : "The whole answer";
};

const quoteLine = (comment, titles, isGone) =>
  element(
    "p",
    { className: "pk-feedback-quote", dir: "auto" },
    comment.number ? element("span", { className: "pk-feedback-number" }, String(comment.number)) : null,
    aboutOf(comment, titles),
    isGone ? element("span", { className: "pk-hint" }, " The student has changed these words since.") : null,
  );

// A comment that is stored, or on its way.
export const commentCard = (comment, { titles, isGone, onchange, onremove, onactive }) => {
  const { id, text, at, reply, isWaiting } = comment;
  const about = aboutOf(comment, titles);
  const change = formButton("Change", onchange, { className: "pk-button pk-quiet", "aria-label": `Change the comment on ${about}` });
  const remove = surely("Remove", "Remove it?", onremove);
  remove.classList.add("pk-quiet");
  return element(
    "article",
    { className: "pk-feedback-card", "data-comment": id, tabindex: "-1", "aria-label": `Comment on ${about}`, onfocusin: onactive, onmouseenter: onactive },
    quoteLine(comment, titles, isGone),
    element("p", { className: "pk-feedback-said", dir: "auto" }, text),
    reply
      ? element(
          "div",
          { className: "pk-feedback-reply" },
          element("p", { className: "pk-hint" }, `The student's reply, ${formatMoment(reply.at)}`),
          element("p", { className: "pk-feedback-said", dir: "auto" }, reply.text),
        )
      : null,
    element(
      "div",
      { className: "pk-feedback-card-end" },
      element("span", { className: "pk-hint" }, isWaiting ? "Not saved yet" : formatMoment(at)),
      change,
      remove,
    ),
  );
};

// A comment that is being written. `pool` returns the earlier ones.
export class CommentEditor {
  constructor(draft, { titles, pool, ontype, onsave, oncancel, onleave, onactive }) {
    Object.assign(this, { draft, pool });
    const id = `pk-${newId()}`;
    const about = aboutOf(draft, titles);
    this.box = element("textarea", { className: "pk-area", id: `${id}-text`, rows: "3", dir: "auto", spellcheck: "true" });
    this.box.value = draft.text;
    this.box.addEventListener("input", () => ontype(this.box.value));
    this.find = element("input", { className: "pk-input", type: "search", id: `${id}-find`, dir: "auto", autocomplete: "off", placeholder: "Some words of it" });
    this.find.addEventListener("input", () => this.showPool());
    this.find.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.ctrlKey || event.metaKey || event.isComposing) return;
      event.preventDefault();
      const [first] = search(this.pool(), this.find.value);
      if (first) this.use(first.text);
    });
    this.list = element("ul", { className: "pk-feedback-pool", role: "list" });
    this.again = element(
      "div",
      { className: "pk-feedback-again" },
      element("label", { className: "pk-hint", for: `${id}-find` }, "Use an earlier comment again"),
      this.find,
      this.list,
    );
    const leave = (event) => {
      if (isSave(event)) {
        event.preventDefault();
        if (this.box.value.trim()) onsave();
      } else if (event.key === "Escape") {
        event.preventDefault();
        onleave();
      }
    };
    this.node = element(
      "div",
      { className: "pk-feedback-card pk-feedback-writing", role: "group", "aria-label": `Comment on ${about}`, "data-comment": draft.id, onkeydown: leave, onfocusin: onactive },
      quoteLine(draft, titles, false),
      draft.clash
        ? element(
            "div",
            { className: "pk-conflict" },
            element("p", { className: "pk-hint" }, "This comment was changed in another window. Below is yours, which isn't saved. The saved one is:"),
            element("blockquote", { className: "pk-version" }, draft.clash),
          )
        : null,
      element("label", { className: "pk-live", for: `${id}-text` }, `Your comment on ${about}`),
      this.box,
      this.again,
      element(
        "div",
        { className: "pk-choices" },
        formButton(draft.clash ? "Save mine instead" : "Save comment", () => this.box.value.trim() && onsave(), {
          className: "pk-button pk-strong",
          "aria-keyshortcuts": "Control+Enter Meta+Enter",
        }),
        formButton(draft.clash ? "Keep the saved one" : "Cancel", oncancel),
      ),
    );
    this.ontype = ontype;
    this.showPool();
  }

  showPool() {
    const all = this.pool();
    this.again.hidden = !all.length;
    const found = search(all, this.find.value);
    const item = ({ text, count }) =>
      element(
        "li",
        {},
        element(
          "button",
          { type: "button", className: "pk-feedback-earlier", onclick: () => this.use(text) },
          element("span", { dir: "auto" }, text),
          element("span", { className: "pk-hint" }, count > 1 ? ` used ${count} times` : ""),
        ),
      );
    const none = element("li", { className: "pk-hint" }, "No earlier comment has these words.");
    this.list.replaceChildren(...(found.length ? found.map(item) : [none]));
  }

  use(text) {
    const { box } = this;
    const [value, cursor] = insert(box.value, box.selectionStart, box.selectionEnd, text);
    box.value = value;
    box.focus();
    box.setSelectionRange(cursor, cursor);
    this.ontype(value);
  }
}
