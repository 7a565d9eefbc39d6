// Light or dark, before the first paint: what the visitor chose here, else what the system says.

import { readItem, writeItem } from "./shared/storage.js";

const KEY = "prepkit-theme";
const root = document.documentElement;
const system = window.matchMedia("(prefers-color-scheme: dark)");
let unkept = null; // a choice that the browser can't keep lasts as long as the page

const systemTheme = () => (system.matches ? "dark" : "light");
const isDark = () => (readItem(KEY) ?? unkept ?? systemTheme()) === "dark";

const paint = () => {
  const dark = isDark();
  root.dataset.theme = dark ? "dark" : "light";
  root.classList.toggle("cc--darkmode", dark);
  for (const button of document.querySelectorAll(".theme-switch")) {
    button.setAttribute("aria-label", "Dark theme");
    button.setAttribute("aria-pressed", String(dark));
    button.title = dark ? "Use the light theme" : "Use the dark theme";
  }
};

const turn = () => {
  const wanted = isDark() ? "light" : "dark";
  // A choice that the system makes as well is none: the page follows the system again.
  const choice = wanted === systemTheme() ? null : wanted;
  unkept = writeItem(KEY, choice) ? null : choice;
  paint();
};

paint();
system.addEventListener("change", paint);
window.addEventListener("storage", ({ key }) => {
  if (key === KEY) paint();
});
document.addEventListener("DOMContentLoaded", () => {
  paint();
  for (const button of document.querySelectorAll(".theme-switch")) button.addEventListener("click", turn);
});
