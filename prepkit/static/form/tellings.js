// The questions that a story is told for, each with a line on what to dwell on. Only the form of a story has
// them. The host's model brings what is done with them: `untell(question)`, and `adder`, an element that adds
// more.

import { element } from "../shared/dom.js";
import { answerPart } from "./part.js";
import { formButton, hint, section } from "./sections.js";

const telling = (form, { name, text, place }) => {
  const open = element("a", { className: "pk-open pk-link", "data-question": name }, text);
  const remove = formButton("Remove", () => form.model.get("untell")(name), {
    className: "pk-button pk-quiet",
    "aria-label": `Remove the question: ${text}`,
  });
  const head = element(
    "div",
    { className: "pk-told" },
    element("div", {}, element("span", { className: "pk-eyebrow" }, place), element("p", { className: "pk-asked" }, open)),
    remove,
  );
  const prompt = "What to dwell on here, in a line";
  return answerPart(form, { name, title: `What to dwell on: ${text}`, prompt, line: true, above: [head] });
};

export const tellings = (form, { title, items = [] }) =>
  section(
    form,
    title,
    "pk-tellings",
    items.length ? null : hint("None yet. Add the questions for which you would tell this story."),
    ...items.map((item) => telling(form, item)),
    form.model.get("adder") ?? null,
  );
