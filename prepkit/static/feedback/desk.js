// One answer to rate: the answer and the comments on it, beside the rubric.

import { formButton } from "../form/sections.js";
import { soft, text } from "../mock/parts.js";
import { element } from "../shared/dom.js";
import { newId } from "../shared/ids.js";
import { formatMoment } from "../shared/text.js";
import { AnswerText } from "./answer.js";
import { commentCard, CommentEditor } from "./comments.js";
import { placeOf, toPlace } from "./marks.js";
import { RatingPanel, helpFor } from "./rating.js";
import { withChange } from "./rows.js";

const WHOLE = ""; // the part of a comment on the whole answer
const UNRATED = { scores: {}, level_met: null };

const writtenBefore = ({ saved_at: at }) => `What you rated before${at ? `, written ${formatMoment(at)}` : ""}`;

export class Desk {
  // `page` has the outbox, the rubric, the pool, and is told when something changes.
  constructor(page, answer, who) {
    Object.assign(this, { page, answer });
    this.place = { student: answer.student, question: answer.question };
    this.editors = new Map(); // by the id of the comment
    this.texts = new Map(); // by part
    this.lists = new Map(); // of comments, by part
    this.active = null;
    const { content } = answer;
    this.titles = new Map(content.parts.map(({ name, title }) => [name, title]));
    const line = content.levels.find(({ level }) => level === answer.level) ?? null;
    this.panel = new RatingPanel(page.rubric, this.chosen, { level: line, onchange: (change) => this.rate(change) });
    this.title = element("h2", { className: "pk-question", tabindex: "-1" }, content.text);
    this.news = element("div", { className: "pk-feedback-news" });
    this.when = element("p", { className: "pk-hint" });
    this.node = element(
      "div",
      { className: "pk-feedback-desk" },
      element(
        "section",
        { className: "pk-feedback-answer", "aria-label": "The answer" },
        element("p", { className: "pk-where" }, element("span", { className: "pk-category" }, who), element("span", { className: "pk-number" }, content.place)),
        this.title,
        this.news,
        ...content.parts.flatMap((part) => this.part(part)),
        this.whole(),
      ),
      element(
        "section",
        { className: "pk-feedback-judging", "aria-label": "Your rating" },
        element("h3", { className: "pk-heading" }, "Your rating"),
        this.when,
        answer.level && !line ? soft("This question says nothing about the student's level.") : null,
        answer.level ? null : soft("The roster names no level for this student, so there is no level to rate against."),
        this.panel.node,
        ...helpFor(content, answer.ticked, answer.level),
      ),
    );
    this.takeDrafts();
    this.watch = () => {
      for (const one of this.texts.values()) one.look();
    };
    document.addEventListener("selectionchange", this.watch);
  }

  close() {
    document.removeEventListener("selectionchange", this.watch);
  }

  // ---- the answer

  part({ name, title }) {
    const id = `pk-${newId()}`;
    const stored = this.answer.texts[name];
    const heading = element("h3", { className: "pk-label", id }, title);
    const list = element("div", { className: "pk-feedback-comments" });
    this.lists.set(name, list);
    if (!stored?.text.trim()) return [heading, soft("Nothing written here."), list];
    const button = formButton("", () => this.comment(name), {
      className: "pk-button pk-quiet",
      onmousedown: (event) => event.preventDefault(), // the selection stays
    });
    const label = (box) => {
      button.textContent = box?.range ? "Comment on the marked words" : `Comment on ${title}`;
    };
    label(null);
    const box = new AnswerText(name, stored.text, id, { onmark: label, onpick: (picked) => this.pick(picked) });
    this.texts.set(name, box);
    const changed = this.answer.rated_texts[name];
    const earlier =
      changed === undefined
        ? null
        : element(
            "details",
            { className: "pk-folded" },
            element("summary", { className: "pk-summary" }, writtenBefore(changed)),
            changed.text ? element("blockquote", { className: "pk-version" }, changed.text) : soft("There was nothing here."),
          );
    return [heading, box.box, element("div", { className: "pk-feedback-under" }, button), earlier, list];
  }

  whole() {
    const list = element("div", { className: "pk-feedback-comments" });
    this.lists.set(WHOLE, list);
    const button = formButton("Comment on the whole answer", () => this.comment(WHOLE), { className: "pk-button pk-quiet" });
    return element("div", { className: "pk-feedback-whole" }, button, list);
  }

  // The part that somebody is in, or where words are marked; the whole answer otherwise.
  get where() {
    const boxes = [...this.texts.values()];
    const found = boxes.find(({ box }) => box === document.activeElement) ?? boxes.find(({ range }) => range);
    return found?.part ?? WHOLE;
  }

  // ---- rating

  get chosen() {
    const stored = this.answer.rating ?? UNRATED;
    return this.page.outbox.of("rate", this.place).reduce((all, { change }) => withChange(all, change), stored);
  }

  rate(change) {
    const revisions = Object.fromEntries(Object.entries(this.answer.texts).map(([part, { revision }]) => [part, revision]));
    this.page.outbox.put({ kind: "rate", ...this.place, change, revisions });
    this.page.rated(this);
  }

  // A digit, from 0 to 5; returns what to say about it.
  score(digit) {
    const row = this.panel.current;
    if (!row) return "All of it is rated. Press N for the next one, or Backspace to go back.";
    if (!this.panel.choose(row, digit)) return null;
    if (document.activeElement?.closest("[data-row]")) this.title.focus({ preventScroll: true });
    const next = this.panel.current;
    if (next) this.panel.reveal(next);
    return next ? `${row.name}: ${digit || "taken back"}. Next: ${next.name}.` : `${row.name}: ${digit}. All rated: press N for the next one.`;
  }

  // ---- comments

  // As they are stored, or will be.
  get comments() {
    const { outbox } = this.page;
    const known = new Map(this.answer.comments.map((one) => [one.id, one]));
    for (const one of outbox.of("comment", this.place)) known.set(one.id, { reply: null, ...known.get(one.id), ...one, isWaiting: true });
    for (const { id } of outbox.of("remove", this.place)) known.delete(id);
    return [...known.values()];
  }

  comment(wanted = null) {
    this.watch(); // the browser tells of a selection a moment later
    const part = wanted ?? this.where;
    const box = this.texts.get(part);
    const [from, to] = box?.range ?? [0, 0];
    const quote = box?.range ? box.text.slice(from, to) : "";
    const start = quote ? toPlace(box.text, from) : 0;
    const draft = { kind: "draft", ...this.place, id: newId(), part, quote, start, text: "", before: "" };
    this.write(draft);
  }

  change(comment) {
    const { id, part, quote, start, text: said } = comment;
    this.write({ kind: "draft", ...this.place, id, part, quote, start, text: said, before: said });
  }

  write(draft) {
    if (!this.editors.has(draft.id)) {
      this.page.outbox.put(draft);
      this.edit(draft);
    }
    this.active = draft.id;
    this.refresh();
    this.editors.get(draft.id).box.focus();
  }

  // Comments that were begun, perhaps in a window that was closed.
  takeDrafts() {
    for (const draft of this.page.outbox.of("draft", this.place)) {
      if (!this.editors.has(draft.id)) this.edit(draft);
    }
    this.refresh();
  }

  edit(draft) {
    const { outbox } = this.page;
    const done = () => {
      outbox.drop(this.editors.get(draft.id).draft);
      this.editors.delete(draft.id);
    };
    const editor = new CommentEditor(draft, {
      titles: this.titles,
      pool: () => this.page.pool,
      onactive: () => this.activate(draft.id),
      ontype: (said) => {
        editor.draft = { ...editor.draft, text: said };
        outbox.put(editor.draft);
      },
      onsave: () => {
        const parcel = { ...editor.draft, kind: "comment", text: editor.box.value.trim() };
        delete parcel.clash;
        outbox.put(parcel);
        done();
        this.refresh();
        this.leave(draft);
      },
      oncancel: () => {
        done();
        this.refresh();
        this.leave(draft);
      },
      onleave: () => this.leave(draft),
    });
    this.editors.set(draft.id, editor);
  }

  // From a comment back to the words that it is on.
  leave({ part, quote, start }) {
    const box = this.texts.get(part);
    if (!box) {
      this.title.focus();
      return;
    }
    box.box.focus({ preventScroll: true });
    const place = placeOf(box.text, { quote, start });
    if (place) box.select(place[1]);
  }

  // Another window has changed what is being saved here.
  clash(parcel, comment) {
    const draft = { ...parcel, kind: "draft", before: comment.text, clash: comment.text };
    this.page.outbox.put(draft);
    this.edit(draft);
    this.refresh();
  }

  remove(comment) {
    this.page.outbox.put({ kind: "remove", ...this.place, id: comment.id });
    this.refresh();
    this.leave(comment);
    const undo = formButton("Undo", () => {
      this.page.outbox.put({ kind: "comment", ...this.place, ...this.parcelOf(comment), before: comment.text });
      this.page.say("");
      this.refresh();
    });
    this.page.say("Removed the comment. ", undo);
  }

  parcelOf({ id, part, quote, start, text: said }) {
    return { id, part, quote, start, text: said };
  }

  activate(id) {
    if (this.active === id) return;
    this.active = id;
    this.showMarks();
  }

  pick(id) {
    this.activate(id);
    const card = this.node.querySelector(`[data-comment="${CSS.escape(id)}"]`);
    (card?.querySelector("textarea") ?? card)?.focus();
  }

  // ---- what is on the screen

  refresh() {
    this.panel.update(this.chosen);
    this.showNews();
    this.showComments();
    this.showMarks();
  }

  showNews() {
    const { rating, state } = this.answer;
    const which = state === "changed" ? "an earlier text than the one here" : "the text that you see";
    const when = rating ? `Rated ${formatMoment(rating.at)}: ${which}.` : "Not rated yet.";
    if (this.when.textContent !== when) this.when.textContent = when;
    const isNewer = state === "changed" && !this.page.outbox.of("rate", this.place).length;
    const shown = isNewer ? rating.at : "";
    if (this.newsShown === shown) return;
    this.newsShown = shown;
    if (!isNewer) {
      this.news.replaceChildren();
      return;
    }
    const titles = Object.keys(this.answer.rated_texts).map((part) => this.titles.get(part)).join(", ");
    this.news.replaceChildren(
      text(`The student has written something newer since you rated this on ${formatMoment(rating.at)}: ${titles}.`),
      soft("You see the newest text. A new score counts for it."),
      formButton("My rating still holds", () => this.rate({}), { className: "pk-button" }),
    );
  }

  // Numbered in the order of the answer.
  get numbered() {
    const parts = [...this.lists.keys()];
    const found = [
      ...this.comments.filter(({ id }) => !this.editors.has(id)),
      ...[...this.editors.values()].map(({ draft }) => ({ ...draft, isDraft: true })),
    ].map((one) => ({ ...one, where: placeOf(this.texts.get(one.part)?.text ?? "", one) }));
    const at = ({ where }) => (where ? where[0] : Infinity);
    const partOf = ({ part }) => (parts.includes(part) ? parts.indexOf(part) : parts.length);
    found.sort((a, b) => partOf(a) - partOf(b) || at(a) - at(b) || (a.at ?? "~").localeCompare(b.at ?? "~"));
    let number = 0;
    return found.map((one) => ({ ...one, number: one.where ? (number += 1) : null }));
  }

  showComments() {
    const numbered = this.numbered;
    const shown = JSON.stringify(numbered.map(({ text: said, ...one }) => (one.isDraft ? one : [one, said])));
    if (shown === this.shown) return;
    this.shown = shown;
    const focused = document.activeElement;
    const id = this.node.contains(focused) ? focused.closest("[data-comment]")?.dataset.comment : null;
    for (const [part, list] of this.lists) {
      const here = numbered.filter((one) => one.part === part || (part === WHOLE && !this.lists.has(one.part)));
      list.replaceChildren(...here.map((one) => this.cardOf(one)));
    }
    if (!id || document.activeElement === focused) return;
    if (focused.isConnected) focused.focus();
    else this.node.querySelector(`[data-comment="${CSS.escape(id)}"]`)?.focus();
  }

  cardOf(one) {
    if (one.isDraft) return this.editors.get(one.id).node;
    return commentCard(one, {
      titles: this.titles,
      isGone: Boolean(one.quote) && !one.where,
      onchange: () => this.change(one),
      onremove: () => this.remove(one),
      onactive: () => this.activate(one.id),
    });
  }

  showMarks() {
    const numbered = this.numbered;
    for (const [part, box] of this.texts) box.mark(numbered.filter((one) => one.part === part), this.active);
    for (const card of this.node.querySelectorAll("[data-comment]")) {
      card.toggleAttribute("data-active", card.dataset.comment === this.active);
    }
  }
}
