// Begins an answer from a story: the texts of its parts go into the boxes that are empty, as if they were typed.
// Offered by a host that keeps stories, where an answer has the parts that stories have.

import { element } from "../shared/dom.js";
import { KEY_POINTS } from "../shared/fields.js";
import { newId } from "../shared/ids.js";
import { pluralize } from "../shared/text.js";
import { formButton } from "./sections.js";

export class Begin {
  constructor(form) {
    this.form = form;
    form.begin = this;
    this.offers = [];
    this.asked = false;
    const id = `pk-${newId()}`;
    this.toggle = formButton("Begin from a story", () => this.unfold(this.list.hidden), {
      className: "pk-button pk-quiet",
      "aria-expanded": "false",
      "aria-controls": id,
    });
    this.list = element("ul", { className: "pk-offers", id, role: "list", hidden: true });
    this.note = element("p", { className: "pk-hint", role: "status", dir: "auto" });
    this.choice = element("div", { hidden: true }, this.toggle, this.list);
    this.node = element("div", { className: "pk-begin" }, this.choice, this.note);
  }

  get fields() {
    return this.form.fields.filter(({ name }) => name !== KEY_POINTS.name);
  }

  get empty() {
    return this.fields.filter((field) => field.revision !== null && !field.conflict && !field.text.trim());
  }

  // What the form has loaded may be older than the stories.
  loaded() {
    this.asked = false;
  }

  look() {
    const { form, empty } = this;
    const isWanted = empty.length > 0 && !form.readOnly;
    if (isWanted && !this.asked) this.asked = form.post({ type: "offers", question: form.question.id });
    const fits = this.offers.some(({ texts }) => this.fields.every(({ name }) => name in texts));
    this.choice.hidden = !isWanted || !fits;
  }

  show(offers) {
    this.offers = offers;
    if (!this.list.contains(this.list.ownerDocument.activeElement)) {
      this.list.replaceChildren(...offers.map((offer) => this.item(offer)));
    }
    this.look();
  }

  item(offer) {
    const { title, words, linked, dwell } = offer;
    const about = [linked ? "told for this question" : null, pluralize(words, "word")].filter(Boolean).join(" · ");
    return element(
      "li",
      {},
      element(
        "div",
        { dir: "auto" },
        element("b", {}, title),
        element("p", { className: "pk-hint" }, about),
        dwell ? element("p", { className: "pk-hint" }, `Dwell on: ${dwell}`) : null,
      ),
      formButton("Use", () => this.use(offer), { "aria-label": `Use the story: ${title}` }),
    );
  }

  unfold(open) {
    this.list.hidden = !open;
    this.toggle.setAttribute("aria-expanded", String(open));
  }

  use({ id, title, dwell, texts }) {
    const { form, empty } = this;
    const filled = empty.filter(({ name }) => texts[name]?.trim());
    for (const field of filled) {
      field.box.write(texts[field.name]);
      field.typed();
    }
    form.post({ type: "tell", story: id, question: form.question.id });
    this.unfold(false);
    const stay = filled.length < this.fields.length ? " Boxes that had text are as they were." : "";
    const hint = dwell ? ` Dwell on: ${dwell}` : "";
    this.note.textContent = `Filled from “${title}”.${stay} Now fit it to this question; the story itself doesn't change.${hint}`;
    form.root.querySelector(`[data-field=${(filled[0] ?? this.fields[0]).name}]`).focus();
  }
}
