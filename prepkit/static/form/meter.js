// How many words a part has, and how many it should have.

import { element } from "../shared/dom.js";
import { t, tn } from "../shared/language.js";
import { countWords, leastWords } from "../shared/words.js";

// "none", "low", "good" or "high". Pure.
export const fitOf = (words, [least, most]) => {
  if (words === 0) return "none";
  if (words < least) return "low";
  return words <= most ? "good" : "high";
};

// A bar, and the same in words; `show` updates both for a text.
export const wordMeter = (id, [least, most]) => {
  const full = most * 1.2; // the bar's right end
  const enough = leastWords([least, most]);
  const percent = (words) => `${Math.min(100, (100 * words) / full)}%`;
  const fill = element("span", { className: "pk-fill" });
  const zone = element("span", { className: "pk-zone" });
  zone.style.left = percent(least);
  zone.style.width = percent(most - least);
  const count = element("span", { className: "pk-count", id });
  const show = (text) => {
    const words = countWords(text);
    const fit = fitOf(words, [least, most]);
    const short = words > 0 && words < enough ? `, ${t("at least {number}", { number: enough })}` : "";
    const goal = t("aim for {range}", { range: `${least}–${most}` });
    count.textContent = `${tn("{count} word", "{count} words", words)}${short} · ${goal}`;
    count.dataset.fit = fit;
    fill.dataset.fit = fit;
    fill.style.width = percent(words);
  };
  return { bar: element("span", { className: "pk-meter", "aria-hidden": "true" }, zone, fill), count, show };
};
