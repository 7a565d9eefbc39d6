// The top of a form on its own: the category and number, the question, and why it is asked.

import { element } from "../shared/dom.js";
import { inline } from "./markdown.js";
import { formButton } from "./sections.js";
import { contents } from "./shapes.js";

const steps = ({ number, of }) =>
  Array.from({ length: of }, (_, index) => {
    const place = index + 1 < number ? "before" : index + 1 === number ? "here" : "after";
    return element("li", { className: "pk-step", "data-place": place });
  });

export const neighbours = (form, label) => {
  const step = (target, text, name) =>
    formButton(text, () => form.open(target.id), {
      className: "pk-button pk-quiet",
      disabled: !target,
      "aria-label": target ? `${name} question: ${target.text}` : `No ${name.toLowerCase()} question`,
      title: target?.text,
    });
  const { previous, next } = form.question;
  return element(
    "nav",
    { className: "pk-neighbours", "aria-label": label },
    step(previous, "← Previous", "Previous"),
    step(next, "Next →", "Next"),
  );
};

// `sections` are the ones above the answer, in small type.
export const header = (form, sections) => {
  const { question } = form;
  return element(
    "header",
    { className: "pk-header" },
    element(
      "div",
      { className: "pk-where" },
      element("span", { className: "pk-icon", "aria-hidden": "true" }, question.icon),
      element("span", { className: "pk-category" }, question.category),
      element("span", { className: "pk-number" }, `Q${question.number} of ${question.of}`),
      neighbours(form, "Questions"),
    ),
    element("ol", { className: "pk-steps", "aria-hidden": "true" }, ...steps(question)),
    element("h2", { className: "pk-question", id: form.id("question"), tabindex: "-1" }, ...inline(question.text)),
    ...sections.map((each) =>
      element(
        "div",
        { className: `pk-${each.name}` },
        element("h3", { className: "pk-eyebrow" }, each.title),
        ...contents(form, each),
      ),
    ),
  );
};
