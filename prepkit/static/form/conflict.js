// The choice between the text in the box and one that another window has saved in the meantime.

import { element } from "../shared/dom.js";
import { formatMoment } from "../shared/text.js";
import { formButton, hint } from "./sections.js";
import { statusOf } from "./status.js";

export const twoVersions = (form, field, area) => {
  const { title, conflict } = field;
  const id = form.id(`${field.name}-conflict`);
  const choose = (action) => () => {
    action.call(field);
    area.focus();
    form.say(statusOf(form).text);
  };
  const when = conflict.saved_at ? ` (${formatMoment(conflict.saved_at)})` : "";
  return element(
    "div",
    { className: "pk-conflict", role: "group", "aria-labelledby": id },
    element(`h${form.heading + 1}`, { className: "pk-conflict-title", id }, `${title} was changed in two places`),
    element("p", { className: "pk-text" }, `Above: what you typed here (not saved). Saved version${when}:`),
    element("blockquote", { className: "pk-version" }, conflict.text || "(empty)"),
    element(
      "div",
      { className: "pk-choices" },
      formButton("Keep mine", choose(field.keepMine), { className: "pk-button pk-strong" }),
      formButton("Use the saved version", choose(field.useOther)),
      formButton("Keep both, one after the other", choose(field.keepBoth)),
    ),
    hint("Whichever you pick, the other one stays under “Earlier versions”."),
  );
};
