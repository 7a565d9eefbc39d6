// What an answer is rated on: a choice of five scores with what each of them means. For whoever rates: a candidate
// after a mock interview, or a coach.

import { inline } from "../form/markdown.js";
import { element } from "../shared/dom.js";
import { newId } from "../shared/ids.js";
import { IN_BANK, t } from "../shared/language.js";
import { soft, sourceLink } from "./parts.js";

// Radio buttons: [value, label] each.
export const radios = (name, options, chosen, onchange) => {
  const id = `pk-${newId()}`;
  return element(
    "div",
    { className: "pk-radios" },
    ...options.map(([value, label], index) => {
      const input = element("input", { type: "radio", name: id, id: `${id}-${index}`, className: "pk-tick", checked: value === chosen });
      input.addEventListener("change", () => onchange(value));
      return element("div", { className: "pk-point" }, input, element("label", { for: `${id}-${index}` }, ...[label].flat()));
    }),
  );
};

// The scores of a dimension as options of `radios`.
export const anchorOptions = (anchors) =>
  anchors.map(({ score, text }) => [score, [element("b", {}, `${score} `), element("span", IN_BANK, ...inline(text))]]);

// Who says what the scores mean, each once.
export const rubricSources = (rubric) => {
  const sources = new Map(rubric.filter(({ source }) => source).map(({ source }) => [source.href, source]));
  const links = [...sources.values()].flatMap((source) => [" ", sourceLink(source)]);
  return links.length ? soft(t("What the scores mean, from:"), ...links) : null;
};
