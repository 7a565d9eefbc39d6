// Texts that changed both in this browser and in a file that was imported: the visitor chooses one,
// and the other is kept as an earlier version.

import { element } from "../shared/dom.js";
import { IN_BANK, t } from "../shared/language.js";
import { formatMoment } from "../shared/text.js";
import { Conflict } from "./browser_store.js";
import { note, workButton } from "./work_button.js";

const CHOICES = {
  stored: [t("Keep mine"), t("your text stays. The file's text is under “Earlier versions”.")],
  imported: [t("Use the file's text"), t("the file's text is now in use. Yours is under “Earlier versions”.")],
};

const version = (heading, text) =>
  element(
    "div",
    {},
    element("h4", {}, heading),
    element("blockquote", { className: "version", dir: "auto" }, text || t("(empty)")),
  );

// One choice. `question` is what the question is called, `id` names the choice on the page.
const clash = (store, conflict, question, id) => {
  const { stored, imported } = conflict;
  const title = () => [`${t(store.forms.title(stored.field))} · `, element("span", IN_BANK, question)];
  const said = note();
  const settle = async (keep) => {
    try {
      await store.settle(conflict, keep);
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
      // Another tab saved meanwhile: the choice is between its text and the file's.
      const renewed = clash(store, { stored: error.current, imported }, question, id);
      box.replaceWith(renewed);
      renewed.querySelector("button").focus();
      return [];
    }
    box.replaceChildren(element("p", { className: "note", tabindex: "-1" }, ...title(), `: ${CHOICES[keep][1]}`));
    box.firstChild.focus();
    return [];
  };
  const choice = (keep) => workButton(CHOICES[keep][0], said, () => settle(keep));
  const box = element(
    "section",
    { className: "clash", "aria-labelledby": id },
    element("h3", { id }, ...title()),
    element(
      "div",
      { className: "versions" },
      version(t("In this browser, {when}", { when: formatMoment(stored.saved_at) }), stored.text),
      version(t("In the file"), imported),
    ),
    element("p", { className: "actions" }, choice("stored"), choice("imported")),
    element("p", { className: "hint" }, t("Whichever you choose, the other one is kept under “Earlier versions”.")),
    said,
  );
  return box;
};

// All of them; `nameOf` gives what a question is called.
export const clashes = (store, conflicts, nameOf) =>
  conflicts.map((conflict, index) => clash(store, conflict, nameOf(conflict.stored.question), `clash-${index}`));
