// Asks what the candidate prepares for: companies, level and date. Each may be left out.

import { button, element } from "../shared/dom.js";
import { fold } from "../shared/terms.js";

const MOST = 8; // companies offered at once

// The companies whose name or region has all the words, those that begin with them first. Pure.
export const matching = (companies, typed) => {
  const words = fold(typed).split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  const has = ({ name, region }) => words.every((word) => `${fold(name)} ${fold(region ?? "")}`.includes(word));
  const begins = ({ name }) => fold(name).startsWith(words.join(" "));
  const found = companies.filter(has);
  return [...found.filter(begins), ...found.filter((one) => !begins(one))];
};

// Half hours of the evening, and the time that is kept already, which the terminal takes as any.
export const times = (kept) => {
  const halves = Array.from({ length: 34 }, (_, at) => `${String(6 + Math.floor(at / 2)).padStart(2, "0")}:${at % 2 ? "30" : "00"}`);
  return [...new Set([...halves, ...(kept ? [kept] : [])])].sort();
};

const count = (number) => `${number} ${number === 1 ? "company" : "companies"}`;

const field = (label, control, hint = null) => {
  control.id ||= `pk-wish-${control.name}`;
  return element("div", { className: "pk-field" }, element("label", { className: "pk-label", for: control.id }, label), control, hint);
};

const select = (name, none, options, value) => {
  const node = element("select", { className: "pk-input", name }, element("option", { value: "" }, none));
  for (const [key, title] of options) node.append(element("option", { value: key }, title));
  node.value = value;
  return node;
};

export class Wishes {
  // `save` gets the choices, and `leave` is called without any; `first` is whether it is asked the first time.
  constructor({ choices, wishes, today }, { first, save, leave }) {
    this.companies = choices.companies;
    this.chosen = [...(wishes?.companies ?? [])];
    this.level = select("level", "Choose your level", choices.levels.map(({ name, title }) => [name, title]), wishes?.level ?? "");
    this.date = element("input", { className: "pk-input", type: "date", name: "interview", min: today, value: wishes?.interview ?? "" });
    this.at = select("at", "At no fixed time", times(wishes?.at).map((one) => [one, one]), wishes?.at ?? "");
    this.find = element("input", { className: "pk-input", type: "text", name: "find", autocomplete: "off", spellcheck: "false", placeholder: "Type a name, such as Amazon", "aria-describedby": "pk-wish-found" });
    this.chips = element("ul", { className: "pk-chips", "aria-label": "Chosen companies" });
    this.offers = element("div", { className: "pk-offers", role: "group", "aria-label": "Companies that match" });
    this.found = element("p", { className: "pk-hint", id: "pk-wish-found", role: "status" });
    this.refusal = element("p", { className: "pk-text pk-refusal", role: "alert" });
    this.find.addEventListener("input", () => this.offer());
    this.find.addEventListener("keydown", (event) => this.key(event));
    this.node = element(
      "form",
      { className: "pk-part-of pk-wishes", "aria-labelledby": "pk-wish-title", novalidate: true },
      element("h3", { className: "pk-heading", id: "pk-wish-title", tabindex: "-1" }, first ? "What are you preparing for?" : "What you prepare for"),
      first ? element("p", { className: "pk-text" }, "With this, the workbook plans your evenings. Leave out what you don't know yet; you can change it at any time.") : null,
      field("Companies", this.find, this.found),
      this.offers,
      this.chips,
      element("div", { className: "pk-fields" }, field("Level", this.level), field("Interview date", this.date), first ? null : field("Evenings begin (in your calendar)", this.at)),
      this.refusal,
      element(
        "div",
        { className: "pk-row-of-buttons" },
        element("button", { type: "submit", className: "pk-button pk-strong" }, first ? "Plan my evenings" : "Save"),
        button(first ? "Skip for now" : "Cancel", leave, { className: "pk-button" }),
      ),
    );
    this.node.addEventListener("submit", (event) => {
      event.preventDefault();
      save(this.given());
    });
    this.offer();
    this.showChosen();
  }

  given() {
    return { companies: this.chosen, level: this.level.value, interview: this.date.value, at: this.at.value };
  }

  refuse(message) {
    this.refusal.textContent = message;
  }

  get offered() {
    return matching(this.companies, this.find.value).filter(({ name }) => !this.chosen.includes(name));
  }

  offer() {
    const typed = this.find.value.trim();
    const found = this.offered;
    const more = found.length > MOST ? ` The first ${MOST} are shown.` : "";
    if (!typed) this.found.textContent = "";
    else if (found.length) this.found.textContent = `${count(found.length)} found. Press Enter for the first.${more}`;
    else this.found.textContent = "No company here has this name. Leave it out: the questions are the same.";
    const offers = found.slice(0, MOST).map(({ name, region }) =>
      button(region ? `${name} (${region})` : name, () => this.take(name), { className: "pk-button pk-offer" }),
    );
    this.offers.replaceChildren(...offers);
    this.offers.hidden = offers.length === 0;
  }

  key(event) {
    if (event.key !== "Enter" || event.isComposing || !this.find.value.trim()) return;
    event.preventDefault(); // it chooses, and sends nothing yet
    const [first] = this.offered;
    if (first) this.take(first.name);
  }

  take(name) {
    this.chosen.push(name);
    this.find.value = "";
    this.offer();
    this.showChosen();
    this.found.textContent = `${name} is chosen: ${count(this.chosen.length)} so far.`;
    this.find.focus();
  }

  drop(name) {
    this.chosen = this.chosen.filter((one) => one !== name);
    this.showChosen();
    this.found.textContent = `${name} is no longer chosen.`;
    this.find.focus();
  }

  showChosen() {
    const chips = this.chosen.map((name) =>
      element("li", { className: "pk-chip" }, name, button("×", () => this.drop(name), { className: "pk-drop", "aria-label": `Remove ${name}` })),
    );
    this.chips.replaceChildren(...chips);
    this.chips.hidden = chips.length === 0;
  }
}
