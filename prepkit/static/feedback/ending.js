// Below the answer: the coach's name, calibration, and the keys; and the name before the first answer.

import { formButton } from "../form/sections.js";
import { soft, strong } from "../mock/parts.js";
import { element } from "../shared/dom.js";
import { newId } from "../shared/ids.js";

const KEYS =
  "Keys: 1 to 5 score, 0 takes a score back, Backspace goes back one, C comments on the marked words, " +
  "N goes to the next to rate, B to the one before.";
const NAME = "Your name, as students and other raters see it. What you rated under another name stays under that name.";

const nameLine = (rater, onname, make) => {
  const id = `pk-${newId()}`;
  const input = element("input", { className: "pk-input", type: "text", id, value: rater, maxlength: "200", autocomplete: "name", dir: "auto" });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.isComposing) onname(input.value);
  });
  return element(
    "div",
    { className: "pk-feedback-name" },
    element("label", { className: "pk-hint", for: id }, NAME),
    input,
    make("Use this name", () => onname(input.value)),
  );
};

// Asked once, before anything is rated.
export const naming = (rater, onname) =>
  element(
    "div",
    {},
    element("h2", { className: "pk-heading pk-state-title", tabindex: "-1" }, "Who is rating?"),
    nameLine(rater, onname, strong),
  );

const nameChoice = ({ rater }, onname) =>
  element(
    "details",
    { className: "pk-folded" },
    element("summary", { className: "pk-summary" }, `You rate as ${rater}`),
    nameLine(rater, onname, formButton),
  );

const calibrationChoice = ({ offered, last }, oncalibrate) =>
  offered
    ? element(
        "p",
        { className: "pk-hint" },
        last ? `${last.findings[0]} ` : "You haven't compared your ratings with a reference yet. ",
        formButton("Rate three examples", oncalibrate, { className: "pk-button pk-quiet" }),
      )
    : null;

export const ending = (page) =>
  [
    nameChoice(page.overview, (name) => page.rename(name)),
    calibrationChoice(page.overview.calibration, () => page.calibrate()),
    soft(KEYS),
  ].filter(Boolean);
