// Light or dark, set before the first paint: the visitor's choice here, or else the system's. And that scripts
// run, for the style sheets: what a script is going to replace isn't shown before.

import { t } from "./shared/language.js";
import { readItem, writeItem } from "./shared/storage.js";

const KEY = "prepkit-theme";
const root = document.documentElement;
const system = window.matchMedia("(prefers-color-scheme: dark)");
let unkept = null; // a choice that the browser can't store is kept as long as the page is open

const systemTheme = () => (system.matches ? "dark" : "light");
const isDark = () => (readItem(KEY) ?? unkept ?? systemTheme()) === "dark";

const paint = () => {
  const dark = isDark();
  root.dataset.theme = dark ? "dark" : "light";
  root.classList.toggle("cc--darkmode", dark);
  for (const button of document.querySelectorAll(".theme-switch")) {
    button.setAttribute("aria-label", t("Dark theme"));
    button.setAttribute("aria-pressed", String(dark));
    button.title = dark ? t("Use the light theme") : t("Use the dark theme");
  }
};

const turn = () => {
  const wanted = isDark() ? "light" : "dark";
  // A choice that equals the system's isn't stored, so that the page follows the system again.
  const choice = wanted === systemTheme() ? null : wanted;
  unkept = writeItem(KEY, choice) ? null : choice;
  paint();
};

root.classList.add("scripts");
window.addEventListener("error", ({ target }) => target instanceof HTMLScriptElement && root.classList.remove("scripts"), true);
paint();
system.addEventListener("change", paint);
window.addEventListener("storage", ({ key }) => {
  if (key === KEY) paint();
});
document.addEventListener("DOMContentLoaded", () => {
  paint();
  for (const button of document.querySelectorAll(".theme-switch")) button.addEventListener("click", turn);
});
