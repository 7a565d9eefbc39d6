// The earlier versions of a part: a button, and the panel that it opens.

import { element } from "../shared/dom.js";
import { t, tn } from "../shared/language.js";
import { formatMoment } from "../shared/text.js";
import { countWords } from "../shared/words.js";
import { milestones } from "./milestones.js";
import { formButton, hint } from "./sections.js";

const noteOf = (count, problem) => {
  if (problem) return t("The earlier versions can't be read: {problem}", { problem });
  return count
    ? t("Snapshots from when you paused or made a big cut. Restoring one keeps your current text too.")
    : t("No earlier versions yet.");
};

const versionItem = (field, { text, saved_at }, restore) => {
  const moment = formatMoment(saved_at);
  return element(
    "li",
    { className: "pk-past" },
    element(
      "details",
      {},
      element("summary", {}, `${moment} · ${tn("{count} word", "{count} words", countWords(text))}`),
      element("blockquote", { className: "pk-version", dir: "auto" }, text),
    ),
    formButton(t("Restore"), () => restore(text), {
      "aria-label": t("Restore the version of {when}", { when: moment }),
      disabled: Boolean(field.conflict) || field.form.readOnly,
    }),
  );
};

export const earlierVersions = (form, field, id) => {
  const panel = element("div", { className: "pk-versions", id: `${id}-versions`, hidden: true });
  const setOpen = (open) => {
    panel.hidden = !open;
    toggle.setAttribute("aria-expanded", String(open));
  };
  const ask = () => {
    panel.replaceChildren(hint(t("Loading …")));
    const asked = form.post({ type: "history", question: field.question, field: field.name });
    if (!asked) field.onhistory([], form.words.gone);
  };
  const toggle = formButton(
    t("Earlier versions"),
    () => {
      setOpen(panel.hidden);
      if (!panel.hidden) ask();
    },
    {
      className: "pk-button pk-plain",
      "aria-expanded": "false",
      "aria-controls": `${id}-versions`,
      "aria-label": t("Earlier versions of {title}", { title: field.title }),
    },
  );
  const restore = (text) => {
    field.replaceWith(text);
    setOpen(false);
    toggle.focus();
    form.say(t("{title}: the earlier text is back in the box.", { title: field.title }));
  };
  field.onhistory = (revisions, problem) => {
    if (panel.hidden) return;
    const items = milestones(revisions)
      .reverse()
      .map((past) => versionItem(field, past, restore));
    panel.replaceChildren(
      hint(noteOf(items.length, problem)),
      element("ul", { className: "pk-pasts" }, ...items),
    );
  };
  return { panel, toggle };
};
