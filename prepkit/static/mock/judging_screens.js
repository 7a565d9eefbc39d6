// After the answer: listening back, rating, and the end of the interview.

import { inline } from "../form/markdown.js";
import { LABELS, RATINGS } from "../form/rehearsal.js";
import { formButton } from "../form/sections.js";
import { element } from "../shared/dom.js";
import { newId } from "../shared/ids.js";
import { IN_BANK, t, tn } from "../shared/language.js";
import { daysAway, formatDay, formatMoment } from "../shared/text.js";
import { durationRange } from "../shared/words.js";
import { hear } from "./listening.js";
import { partTimes } from "./marks.js";
import { actions, alarm, allow, group, soft, strong, surely, text, tick, title } from "./parts.js";
import { anchorOptions, radios, rubricSources } from "./rubric.js";
import { download, fileName, player } from "./takes_list.js";
import { CAUSES, clockOf, delayText, FITS, lengthText, pauseText, percent, usualShare } from "./words.js";

// ---- tables

const cell = (column, tag, ...children) =>
  element(tag, { className: "pk-cell", role: tag === "th" ? "rowheader" : "cell", scope: tag === "th" ? "row" : undefined, "data-column": column }, ...children);

const table = (caption, columns, rows) =>
  element(
    "table",
    { className: "pk-table pk-times", role: "table" },
    element("caption", { className: "pk-group-title" }, caption),
    element(
      "thead",
      { role: "rowgroup" },
      element("tr", { role: "row" }, ...columns.map((name) => element("th", { className: "pk-cell", role: "columnheader", scope: "col" }, name))),
    ),
    element(
      "tbody",
      { role: "rowgroup" },
      ...rows.map((cells) =>
        element("tr", { role: "row", className: "pk-row" }, ...cells.map((one, index) => cell(columns[index], index ? "td" : "th", ...[one].flat()))),
      ),
    ),
  );

const partsTable = ({ parts }, { marks, seconds }) => {
  const rows = partTimes(parts, marks, seconds).map(({ title: part, seconds: time, share, usual, fit }) => [
    part,
    fit === "none" ? "–" : clockOf(time),
    fit === "none" ? "–" : percent(share),
    usual ? [usualShare(usual), element("span", { className: "pk-fit", "data-fit": fit }, ` ${FITS[fit]}`)] : "–",
  ]);
  return rows.length ? table(t("Time for each part"), [t("Part"), t("Time"), t("Share"), t("Usual share")], rows) : null;
};

const WHERE = { deleted: t("deleted"), missing: t("not on this computer") };

// Attempts at the same question, with their recordings as far as they are kept.
const earlierAttempts = (interview, attempts, addresses) => {
  const sound = element("div", { className: "pk-sound", role: "status" });
  const play = (one) => async () => {
    const label = t("Recording of {when}", { when: formatMoment(one.started_at) });
    try {
      const { sound: heard } = await hear(await interview.shelf.blob(one.take));
      const audio = player(heard, label, addresses);
      sound.replaceChildren(audio);
      audio.play().catch(() => {});
    } catch (error) {
      sound.textContent = `${t("The recording can't be played.")} ${error.message}`;
    }
  };
  const recording = (one) => {
    if (!one.take) return "–";
    if (one.recording !== "kept") return WHERE[one.recording];
    return formButton(t("Play"), play(one), {
      "aria-label": t("Play the attempt of {when}", { when: formatMoment(one.started_at) }),
    });
  };
  const rows = attempts.map((one) => [
    formatMoment(one.started_at),
    clockOf(one.seconds),
    one.longest_pause === null ? "–" : t("about {number} s", { number: Math.round(one.longest_pause) }),
    one.fillers === null ? "–" : String(one.fillers),
    LABELS[one.rating] ?? t("not rated"),
    recording(one),
  ]);
  const columns = [t("When"), t("Time"), t("Longest pause"), t("Fillers"), t("How it went"), t("Recording")];
  return rows.length ? [table(t("Earlier attempts"), columns, rows), sound] : [];
};

// ---- listening

const seekButtons = (question, marks, audio) => {
  const titles = new Map(question.parts.map(({ name, title: part }) => [name, part]));
  const go = (at) => () => {
    audio.currentTime = at;
    audio.play().catch(() => {});
  };
  const buttons = marks.map(({ part, at }) => formButton(`${clockOf(at)} ${titles.get(part) ?? part}`, go(at)));
  return buttons.length ? group(t("Jump to a mark"), { className: "pk-marks" }, actions(...buttons)) : null;
};

// Only the candidate can hear an "um": each tap counts one.
const fillerCounter = (interview) => {
  const { attempt } = interview.draft;
  const count = element("output", { className: "pk-clock pk-fillers" });
  const change = (by) => () => {
    if (by < 0 && !attempt.fillers) return;
    attempt.fillers = (attempt.fillers ?? 0) + by;
    interview.keepDraft();
    show();
  };
  const less = formButton(t("One less"), change(-1));
  const show = () => {
    count.textContent = attempt.fillers === null ? "–" : String(attempt.fillers);
    allow(less, attempt.fillers > 0);
  };
  show();
  return group(
    t("Count your fillers"),
    { className: "pk-counting" },
    soft(t("Tap at each “um” or “you know” that you hear.")),
    element("div", { className: "pk-choices" }, formButton(t("Um"), change(1), { className: "pk-button pk-um" }), count, less),
  );
};

const facts = ({ seconds }, goal, measured) => {
  const told = [`${clockOf(seconds)}, ${lengthText(seconds, goal)} (${durationRange(goal)})`];
  if (measured?.longest !== undefined && measured?.longest !== null) told.push(pauseText(measured), delayText(measured.delay));
  return text(`${told.join("; ")}.`);
};

const soundOf = (interview, found, addresses) => {
  if (!found) return [];
  const { attempt } = interview.draft;
  const { sound, measured } = found;
  const audio = player(sound, t("Your answer"), addresses);
  const silent = measured?.silent ? soft(t("Nothing can be heard in this recording. Check which microphone your browser uses, and that it isn't muted.")) : null;
  return [audio, silent, seekButtons(interview.question, attempt.marks, audio), fillerCounter(interview)];
};

// As a file of the candidate's own.
const save = async ({ draft, sound }) => {
  const { take, question } = draft.attempt;
  const found = await sound.catch(() => null); // then the screen says what is wrong
  if (found) download(fileName({ take, question, mime: found.blob.type }), found.blob);
};

const listening = (interview) => {
  const { attempt } = interview.draft;
  const addresses = [];
  const goal = interview.question.seconds;
  const place = element("div", { className: "pk-sound" });
  const said = element("div", {}, facts(attempt, goal, null));
  const times = element("div", {}, partsTable(interview.question, attempt));
  const before = element("div");
  const isHere = () => place.isConnected;
  if (attempt.take) place.append(soft(t("Getting the recording …")));
  interview.sound.then(
    (found) => {
      place.replaceChildren(...soundOf(interview, found, addresses).filter(Boolean));
      said.replaceChildren(facts(attempt, goal, found?.measured));
      times.replaceChildren(...[partsTable(interview.question, attempt)].filter(Boolean));
    },
    (error) => place.replaceChildren(soft(`${t("The recording can't be played.")} ${error.message}`)),
  );
  interview.earlier.then((attempts) => {
    const others = attempts.filter(({ started_at }) => started_at !== attempt.started_at);
    if (isHere()) before.replaceChildren(...earlierAttempts(interview, others, addresses));
  });
  const nodes = [
    title(attempt.take ? t("Listen back") : t("How it went")),
    alarm(CAUSES[interview.run.cause]),
    said,
    place,
    times,
    actions(
      strong(t("Rate this answer"), () => interview.go("rate")),
      formButton(t("Answer it again"), () => interview.go("again")),
      attempt.take ? formButton(t("Download"), () => save(interview)) : null,
      attempt.take ? surely(t("Delete this recording"), t("Delete it for good?"), () => interview.deleteTake()) : null,
      formButton(t("End the interview"), () => interview.go("quit"), { className: "pk-button pk-plain" }),
    ),
    before,
  ];
  return { nodes, leave: () => addresses.forEach((address) => URL.revokeObjectURL(address)) };
};

// ---- rating

const pointTicks = (interview) => {
  const { attempt } = interview.draft;
  const { key_points: points } = interview.question;
  if (!points.length) return null;
  const change = (point) => (on) => {
    const ticked = new Set(attempt.ticked);
    if (on) ticked.add(point);
    else ticked.delete(point);
    attempt.ticked = points.filter((one) => ticked.has(one));
    interview.keepDraft();
  };
  return group(
    t("Which key points did you make?"),
    { className: "pk-judged" },
    ...points.map((point) => tick(element("span", IN_BANK, ...inline(point)), attempt.ticked.includes(point), change(point))),
  );
};

const levelChoice = (interview) => {
  const { attempt } = interview.draft;
  const { level_line: line } = interview.question;
  if (!line) return null;
  const change = (met) => {
    attempt.level_met = met;
    interview.keepDraft();
  };
  return group(
    t("Did it show your level?"),
    { className: "pk-judged" },
    text(element("span", IN_BANK, ...inline(line))),
    radios("level", [[true, t("Yes")], [false, t("Not yet")]], attempt.level_met, change),
  );
};

const rubricChoices = (interview) => {
  const { attempt } = interview.draft;
  const { rubric } = interview.question;
  const groups = rubric.map(({ name, title: dimension = name, about, anchors }) => {
    const options = anchorOptions(anchors);
    const change = (score) => {
      attempt.scores = { ...attempt.scores, [name]: score };
      interview.keepDraft();
    };
    const says = about ? soft(element("span", IN_BANK, ...inline(about))) : null;
    return group(element("span", IN_BANK, dimension), { className: "pk-judged" }, says, radios(name, options, attempt.scores[name], change));
  });
  if (!groups.length) return null;
  const fold = element("summary", { className: "pk-heading pk-summary" }, t("Score it in detail, if you like"));
  const open = Object.keys(attempt.scores).length > 0;
  return element("details", { className: "pk-folded pk-rubric", open }, fold, rubricSources(rubric), ...groups);
};

// The four buttons of the form, each with when the question comes back.
const ratingButtons = (interview, done) => {
  const whens = {};
  const buttons = RATINGS.map((rating) => {
    whens[rating] = element("span", { className: "pk-when" });
    const button = formButton(LABELS[rating], () => done(rating), { className: "pk-button pk-choice" });
    button.append(whens[rating]);
    return button;
  });
  interview.comebacks.then((due) => {
    if (due) for (const rating of RATINGS) whens[rating].textContent = ` ${daysAway(due[rating])}`;
  });
  const id = `pk-${newId()}`;
  return element(
    "div",
    { className: "pk-review", role: "group", "aria-labelledby": id },
    element("span", { className: "pk-review-title", id }, t("How did it go?")),
    ...buttons,
  );
};

const rating = (interview) => {
  const { question, questions } = interview.run;
  const isLast = question + 1 === questions;
  const said = element("p", { className: "pk-hint pk-review-result", role: "status" });
  const following = interview.session.questions[question + 1];
  const next = strong(isLast ? t("Finish") : t("Next question"), () => interview.go("next", { followUps: following?.follow_ups.length ?? 0 }));
  const back = formButton(t("Back"), () => interview.go("back"));
  next.hidden = true;
  const done = (rated) => {
    const { draft } = interview;
    form.inert = true;
    form.classList.add("pk-done");
    said.textContent = t("Saving …");
    back.hidden = true;
    next.hidden = false;
    next.focus();
    interview.ondraft = () => {
      const why = interview.giving.waiting.get(draft.id);
      if (why) said.textContent = t("Not saved yet: {why} Your rating is safe in this browser.", { why });
    };
    interview.rate(rated).then((answer) => {
      if (!answer) return;
      said.textContent = answer.due
        ? t("Saved. We'll bring this back on {day}.", { day: formatDay(answer.due) })
        : interview.host.words.recorded;
    });
  };
  const form = element(
    "div",
    { className: "pk-judging" },
    pointTicks(interview),
    levelChoice(interview),
    rubricChoices(interview),
    ratingButtons(interview, done),
  );
  return { nodes: [title(t("Rate this answer")), form, said, actions(next, back)], leave: () => { interview.ondraft = null; } };
};

// ---- the end

const done = (interview) => {
  const rows = interview.results.map(({ question, attempt }) => [
    element("span", IN_BANK, question.text),
    clockOf(attempt.seconds),
    t("{number} of {of}", { number: attempt.ticked.length, of: question.key_points.length }),
    LABELS[attempt.rating] ?? t("not rated"),
  ]);
  return {
    nodes: [
      element("h2", { className: "pk-question", tabindex: "-1" }, t("That's the interview")),
      soft(`${tn("{count} answer.", "{count} answers.", rows.length)} ${t("Take a break; what you said is kept.")}`),
      rows.length ? table(t("What you answered"), [t("Question"), t("Time"), t("Key points"), t("How it went")], rows) : null,
      actions(strong(t("Back to the start"), () => interview.go("quit"))),
    ],
  };
};

export const JUDGING = { listening, rating, done };
