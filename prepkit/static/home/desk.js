// The form of one question, on the page of the list. It stays when the list is shown again, so that what
// was typed last is saved; another question takes its place.

import { element } from "../shared/dom.js";
import { render } from "../star_form.js";

// What the form takes for its widget's model: that of the page, with a question of its own.
class DeskModel {
  constructor(model, desk) {
    this.model = model;
    this.desk = desk;
    this.own = new Map(); // listeners of what is not the page's model, by event
  }

  get widget_manager() {
    return this.model.widget_manager;
  }

  get(name) {
    if (name === "question") return this.desk.question;
    if (name === "level") return this.desk.level;
    return this.model.get(name);
  }

  isOwn(event) {
    return event === "change:question" || event === "change:level";
  }

  on(event, listener) {
    if (!this.isOwn(event)) this.model.on(event, listener);
    else this.own.set(event, [...(this.own.get(event) ?? []), listener]);
  }

  off(event, listener) {
    if (!this.isOwn(event)) this.model.off(event, listener);
    else this.own.set(event, (this.own.get(event) ?? []).filter((one) => one !== listener));
  }

  tell(event) {
    for (const listener of this.own.get(event) ?? []) listener();
  }

  // A form asks for another question: the desk brings it.
  send(message) {
    if (message.type === "open") this.desk.open(message.question);
    else this.model.send(message);
  }
}

const isUsable = (area) => !area.readOnly && !area.disabled && area.checkVisibility();

export class Desk {
  // `bring` resolves to the content of a question, or to null; `onopen` is called when one is shown.
  constructor(model, { bring, onopen }) {
    this.bring = bring;
    this.onopen = onopen;
    this.question = null;
    this.level = "";
    this.model = new DeskModel(model, this);
    this.node = element("div", { className: "pk-desk" });
    this.loaded = ({ type, question }) => {
      if (type === "answer" && question === this.question?.id) setTimeout(() => this.settle(), 0);
    };
    model.on("msg:custom", this.loaded);
  }

  setLevel(level) {
    if (level === this.level) return;
    this.level = level;
    this.model.tell("change:level");
  }

  // Shows a question, and resolves to whether that worked. `aim` is where the focus goes when its answer has
  // loaded: "write", "aloud", or nowhere for null.
  async open(id, aim = "stay") {
    const content = this.question?.id === id ? this.question : await this.bring(id);
    if (!content) return false;
    this.aim = aim;
    if (!this.close) {
      this.question = content;
      this.close = render({ model: this.model, el: this.node });
    } else if (content !== this.question) {
      this.question = content;
      this.model.tell("change:question");
    } else setTimeout(() => this.settle(), 0); // it is loaded already
    this.onopen(content);
    if (aim === "write" || aim === "aloud") this.node.querySelector(".pk-question").focus({ preventScroll: true });
    return true;
  }

  // Puts the focus where the candidate goes on, unless they have gone somewhere themselves.
  settle() {
    const { aim } = this;
    if (aim !== "write" && aim !== "aloud") return;
    const areas = [...this.node.querySelectorAll(".pk-area")];
    if (!areas.some(isUsable)) return; // not loaded: this comes again
    this.aim = null;
    const focused = document.activeElement;
    if (focused !== document.body && focused !== this.node.querySelector(".pk-question")) return;
    const empty = areas.find((area) => isUsable(area) && !area.value.trim());
    const start = this.node.querySelector(".pk-rehearsal .pk-strong");
    // The question stays in view: it is read first, whatever has the focus.
    (aim === "aloud" ? start : (empty ?? start))?.focus({ preventScroll: true });
  }

  stop() {
    this.model.model.off("msg:custom", this.loaded);
    this.close?.();
  }
}
