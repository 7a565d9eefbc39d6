// The status of each answer, where questions are listed: `data-mark` is a question's id, with
// `data-kind` where the page knows it; `data-count` is how the ids begin that are counted.

import { element } from "../shared/dom.js";
import { t } from "../shared/language.js";


const paint = async (store) => {
  let answers;
  try {
    answers = await store.load();
  } catch {
    return; // the marks stay empty; a form says what is wrong
  }
  const marks = [...document.querySelectorAll("[data-mark]")];
  const kinds = new Map(marks.map(({ dataset }) => [dataset.mark, dataset.kind]));
  const stateOf = (question) => store.forms.stateOf(answers.get(question) ?? new Map(), kinds.get(question));
  for (const place of marks) {
    const state = stateOf(place.dataset.mark);
    paintMark(place, state, store.forms.markOf(state));
  }
  const finished = [...answers.keys()].filter((question) => stateOf(question) === "complete");
  for (const place of document.querySelectorAll("[data-count]")) paintCount(place, finished);
};

const paintMark = (place, state, text) => {
  place.dataset.state = state;
  place.replaceChildren(...(text ? [element("span", { className: "unseen" }, `${t("Your answer:")} `), text] : []));
};

const paintCount = (place, finished) => {
  const most = place.max ?? Number(place.dataset.of);
  const done = Math.min(most, finished.filter((question) => question.startsWith(place.dataset.count)).length);
  if (place.tagName === "PROGRESS") place.value = done;
  else place.textContent = t("{done} of {most} complete", { done, most });
};

export const followMarks = (store) => {
  if (!document.querySelector("[data-mark], [data-count]")) return;
  let soon;
  store.onchange(() => {
    clearTimeout(soon);
    soon = setTimeout(() => paint(store), 100);
  });
  paint(store);
};
