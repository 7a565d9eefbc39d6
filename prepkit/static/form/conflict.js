// The choice between the text in the box and the one that is stored: another window has saved it in the
// meantime, or it had not loaded yet when the text in the box was typed.

import { element } from "../shared/dom.js";
import { t } from "../shared/language.js";
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
  const saved = conflict.saved_at
    ? t("Saved version ({when}):", { when: formatMoment(conflict.saved_at) })
    : t("Saved version:");
  const both = [t("Keep both, one after the other"), field.keepBoth];
  const mine = [conflict.early ? t("Keep only what I typed") : t("Keep mine"), field.keepMine];
  const other = [t("Use the saved version"), field.useOther];
  const choices = conflict.early ? [both, other, mine] : [mine, other, both];
  const reason = conflict.early
    ? t("You typed in {title} before your saved text had loaded", { title })
    : t("{title} was changed in two places", { title });
  return element(
    "div",
    { className: "pk-conflict", role: "group", "aria-labelledby": id },
    element(`h${form.heading + 1}`, { className: "pk-conflict-title", id }, reason),
    element("p", { className: "pk-text" }, `${t("Above: what you typed here (not saved).")} ${saved}`),
    element("blockquote", { className: "pk-version", dir: "auto" }, conflict.text || t("(empty)")),
    element(
      "div",
      { className: "pk-choices" },
      ...choices.map(([label, action], index) =>
        formButton(label, choose(action), { className: index ? "pk-button" : "pk-button pk-strong" }),
      ),
    ),
    hint(t("Whichever you pick, the other one stays under “Earlier versions”.")),
  );
};
