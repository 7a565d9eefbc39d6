// A warning: stories that are the only one for several questions of one interview.

import { button, element } from "../shared/dom.js";
import { pluralize } from "../shared/text.js";
import { titleOf } from "./list.js";

const place = (loop) => (loop ? `that ${loop} may ask` : "of your plan");

const itemOf = ({ story, loop, questions }, page) => {
  const found = page.stories.find(({ id }) => id === story);
  const links = questions.map((one) =>
    element("li", {}, element("a", { className: "pk-open pk-link", "data-question": one }, page.questions[one].text)),
  );
  return element(
    "li",
    {},
    button(titleOf(found), () => page.open(story), { className: "pk-button pk-plain", dir: "auto" }),
    ` is your only story for ${pluralize(questions.length, "question")} ${place(loop)}:`,
    element("ul", { className: "pk-asked-twice" }, ...links),
  );
};

// `twice` as the host tells it; `unfolded` is whether the details are shown.
export const twiceTold = (twice, page, unfolded) => {
  const known = twice.filter(({ story }) => page.stories.some(({ id }) => id === story));
  const count = new Set(known.map(({ story }) => story)).size;
  if (!count) return [];
  const title = count === 1 ? "One of your stories might be told twice" : `${count} of your stories might be told twice`;
  const text = "Interviewers of one company may compare notes. Have a second story ready for all but one of these questions.";
  return [
    element(
      "details",
      { className: "pk-warning", open: unfolded },
      element("summary", {}, `${title} in one interview`),
      element("p", {}, text),
      element("ul", { role: "list" }, ...known.map((one) => itemOf(one, page))),
    ),
  ];
};
