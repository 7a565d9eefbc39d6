// The bar that stays in view: whether everything is saved, and how long the answer is.

import { element } from "../shared/dom.js";
import { KEY_POINTS } from "../shared/fields.js";
import { t, tn } from "../shared/language.js";
import { countWords, PACE, spokenTime } from "../shared/words.js";

export const statusBar = (form) => {
  const text = element("span", { className: "pk-status-text" });
  const dot = element("span", { className: "pk-dot", "aria-hidden": "true" });
  const total = element("span", { className: "pk-total" });
  const bar = element(
    "div",
    { className: "pk-bar", role: "group", "aria-label": t("Status of your {what}", { what: form.words.what }) },
    element("span", { className: "pk-status" }, dot, text),
    total,
  );
  form.live = element("span", { className: "pk-live", role: "status", "aria-live": "polite" });
  bar.append(form.live);
  form.recount = () => {
    const parts = form.fields.filter(({ name, unspoken }) => name !== KEY_POINTS.name && !unspoken);
    const words = parts.reduce((sum, field) => sum + countWords(field.text), 0);
    const counted = tn("{count} word", "{count} words", words);
    const spoken = t("about {time} out loud", { time: spokenTime(words) });
    total.textContent = words ? `${counted} · ${spoken}` : "";
    total.title = t("At {pace} words per minute, a rule of thumb: most people speak at 110 to 170.", { pace: PACE });
  };
  let tone = "ok";
  form.onrefresh = (status) => {
    bar.dataset.tone = status.tone;
    if (text.textContent !== status.text) text.textContent = status.text;
    for (const field of form.fields) field.paint?.();
    // Screen readers announce trouble and its end, but not every save.
    const heard = status.tone === "busy" ? tone : status.tone;
    if (heard !== tone || (heard !== "ok" && status.tone !== "busy")) form.say(status.text);
    tone = heard;
  };
  return bar;
};
