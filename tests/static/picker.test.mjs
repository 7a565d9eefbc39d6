import assert from "node:assert/strict";
import { test } from "node:test";

import { dueText, left, remedies } from "../../prepkit/static/picker/filters.js";
import { questionIndex, reasonOf } from "../../prepkit/static/picker/index.js";
import { commandOf } from "../../prepkit/static/picker/keys.js";
import { countText } from "../../prepkit/static/picker/notices.js";
import { marked } from "../../prepkit/static/search/marks.js";

const question = (id, text, more = {}) => ({
  id,
  text,
  slug: id.split("/")[0],
  category: "Leading people",
  number: 1,
  also: [],
  words: [],
  companies: [],
  ...more,
});
const QUESTIONS = [
  question("people/01", "Tell me about a time you managed an underperformer."),
  question("people/02", "Tell me about two engineers on your team who were in conflict.", {
    also: ["Describe how you mediated a dispute between reports."],
    companies: ["Amazon"],
  }),
  question("people/03", "Tell me about a time you let someone go.", { words: ["dismissal", "fired", "sacked"] }),
  question("craft/01", "Describe a trade-off between speed and quality.", { also: ["When did you cut corners?"] }),
  question("craft/02", "Tell me about a naïve design in your café software.", { companies: ["Amazon", "Łódź Labs"] }),
];
const search = questionIndex(QUESTIONS);
const ids = (query, asTyped) => search(query, asTyped).questions.map(({ id }) => id);

test("nothing typed finds every question, in the bank's order", () => {
  assert.deepEqual(ids("  "), QUESTIONS.map(({ id }) => id));
});

test("a question is found by its words, other wordings, topics and companies", () => {
  assert.deepEqual(ids("tell me about a conflict"), ["people/02"]);
  assert.deepEqual(ids("mediate"), ["people/02"]);
  assert.deepEqual(ids("have you ever fired somebody"), ["people/03"]);
  assert.deepEqual(ids("amazon"), ["people/02", "craft/02"]);
});

test("other endings, beginnings of words, and words with or without a hyphen find the same", () => {
  for (const query of ["underperforming", "underper", "UNDERPERFORMERS"]) assert.deepEqual(ids(query), ["people/01"]);
  for (const query of ["tradeoff", "trade-offs", "trade off"]) assert.deepEqual(ids(query), ["craft/01"]);
});

test("accents, joined letters and invisible characters don't count", () => {
  for (const query of ["naive", "NAÏVE", "cafe", "so\u00adftware"]) assert.deepEqual(ids(query), ["craft/02"]);
  assert.deepEqual(ids("con\ufb02ict"), ["people/02"]);
});

test("a misspelt word finds what was meant, says so, and can be looked for as it was typed", () => {
  for (const query of ["conflcit", "konflict", "underpreformer"]) {
    const found = search(query);
    assert.equal(found.corrected, true);
    assert.equal(found.questions.length, 1, query);
  }
  assert.equal(search("conflcit").shown, "conflict");
  assert.deepEqual(ids("conflcit", true), []);
});

test("the question with more of the words, and in its own text, comes first", () => {
  assert.equal(ids("conflict at amazon")[0], "people/02");
  const twice = questionIndex([question("a/01", "Why?", { also: ["On delivery"] }), question("a/02", "On delivery?")]);
  assert.deepEqual(twice("delivery").questions.map(({ id }) => id), ["a/02", "a/01"]);
});

test("a word that nothing has is named with the one most like it", () => {
  const found = search("blockchain");
  assert.deepEqual([found.questions, found.unknown.map(({ word }) => word)], [[], ["blockchain"]]);
  assert.deepEqual(search("konfliikkt").unknown, [{ word: "konfliikkt", near: "conflict" }]);
});

test("what was looked for is marked in a text, and the rest is as it was", () => {
  assert.deepEqual(marked("A café, and Cafés?", ["cafe"]), [
    ["A ", false],
    ["café", true],
    [", and ", false],
    ["Cafés", true],
    ["?", false],
  ]);
  assert.deepEqual(marked("<b>", []), [["<b>", false]]);
});

test("a question that lacks the words says why it was found", () => {
  assert.equal(reasonOf(QUESTIONS[1], ["conflict"]), null);
  assert.deepEqual(reasonOf(QUESTIONS[1], ["mediat"]), { title: "Also asked as", text: QUESTIONS[1].also[0] });
  assert.deepEqual(reasonOf(QUESTIONS[2], ["fired"]), { title: "Also about", text: "fired" });
  assert.equal(reasonOf(QUESTIONS[4], ["amazon"]), null);
});

const NOW = new Date(2026, 10, 30, 21, 15); // a Monday evening
const PROGRESS = {
  "people/01": { state: "complete", due: "2026-11-30" },
  "people/02": { state: "complete", due: "2026-12-04" },
  "craft/01": { state: "started", due: null },
};
const progressOf = (id) => PROGRESS[id] ?? { state: "untouched", due: null };
const leftIds = (chosen) => left(QUESTIONS, chosen, progressOf, NOW).map(({ id }) => id);

test("filters narrow the list by category, company, status and day", () => {
  assert.deepEqual(leftIds({ level: "director" }), QUESTIONS.map(({ id }) => id));
  assert.deepEqual(leftIds({ category: "craft" }), ["craft/01", "craft/02"]);
  assert.deepEqual(leftIds({ company: "Amazon", category: "people" }), ["people/02"]);
  assert.deepEqual(leftIds({ state: "untouched" }), ["people/03", "craft/02"]);
  assert.deepEqual(leftIds({ due: "now" }), ["people/01"]);
  assert.deepEqual(leftIds({ due: "week" }), ["people/01", "people/02"]);
  assert.deepEqual(leftIds({ due: "never" }), ["people/03", "craft/01", "craft/02"]);
});

test("where nothing is left, the filters that stand in the way are named with what they hide", () => {
  const chosen = { category: "craft", company: "", state: "complete" };
  assert.deepEqual(leftIds(chosen), []);
  assert.deepEqual(remedies(QUESTIONS, chosen, progressOf, NOW), [
    ["category", 2],
    ["state", 2],
  ]);
});

test("a day is named as people name it", () => {
  const days = ["2026-11-02", "2026-11-30", "2026-12-01", "2026-12-04", "2026-12-07", "2027-01-15"];
  assert.deepEqual(days.map((day) => dueText(day, NOW)), [
    "due now",
    "due now",
    "due tomorrow",
    "due Friday",
    "due 7 December",
    "due 15 January 2027",
  ]);
});

test("how many there are is said in words", () => {
  const told = (count, more) => countText({ count, total: 1500, query: "", isFiltered: false, ...more });
  assert.equal(told(1500), "1,500 questions");
  assert.equal(told(12, { query: "conflict" }), "12 of 1,500 questions for “conflict”");
  assert.equal(told(0, { query: "conflict", isFiltered: true }), "No question for “conflict” with these filters.");
});

test("keys move in the list, open and close it, and are the text's otherwise", () => {
  const press = (key, state) => commandOf({ key }, { open: true, place: 3, count: 20, walked: true, text: "a", ...state });
  assert.deepEqual(press("ArrowDown"), { place: 4 });
  assert.deepEqual(press("ArrowDown", { place: -1 }), { place: 0 });
  assert.deepEqual(press("ArrowDown", { place: 19 }), { place: 19 });
  assert.deepEqual(press("ArrowDown", { open: false }), { act: "show" });
  assert.deepEqual(press("ArrowUp", { place: -1 }), { place: 19 });
  assert.deepEqual([press("Home"), press("End"), press("PageDown")], [{ place: 0 }, { place: 19 }, { place: 11 }]);
  assert.deepEqual([press("Home", { walked: false }), press("End", { walked: false })], [null, null]);
  assert.deepEqual([press("Enter"), press("Enter", { place: -1 })], [{ act: "choose" }, { act: "none" }]);
  assert.deepEqual(press("Escape"), { act: "hide" });
  assert.deepEqual(press("Escape", { open: false }), { act: "clear" });
  assert.equal(press("Escape", { open: false, text: "" }), null);
  assert.equal(press("a"), null);
  assert.equal(commandOf({ key: "Enter", isComposing: true }, { open: true, place: 0, count: 1 }), null);
});
