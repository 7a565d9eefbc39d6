import assert from "node:assert/strict";
import { test } from "node:test";

import { commandOf } from "../../prepkit/static/feedback/desk_keys.js";
import { beginning, fromPlace, pieces, placeOf, toPlace, wholeWords } from "../../prepkit/static/feedback/marks.js";
import { countRated, inOrder, isToRate, listed, nameOf, neighbour, within } from "../../prepkit/static/feedback/order.js";
import { beside } from "../../prepkit/static/feedback/outbox.js";
import { insert, search } from "../../prepkit/static/feedback/pool.js";
import { statusOf } from "../../prepkit/static/feedback/saved.js";
import { changeBy, isDone, nextRow, rowsOf, withChange } from "../../prepkit/static/feedback/rows.js";

// ---- marked words

test("places are counted in characters as Python counts them, and come back", () => {
  const text = "🎉 We 👩‍👩‍👧 moved";
  const unit = text.indexOf("moved");
  assert.equal(toPlace(text, unit), 11);
  assert.equal(fromPlace(text, 11), unit);
});

test("a selection is widened to whole words, without the spaces around them", () => {
  const text = "We moved the whole team.";
  const words = (from, to) => text.slice(...wholeWords(text, from, to));
  assert.equal(words(4, 10), "moved the");
  assert.equal(words(2, 9), "moved");
  assert.equal(words(19, 24), "team.");
  assert.equal(wholeWords(text, 2, 3), null);
  assert.equal(wholeWords(text, 5, 5), null);
  const arabic = "انتقلنا إلى المدينة";
  assert.equal(arabic.slice(...wholeWords(arabic, 1, 3)), "انتقلنا");
  const flag = "So 👩‍👩‍👧 it was";
  assert.equal(flag.slice(...wholeWords(flag, 3, 5)), "👩‍👩‍👧");
});

test("the words of a comment are found again where they are nearest to where they were", () => {
  const text = "a team, and a team, and a team";
  assert.deepEqual(placeOf(text, { quote: "team", start: 14 }), [14, 18]);
  assert.deepEqual(placeOf(`Now ${text}`, { quote: "team", start: 14 }), [18, 22]);
  assert.deepEqual(placeOf(`🎉🎉${text}`, { quote: "team", start: 16 }), [18, 22]);
  assert.equal(placeOf(text, { quote: "crew", start: 2 }), null);
  assert.equal(placeOf(text, { quote: "", start: 0 }), null);
});

test("a text is cut where comments begin and end, and none of it is lost", () => {
  const text = "one two three four";
  const marked = [
    { id: "a", from: 0, to: 7 },
    { id: "b", from: 4, to: 13 },
  ];
  const cut = pieces(text, marked);
  assert.deepEqual(cut, [
    { text: "one ", ids: ["a"] },
    { text: "two", ids: ["a", "b"] },
    { text: " three", ids: ["b"] },
    { text: " four", ids: [] },
  ]);
  assert.equal(cut.map((one) => one.text).join(""), text);
  assert.deepEqual(pieces("", []), []);
  assert.deepEqual(pieces("all", []), [{ text: "all", ids: [] }]);
});

test("a long text is shortened at a space, and a short one stays", () => {
  assert.equal(beginning("one  two\nthree"), "one two three");
  assert.equal(beginning("one two three four", 10), "one two …");
  assert.equal(beginning("x".repeat(12), 10), `${"x".repeat(10)} …`);
});

// ---- keys

const key = (name, more = {}) => ({ key: name, code: "", ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...more });

test("digits score, letters comment and go on, and no key does in a box that is typed in", () => {
  assert.deepEqual(commandOf(key("3"), false), { score: 3 });
  assert.deepEqual(commandOf(key("0"), false), { score: 0 });
  assert.equal(commandOf(key("6"), false), null);
  assert.deepEqual(commandOf(key("1", { shiftKey: true }), false), { score: 1 }); // a French keyboard
  assert.deepEqual(commandOf(key("٤", { code: "Digit4" }), false), { score: 4 });
  assert.deepEqual(commandOf(key("c"), false), { name: "comment" });
  assert.deepEqual(commandOf(key("с", { code: "KeyC" }), false), { name: "comment" }); // a Cyrillic keyboard
  assert.deepEqual(commandOf(key("n"), false), { name: "next" });
  assert.deepEqual(commandOf(key("b"), false), { name: "previous" });
  assert.deepEqual(commandOf(key("Backspace"), false), { name: "back" });
  for (const one of ["3", "c", "n", "Backspace"]) assert.equal(commandOf(key(one), true), null);
});

test("what the browser or the system does with Ctrl, Alt or Cmd stays theirs", () => {
  for (const held of ["ctrlKey", "altKey", "metaKey"]) {
    for (const one of ["3", "c", "n"]) assert.equal(commandOf(key(one, { [held]: true }), false), null);
  }
  assert.equal(commandOf(key("C", { shiftKey: true }), false), null);
});

// ---- order

const overview = {
  students: [
    { id: "ada", name: "Ada", number: 700 },
    { id: "bo", name: "Bo", number: 200 },
  ],
  questions: [{ id: "craft/02" }, { id: "craft/01" }],
  answers: [
    { student: "ada", question: "craft/01", state: "new" },
    { student: "ada", question: "craft/02", state: "rated" },
    { student: "bo", question: "craft/01", state: "changed" },
    { student: "bo", question: "craft/02", state: "begun" },
  ],
};
const short = (answers) => answers.map(({ student, question }) => `${student} ${question.slice(-1)}`);

test("answers come question by question, or student by student", () => {
  assert.deepEqual(short(inOrder(overview, "question", false)), ["ada 2", "bo 2", "ada 1", "bo 1"]);
  assert.deepEqual(short(inOrder(overview, "student", false)), ["ada 2", "ada 1", "bo 2", "bo 1"]);
});

test("students without names are called and ordered by their numbers", () => {
  assert.deepEqual(listed(overview.students, true).map((one) => nameOf(one, true)), ["Student 200", "Student 700"]);
  assert.deepEqual(listed(overview.students, false).map((one) => nameOf(one, false)), ["Ada", "Bo"]);
  assert.deepEqual(short(inOrder(overview, "question", true)), ["bo 2", "ada 2", "bo 1", "ada 1"]);
});

test("the next one to rate passes by what is rated, goes round, and is none if only the present one is left", () => {
  const ordered = inOrder(overview, "question", false);
  const [first, second, third, last] = ordered;
  assert.equal(neighbour(ordered, second, 1, isToRate), third);
  assert.equal(neighbour(ordered, last, 1, isToRate), second);
  assert.equal(neighbour(ordered, last, 1), first);
  assert.equal(neighbour(ordered, first, -1), last);
  assert.equal(neighbour(ordered, null, 1, isToRate), second);
  assert.equal(neighbour([first, second], second, 1, isToRate), null);
  assert.equal(neighbour([], null, 1), null);
});

test("what was rated before the student wrote something newer is to rate again", () => {
  assert.equal(countRated(overview.answers), 1);
  assert.deepEqual(short(within(inOrder(overview, "student", false), "student", { student: "bo" })), ["bo 2", "bo 1"]);
});

// ---- comments used again

const POOL = [
  { text: "Say what you did yourself.", count: 4 },
  { text: "Which number shows it?", count: 2 },
  { text: "Sag, was du selbst getan hast: zunächst.", count: 1 },
];

test("earlier comments are found by the beginnings of their words, with and without accents", () => {
  assert.deepEqual(search(POOL, ""), POOL);
  assert.deepEqual(search(POOL, "num SHOW").map(({ count }) => count), [2]);
  assert.deepEqual(search(POOL, "zunachst").map(({ count }) => count), [1]);
  assert.deepEqual(search(POOL, "umber"), []);
  assert.deepEqual(search(POOL, "", 1), [POOL[0]]);
});

test("an earlier comment is put in at the cursor, with spaces around it where there are none", () => {
  assert.deepEqual(insert("", 0, 0, "Good."), ["Good.", 5]);
  assert.deepEqual(insert("First.Last.", 6, 6, "Good."), ["First. Good. Last.", 12]);
  assert.deepEqual(insert("First. ", 7, 7, "Good."), ["First. Good.", 12]);
  assert.deepEqual(insert("take this out", 5, 9, "that"), ["take that out", 9]);
});

// ---- scores

const RUBRIC = [{ name: "Substance" }, { name: "Structure" }];
const NOTHING = { scores: {}, level_met: null };

test("digits go from row to row, and come back to what was passed by", () => {
  const rows = rowsOf(RUBRIC, true);
  assert.deepEqual(rows.map(({ name }) => name), ["Substance", "Structure", "Level"]);
  assert.equal(nextRow(rows, NOTHING).name, "Substance");
  const some = withChange(NOTHING, changeBy(rows[1], 4));
  assert.equal(nextRow(rows, some, "Structure").name, "Level");
  const more = withChange(some, changeBy(rows[2], 2));
  assert.deepEqual(more, { scores: { Structure: 4 }, level_met: true });
  assert.equal(nextRow(rows, more, "Level").name, "Substance");
  const all = withChange(more, changeBy(rows[0], 5));
  assert.equal(nextRow(rows, all, "Substance"), null);
  assert.equal(rows.every((row) => isDone(row, all)), true);
});

test("the level has two values, and nought takes a value back", () => {
  const [substance, , level] = rowsOf(RUBRIC, true);
  assert.deepEqual(changeBy(level, 1), { level_met: false });
  assert.equal(changeBy(level, 3), null);
  assert.equal(isDone(level, { scores: {}, level_met: false }), true);
  assert.deepEqual(changeBy(level, 0), { level_met: null });
  const taken = withChange({ scores: { Substance: 3 }, level_met: null }, changeBy(substance, 0));
  assert.equal(isDone(substance, taken), false);
});

// ---- whether it is saved

const outbox = (more) => ({ waiting: [], parcels: new Map(), trouble: null, failed: false, savedAt: null, ...more });
const SAID = new Map([["draft|a|b|c", {}]]);
const RATED = { waiting: [{}], parcels: new Map([["rate|a|b|", {}]]) };
const told = (more, around = { silence: null, calibrates: false }) => statusOf(outbox(more), around);

test("the bar says what isn't stored, why, and where it is", () => {
  assert.deepEqual(told({}), { tone: "ok", text: "Nothing to save yet. Ratings are saved as you choose them." });
  assert.deepEqual(told(RATED), { tone: "busy", text: "Saving …" });
  assert.deepEqual(told({ ...RATED, trouble: "the disk is full." }), {
    tone: "bad",
    text: "Not saved yet: the disk is full. What you said is safe in this browser.",
  });
  assert.deepEqual(told({ ...RATED, trouble: "the disk is full.", failed: true }), {
    tone: "bad",
    text: "Not saved yet: the disk is full. This browser has no copy either: don't close this page before you see “Saved”.",
  });
  assert.deepEqual(told({}, { silence: "the workbook has stopped.", calibrates: false }), {
    tone: "bad",
    text: "Disconnected: the workbook has stopped.",
  });
  assert.equal(told({ failed: true }).tone, "warn");
  assert.match(told({ parcels: SAID, savedAt: new Date() }).text, /^Saved .* · 1 comment not saved yet$/);
  assert.equal(told({ parcels: SAID }).text, "1 comment not saved yet");
});

test("nothing is lost where a closed window and this one have said different things", () => {
  const place = { student: "ada", question: "craft/01" };
  const rate = (scores, more = {}) => ({ kind: "rate", ...place, change: { scores, ...more }, revisions: {} });
  const found = rate({ Substance: 1, Structure: 2 }, { level_met: true });
  assert.equal(beside(found, undefined, "new"), found);
  assert.deepEqual(beside(found, rate({ Substance: 5 }), "new").change, {
    scores: { Substance: 5, Structure: 2 },
    level_met: true,
  });
  const draft = (text) => ({ kind: "draft", ...place, id: "a", part: "", quote: "", start: 0, text, before: "x" });
  assert.deepEqual(beside(draft("theirs"), draft("mine"), "new"), { ...draft("theirs"), id: "new", before: "" });
  assert.deepEqual(beside(draft("mine"), draft("mine"), "new"), draft("mine"));
});
