// The answer: a text for each part, in which words can be marked with the mouse and with the keyboard.
//
// For that, each text is a box in which the cursor goes about and nothing can be changed.

import { element } from "../shared/dom.js";
import { pieces, placeOf, wholeWords } from "./marks.js";

// How many characters of a box stand before a place in it.
const unitsBefore = (box, node, offset) => {
  const range = document.createRange();
  range.setStart(box, 0);
  range.setEnd(node, offset);
  return range.toString().length;
};

export class AnswerText {
  // `onmark` is called when other words are marked, `onpick(id)` when somebody clicks on the words of a comment.
  constructor(part, text, labelledBy, { onmark, onpick }) {
    Object.assign(this, { part, text, onpick });
    this.range = null; // [from, to] of the marked words
    this.marked = [];
    this.shown = null;
    this.box = element("div", {
      className: "pk-feedback-text",
      contenteditable: "true",
      role: "textbox",
      "aria-readonly": "true",
      "aria-multiline": "true",
      "aria-labelledby": labelledBy,
      "data-part": part,
      "data-gramm": "false",
      inputmode: "none",
      spellcheck: "false",
      translate: "no",
      dir: "auto",
      tabindex: "0",
    });
    for (const name of ["beforeinput", "drop", "paste", "cut"]) {
      this.box.addEventListener(name, (event) => event.preventDefault());
    }
    // An input method can't be held off before: what it has put in is taken out.
    this.box.addEventListener("input", () => this.draw(true));
    this.box.addEventListener("compositionend", () => this.draw(true));
    this.box.addEventListener("click", ({ target }) => {
      const mark = target.closest(".pk-feedback-mark");
      if (mark && document.getSelection().isCollapsed) this.onpick(mark.dataset.ids.split(" ").at(-1));
    });
    this.look = () => {
      const found = this.selected();
      if (String(found) === String(this.range)) return;
      this.range = found;
      onmark(this);
    };
    this.draw();
  }

  // The words that are selected in this box, as [from, to]; null if there are none.
  selected() {
    const selection = document.getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0);
    if (!this.box.contains(range.startContainer)) return null;
    const from = unitsBefore(this.box, range.startContainer, range.startOffset);
    const isInside = this.box.contains(range.endContainer);
    const to = isInside ? unitsBefore(this.box, range.endContainer, range.endOffset) : this.text.length;
    return wholeWords(this.text, from, to);
  }

  // Shows which words comments are on: `comments` are {id, quote, start, number}, `active` the id of one.
  mark(comments, active) {
    this.marked = comments.flatMap((one) => {
      const place = placeOf(this.text, one);
      return place ? [{ id: one.id, number: one.number, from: place[0], to: place[1] }] : [];
    });
    this.active = active;
    this.draw();
  }

  draw(anew = false) {
    const { text, marked, active } = this;
    const shown = JSON.stringify([marked, active]);
    if (shown === this.shown && !anew) return;
    this.shown = shown;
    const selection = document.getSelection();
    const isHere = selection.rangeCount && this.box.contains(selection.focusNode) && this.box.contains(selection.anchorNode);
    const places = isHere
      ? [
          unitsBefore(this.box, selection.anchorNode, selection.anchorOffset),
          unitsBefore(this.box, selection.focusNode, selection.focusOffset),
        ]
      : null;
    let at = 0;
    const nodes = pieces(text, marked).map((piece) => {
      at += piece.text.length;
      if (!piece.ids.length) return document.createTextNode(piece.text);
      const ending = marked.filter(({ id, to }) => piece.ids.includes(id) && to === at).map(({ number }) => number);
      return element(
        "mark",
        {
          className: "pk-feedback-mark",
          "data-ids": piece.ids.join(" "),
          "data-active": piece.ids.includes(active),
          "data-numbers": ending.length ? ending.join(", ") : null,
        },
        piece.text,
      );
    });
    this.box.replaceChildren(...nodes);
    if (places) this.select(...places);
  }

  // Puts the selection where it was in the text.
  select(from, to = from) {
    const find = (unit) => {
      let left = unit;
      const walker = document.createTreeWalker(this.box, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        if (left <= node.length) return [node, left];
        left -= node.length;
      }
      return [this.box, this.box.childNodes.length];
    };
    document.getSelection().setBaseAndExtent(...find(from), ...find(to));
  }
}
