// Above the answer: which one is open, how many are rated, and the way to the next.

import { formButton } from "../form/sections.js";
import { labelled, select, tick } from "../mock/parts.js";
import { element } from "../shared/dom.js";
import { newId } from "../shared/ids.js";
import { beginning } from "./marks.js";
import { countRated, inOrder, isToRate, listed, nameOf, within } from "./order.js";

const BY = [
  ["question", "One question, all students"],
  ["student", "One student, all questions"],
];

const STATES = { new: "", begun: " · rated in part", rated: " · rated", changed: " · newer text" };

const modeChoice = (by, onby) => {
  const name = `pk-${newId()}`;
  const choice = ([value, label]) => {
    const input = element("input", { type: "radio", name, value, checked: value === by });
    input.addEventListener("change", () => onby(value));
    return element("label", { className: "pk-radio" }, input, label);
  };
  return element(
    "fieldset",
    { className: "pk-feedback-by" },
    element("legend", { className: "pk-live" }, "In which order you rate"),
    ...BY.map(choice),
  );
};

// `page` has {overview, by, hidden, current} and what is called when something else is wanted.
export const chooser = (page) => {
  const { overview, by, hidden, current } = page;
  const ordered = inOrder(overview, by, hidden);
  const mine = within(ordered, by, current);
  const others = by === "question" ? "student" : "question";
  const names = {
    student: new Map(listed(overview.students, hidden).map((one) => [one.id, nameOf(one, hidden)])),
    question: new Map(overview.questions.map((one) => [one.id, `${one.place}: ${beginning(one.text, 60)}`])),
  };
  const groupOptions = [...names[by]]
    .map(([id, name]) => [id, name, within(ordered, by, { [by]: id })])
    .filter(([, , answers]) => answers.length)
    .map(([id, name, answers]) => [id, `${name} (${countRated(answers)} of ${answers.length})`]);
  const answerOptions = mine.map((one) => [one[others], `${names[others].get(one[others])}${STATES[one.state]}`]);
  const openGroup = (id) => {
    const answers = within(ordered, by, { [by]: id });
    page.open(answers.find(isToRate) ?? answers[0]);
  };
  const openAnswer = (id) => page.open(mine.find((one) => one[others] === id));
  const titles = { question: "Question", student: "Student" };
  const left = ordered.length - countRated(ordered);
  const done = left ? `${countRated(ordered)} of ${ordered.length} rated` : `All ${ordered.length} rated`;
  return [
    modeChoice(by, page.onby),
    element(
      "div",
      { className: "pk-feedback-chosen" },
      labelled(titles[by], select(groupOptions, current[by], openGroup)),
      labelled(titles[others], select(answerOptions, current[others], openAnswer)),
    ),
    element(
      "div",
      { className: "pk-choices" },
      formButton("Back", page.previous, { "aria-keyshortcuts": "B" }),
      formButton("Next to rate", page.next, { className: "pk-button pk-strong", "aria-keyshortcuts": "N" }),
      element("span", { className: "pk-feedback-done" }, done),
      tick("Show names", !hidden, page.onnames),
    ),
  ];
};
