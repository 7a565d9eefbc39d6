// How many words a part has, and how many it should have.

import { element } from "../shared/dom.js";
import { pluralize } from "../shared/text.js";
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
    const short = words > 0 && words < enough ? `, at least ${enough}` : "";
    count.textContent = `${pluralize(words, "word")}${short} · aim for ${least}–${most}`;
    count.dataset.fit = fit;
    fill.dataset.fit = fit;
    fill.style.width = percent(words);
  };
  return { bar: element("span", { className: "pk-meter", "aria-hidden": "true" }, zone, fill), count, show };
};
