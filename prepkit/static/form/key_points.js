// The key points to tick: a field like the parts of the answer, without a text of its own.

import { element } from "../shared/dom.js";
import { KEY_POINTS } from "../shared/fields.js";
import { IN_BANK, t } from "../shared/language.js";
import { tickBox } from "./boxes.js";
import { Field } from "./field.js";
import { inline } from "./markdown.js";
import { hint, section } from "./sections.js";

export const keyPoints = (form, { title, items: points }) => {
  const ticks = new Map();
  const items = points.map(({ text: point }, index) => {
    const id = form.id(`point${index}`);
    const tick = element("input", { type: "checkbox", className: "pk-tick", id });
    ticks.set(point, tick);
    return element("li", { className: "pk-point" }, tick, element("label", { for: id, ...IN_BANK }, ...inline(point)));
  });
  const field = new Field(form, form.question.id, KEY_POINTS.name, t(KEY_POINTS.title), tickBox(ticks));
  for (const tick of ticks.values()) tick.addEventListener("change", () => field.typed());
  form.fields.push(field);
  return section(
    form,
    title,
    "pk-points",
    hint(t("Check off what your answer covers.")),
    element("ul", { className: "pk-ticks" }, ...items),
  );
};
