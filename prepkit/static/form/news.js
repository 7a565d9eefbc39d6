// What happened to text that was typed into questions that aren't on the screen: see other_drafts.js.

import { element } from "../shared/dom.js";
import { t } from "../shared/language.js";
import { joinWords } from "../shared/text.js";
import { formButton } from "./sections.js";

const quoted = (places) => joinWords([...places].map((place) => t("“{text}”", { text: place })));

export class News {
  constructor() {
    this.saved = new Map(); // what questions are called, by id: their text is saved now
    this.kept = new Map(); // and these: there is another saved text, so one has to be chosen
    this.node = element("div", { className: "pk-news", role: "status" });
  }

  // The form on the screen opens the questions that are named.
  attach(form) {
    this.form = form;
    this.saved.delete(form.question.id);
    this.kept.delete(form.question.id);
    this.shown = null;
    this.show();
    return this.node;
  }

  show(kept = this.kept) {
    this.kept = kept;
    const told = JSON.stringify([[...this.saved], [...this.kept]]);
    if (told === this.shown) return; // nothing new for screen readers, and no focus is lost
    this.shown = told;
    const items = [...kept].map((each) => this.keptItem(...each));
    this.node.replaceChildren(...(this.saved.size ? [this.savedItem()] : []), ...items);
  }

  savedItem() {
    const forget = () => {
      this.saved.clear();
      this.show();
      this.form.root.focus({ preventScroll: true });
    };
    const text = t("What you typed earlier in {places} is now saved.", { places: quoted(this.saved.values()) });
    return element("p", { className: "pk-text" }, `${text} `, formButton(t("OK"), forget));
  }

  keptItem(question, place) {
    const text = `${t("What you typed earlier in “{place}” differs from the text saved there. We kept both.", { place })} `;
    const open = formButton(t("Open {place}", { place }), () => this.form.open(question));
    return element("p", { className: "pk-text" }, text, this.form.model.get("opens") === false ? null : open);
  }
}
