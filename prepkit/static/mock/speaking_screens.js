// From the question to the end of the last follow-up.

import { inline } from "../form/markdown.js";
import { formButton } from "../form/sections.js";
import { element } from "../shared/dom.js";
import { IN_BANK, t, tn } from "../shared/language.js";
import { pluralize } from "../shared/text.js";
import { durationRange } from "../shared/words.js";
import { LONGEST, THINK } from "./interview.js";
import { actions, alarm, allow, group, soft, strong, text, title } from "./parts.js";
import { CAUSES, clockOf } from "./words.js";

const leave = (interview) => formButton(t("End the interview"), () => interview.go("quit"), { className: "pk-button pk-plain" });

const asking = (interview) => ({
  nodes: [title(t("Listen to the question")), actions(strong(t("Skip the voice"), () => interview.go("skip")), leave(interview))],
});

// How an answer begins: recorded, if the candidate agreed to it in this session.
const starters = (interview) => {
  const begin = (record) => () => interview.go("start", { record });
  if (!interview.run.record) return [strong(t("Start now"), begin(false))];
  const clock = interview.run.problem ? t("Go on with the clock only") : t("Answer with the clock only");
  return [strong(t("Record"), begin(true)), formButton(clock, begin(false))];
};

const thinking = (interview) => {
  const rest = element("span", { className: "pk-clock", role: "timer" });
  const said = soft("");
  const words = interview.run.record
    ? t("Recording starts when you press Record.")
    : t("The clock starts when you press Start now.");
  const tick = () => {
    const left = interview.thinkUntil - interview.thinking.seconds;
    rest.textContent = clockOf(Math.ceil(Math.max(0, left)));
    const told = left > 0 ? words : `${t("Time to think is over.")} ${words}`;
    if (said.textContent !== told) said.textContent = told;
  };
  const more = formButton(t("More time"), () => {
    interview.thinkUntil = Math.max(interview.thinkUntil, interview.thinking.seconds) + THINK;
    tick();
  });
  tick();
  said.setAttribute("role", "status");
  return {
    nodes: [
      title(t("Time to think")),
      alarm(interview.run.problem),
      element("div", { className: "pk-clock-row" }, rest),
      said,
      actions(...starters(interview), more, leave(interview)),
    ],
    tick,
  };
};

const allowing = (interview) => ({
  nodes: [
    title(t("Waiting for the microphone")),
    soft(t("Your browser may ask whether this page may use it. Nothing is recorded yet.")),
    actions(formButton(t("Go on with the clock only"), () => interview.go("without"))),
  ],
});

// The clock of an answer beside its usual time.
const clock = (interview) => {
  const { follow } = interview.run;
  const [least, most] = interview.question.seconds;
  const time = element("span", { className: "pk-clock", role: "timer" });
  const fill = element("span", { className: "pk-track-fill" });
  const goal = follow === null ? t("aim for {range}", { range: durationRange([least, most]) }) : "";
  const tick = () => {
    const { seconds } = interview.answer.clock;
    time.textContent = clockOf(seconds);
    fill.style.width = `${Math.min(100, (100 * seconds) / most)}%`;
    fill.dataset.fit = seconds > most ? "high" : seconds < least ? "low" : "good";
  };
  tick();
  const row = element("div", { className: "pk-clock-row" }, time, element("span", { className: "pk-of" }, goal));
  const track = follow === null ? element("span", { className: "pk-track", "aria-hidden": "true" }, fill) : null;
  return { nodes: [row, track], tick };
};

// A button for each part, pressed while it is spoken of; 1 to 9 do the same.
const markButtons = (interview) => {
  const buttons = new Map(
    interview.question.parts.map(({ name, title: part }, index) => {
      const key = element("kbd", { className: "pk-key", "aria-hidden": "true" }, String(index + 1));
      const button = formButton(part, () => press(name), { className: "pk-button pk-mark", "aria-keyshortcuts": String(index + 1) });
      button.prepend(key);
      return [name, button];
    }),
  );
  const undo = formButton(t("Undo mark"), () => {
    interview.undoMark();
    show();
  });
  const said = element("span", { className: "pk-hint" });
  const show = () => {
    const { marks } = interview.answer;
    for (const [name, button] of buttons) button.setAttribute("aria-pressed", String(marks.at(-1)?.part === name));
    allow(undo, marks.length > 0);
    said.textContent = marks.length ? tn("{count} mark", "{count} marks", marks.length) : "";
  };
  const press = (name) => {
    interview.mark(name);
    show();
  };
  show();
  const node = group(t("Mark where each part begins"), { className: "pk-marks" }, actions(...buttons.values()), element("div", { className: "pk-choices" }, undo, said));
  const keys = ({ key, ctrlKey, metaKey, altKey }) => {
    const name = [...buttons.keys()][Number(key) - 1];
    if (name && !ctrlKey && !metaKey && !altKey) press(name);
  };
  return { node, keys };
};

const answering = (interview) => {
  const { live } = interview.answer;
  const { nodes, tick } = clock(interview);
  const marking = interview.run.follow === null ? markButtons(interview) : null;
  const dot = live ? element("span", { className: "pk-rec", "aria-hidden": "true" }) : null;
  const head = title(dot, live ? t("Recording") : t("The clock is running: not recording"));
  return {
    nodes: [
      head,
      ...nodes,
      marking?.node,
      actions(strong(t("Stop"), () => interview.go("stop")), formButton(t("Pause"), () => interview.go("pause"))),
      soft(tn("Stops by itself after {count} minute.", "Stops by itself after {count} minutes.", LONGEST / 60)),
    ],
    tick,
    keys: marking?.keys,
  };
};

const paused = (interview) => {
  const { nodes } = clock(interview);
  const held = interview.answer.live ? [soft(t("After a minute, the microphone is released and this recording ends."))] : [];
  return {
    nodes: [
      title(t("Paused: not recording")),
      ...nodes,
      ...held,
      actions(strong(t("Continue"), () => interview.go("resume")), formButton(t("Stop"), () => interview.go("stop"))),
    ],
  };
};

const cut = (interview) => ({
  nodes: [
    title(t("The recording has ended")),
    alarm(CAUSES[interview.run.cause]),
    ...clock(interview).nodes,
    actions(
      strong(t("Stop here"), () => interview.go("stop")),
      formButton(t("Go on with the clock only"), () => interview.go("resume")),
      formButton(t("Start this answer again"), () => interview.go("again")),
    ),
  ],
});

const followUp = (interview) => {
  const { follow, followUps } = interview.run;
  const isLast = follow + 1 === followUps;
  return {
    nodes: [
      title(t("Follow-up {number} of {of}", { number: follow + 1, of: followUps })),
      text(element("b", { className: "pk-follow", ...IN_BANK }, ...inline(interview.followUp))),
      alarm(interview.run.problem ?? CAUSES[interview.run.cause]),
      actions(
        ...starters(interview),
        isLast ? null : formButton(t("Next follow-up"), () => interview.go("pass")),
        formButton(t("Enough"), () => interview.go("enough")),
      ),
    ],
  };
};

// What is being brought to the folder: pieces that are there, and those that aren't.
export const uploadText = (uploads) => {
  const pieces = uploads.reduce((sum, upload) => sum + upload.pieces.length, 0);
  const left = uploads.reduce((sum, upload) => sum + upload.left, 0);
  if (!uploads.length) return "";
  const why = uploads.find(({ trouble }) => trouble)?.trouble;
  const where = left ? `${left} of ${pluralize(pieces, "piece")} not yet in your folder` : "the copy in your folder is being checked";
  return `Kept in this browser; ${where}.${why ? ` ${why[0].toUpperCase()}${why.slice(1)}` : ""}`;
};

const saving = (interview) => {
  const said = soft("");
  const tick = () => {
    said.textContent = uploadText(interview.uploads) || t("Kept in this browser.");
  };
  tick();
  return { nodes: [title(t("Saving your recording")), alarm(CAUSES[interview.run.cause]), said, actions(strong(t("Listen now"), () => interview.go("go")))], tick };
};

export const SPEAKING = { asking, thinking, allowing, answering, paused, cut, "follow-up": followUp, saving };
