// The keyboard shortcuts of the pages, and the dialog that lists them and can turn them off.

import { button, element } from "../shared/dom.js";
import { t } from "../shared/language.js";
import { readItem, writeItem } from "../shared/storage.js";

const SETTING = "prepkit-keys";
const KEYS = [
  ["←", t("previous question or notebook")],
  ["→", t("next question or notebook")],
  ["/", t("search")],
  ["?", t("show these shortcuts")],
];

const FORM_KEYS = [
  [t("Alt + Page Down"), t("go to the next part")],
  [t("Alt + Page Up"), t("go to the previous part")],
  [t("Ctrl + S or ⌘ S"), t("save now")],
];

const keyList = (pairs) =>
  element(
    "dl",
    {},
    ...pairs.flatMap(([key, what]) => [
      element("dt", {}, element("kbd", {}, key)),
      element("dd", {}, what),
    ]),
  );

const shortcutsDialog = () => {
  const tick = element("input", { type: "checkbox", id: "single-keys" });
  let chosen = "on"; // used if the browser can't store the setting
  const isOff = () => (readItem(SETTING) ?? chosen) === "off";
  tick.addEventListener("change", () => {
    chosen = tick.checked ? "on" : "off";
    writeItem(SETTING, chosen);
  });
  const label = element("label", { for: "single-keys" }, t("Use these single-key shortcuts (never while you type)"));
  const close = button(t("Close"), () => dialog.close(), { className: "button" });
  const dialog = element(
    "dialog",
    { className: "asking shortcuts", "aria-labelledby": "shortcuts-title" },
    element("h2", { id: "shortcuts-title" }, t("Keyboard shortcuts")),
    keyList(KEYS),
    element("p", { className: "choice" }, tick, label),
    element("h3", {}, t("In an answer")),
    keyList(FORM_KEYS),
    element("p", { className: "actions" }, close),
  );
  document.body.append(dialog);
  const show = () => {
    tick.checked = !isOff();
    dialog.showModal();
  };
  return { show, isOff };
};

const isTyping = (target) =>
  target.closest('textarea, select, [contenteditable], input:not([type="checkbox"]), dialog, #cc-main') ||
  target.matches('[tabindex="0"]'); // the arrow keys may scroll it

// Whether the key was pressed without others. Shift is allowed: it is needed to type "?" and "/".
const isSingle = ({ key, ctrlKey, metaKey, altKey, shiftKey, isComposing }) =>
  !ctrlKey && !metaKey && !altKey && !isComposing && !(shiftKey && key.startsWith("Arrow"));

export const followKeys = () => {
  const help = shortcutsDialog();
  const actions = {
    ArrowLeft: () => document.querySelector("a[rel=prev]")?.click(),
    ArrowRight: () => document.querySelector("a[rel=next]")?.click(),
    "/": () => document.querySelector('input[type="search"]')?.focus(),
    "?": help.show,
  };
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || !Object.hasOwn(actions, event.key) || !isSingle(event)) return;
    if (isTyping(event.target) || help.isOff()) return;
    event.preventDefault();
    actions[event.key]();
  });
  for (const each of document.querySelectorAll(".shortcuts-show")) each.addEventListener("click", help.show);
};
