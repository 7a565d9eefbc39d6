// One part of the answer, {name, title, prompt, words} as the host sends it, and its box. A part that is a
// `line` isn't spoken and has no goal in words, such as a title; `above` takes the place of its title.

import { element } from "../shared/dom.js";
import { IN_BANK, t } from "../shared/language.js";
import { formatMoment } from "../shared/text.js";
import { textBox } from "./boxes.js";
import { twoVersions } from "./conflict.js";
import { Field } from "./field.js";
import { inline } from "./markdown.js";
import { wordMeter } from "./meter.js";
import { earlierVersions } from "./versions.js";

const STATES = {
  loading: t("Loading …"),
  unread: t("Not loaded"),
  empty: "",
  saving: t("Saving …"),
  unheard: t("Not saved yet"),
  refused: t("Not saved"),
  conflict: t("Choose a version"),
};

const areaOf = (name, id, line) =>
  element("textarea", {
    className: line ? "pk-area pk-line" : "pk-area",
    id,
    rows: line ? "1" : "4",
    dir: "auto",
    spellcheck: "true",
    "data-field": name,
    "aria-describedby": line ? `${id}-prompt` : `${id}-prompt ${id}-count`,
  });

// In browsers without `field-sizing`, sets the height of the box.
const growWithText = (area) => {
  if (CSS.supports("field-sizing", "content")) return;
  area.style.height = "auto";
  area.style.height = `${area.scrollHeight + 2}px`;
};

// Shows the state of the field in `state`, and in `extra` the two versions to choose from, if any.
const painter = (form, field, area, state, extra) => {
  let shown = null; // the conflict on the screen
  return () => {
    const { state: now } = field;
    state.dataset.state = now;
    const isLinkAlone = field.unspoken && !field.text; // there is no text that was saved
    const isSaved = now === "saved" && !isLinkAlone && !form.words.unkept;
    state.textContent = isSaved ? t("Saved {when}", { when: formatMoment(field.savedAt) }) : (STATES[now] ?? "");
    if (shown === field.conflict) return;
    const hadFocus = extra.contains(area.ownerDocument.activeElement);
    shown = field.conflict;
    extra.replaceChildren(...(shown ? [twoVersions(form, field, area)] : []));
    if (hadFocus) (extra.querySelector("button") ?? area).focus();
  };
};

export const answerPart = (form, { name, title, prompt, words, line, above = [] }, ...below) => {
  const id = form.id(name);
  const isBanks = form.question.own_prompts?.includes(name); // or else it is the usual prompt
  const area = areaOf(name, id, line);
  const meter = line ? null : wordMeter(`${id}-count`, words);
  const state = element("span", { className: "pk-state" });
  const extra = element("div", { className: "pk-extra" });
  const measure = () => {
    meter?.show(area.value);
    growWithText(area);
    form.recount?.();
  };
  const field = new Field(form, form.question.id, name, title, textBox(area, measure));
  area.addEventListener("input", () => {
    measure();
    field.typed();
  });
  for (const name of ["compositionstart", "compositionupdate"]) area.addEventListener(name, () => field.compose(true));
  area.addEventListener("compositionend", () => field.compose(false));
  area.addEventListener("blur", () => {
    field.compose(false);
    field.send();
  });
  field.unspoken = line;
  form.fields.push(field);
  field.paint = painter(form, field, area, state, extra);
  const versions = earlierVersions(form, field, id);
  measure();
  return element(
    "section",
    { className: line ? "pk-part pk-short" : "pk-part", "aria-labelledby": `${id}-label` },
    line ? null : element("span", { className: "pk-badge", "aria-hidden": "true" }, title[0]),
    element(
      "div",
      { className: "pk-body" },
      ...above,
      element("label", { className: above.length ? "pk-said" : "pk-label", for: id, id: `${id}-label` }, title),
      element("div", { className: "pk-prompt", id: `${id}-prompt`, ...(isBanks && IN_BANK) }, ...inline(prompt)),
      area,
      meter?.bar,
      element("div", { className: "pk-under" }, meter?.count, state, versions.toggle),
      extra,
      versions.panel,
      ...below,
    ),
  );
};
