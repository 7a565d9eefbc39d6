// The choice between the text in the box and the one that is stored: another window has saved it in the
// meantime, or it had not loaded yet when the text in the box was typed.

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
  const both = ["Keep both, one after the other", field.keepBoth];
  const mine = [conflict.early ? "Keep only what I typed" : "Keep mine", field.keepMine];
  const other = ["Use the saved version", field.useOther];
  const choices = conflict.early ? [both, other, mine] : [mine, other, both];
  const reason = conflict.early
    ? `You typed in ${title} before your saved text had loaded`
    : `${title} was changed in two places`;
  return element(
    "div",
    { className: "pk-conflict", role: "group", "aria-labelledby": id },
    element(`h${form.heading + 1}`, { className: "pk-conflict-title", id }, reason),
    element("p", { className: "pk-text" }, `Above: what you typed here (not saved). Saved version${when}:`),
    element("blockquote", { className: "pk-version", dir: "auto" }, conflict.text || "(empty)"),
    element(
      "div",
      { className: "pk-choices" },
      ...choices.map(([label, action], index) =>
        formButton(label, choose(action), { className: index ? "pk-button" : "pk-button pk-strong" }),
      ),
    ),
    hint("Whichever you pick, the other one stays under “Earlier versions”."),
  );
};
