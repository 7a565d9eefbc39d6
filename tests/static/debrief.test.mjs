import assert from "node:assert/strict";
import { test } from "node:test";

import { compose, emptyAsked, merge, newDebriefId, parse, titleOf } from "../../prepkit/static/debrief/state.js";
import { suggestions } from "../../prepkit/static/debrief/suggest.js";
import { questionIndex } from "../../prepkit/static/picker/index.js";

const asked = (id, more = {}) => ({ ...emptyAsked(id), words: `Words of ${id}`, ...more });
const debrief = (fields, ...questions) => compose({ ...parse(""), ...fields, asked: questions });

test("nothing is stored as long as nothing was typed", () => {
  assert.equal(compose(parse("")), "");
  assert.equal(compose({ ...parse(""), company: "  ", asked: [emptyAsked("a")] }), "");
  for (const typed of [{ company: "A" }, { day: "2026-12-03" }, { note: "n" }, { removed: true }]) {
    assert.notEqual(debrief(typed), "");
  }
});

test("a debrief comes back as it was, with what a later version has stored in it", () => {
  const text = debrief({ company: "Amazon", day: "2026-12-03" }, asked("a", { rating: "again", mood: "calm" }));
  assert.equal(compose({ ...parse(text), weather: "rain" }), compose(parse(compose({ ...parse(text), weather: "rain" }))));
  assert.equal(compose(parse(text)), text);
  assert.equal(parse(text).asked[0].mood, "calm");
});

test("questions about which nothing is known aren't stored, and questions without an id get one", () => {
  const text = debrief({ company: "A" }, emptyAsked("a"), asked("b"));
  assert.deepEqual(parse(text).asked.map(({ id }) => id), ["b"]);
  assert.deepEqual(parse('{"asked": [{"words": "x"}, {"words": "y"}]}').asked.map(({ id }) => id), ["q1", "q2"]);
});

test("what two windows changed in different places is put together", () => {
  const base = debrief({ company: "Amazon" }, asked("a"), asked("b"));
  const mine = debrief({ company: "Amazon", note: "mine" }, asked("a", { rating: "hard" }), asked("b"), asked("c"));
  const theirs = debrief({ company: "Amazon", round: "Loop" }, asked("a", { probed: "p" }), asked("d"));
  assert.deepEqual(parse(merge(base, mine, theirs)), {
    ...parse(""),
    company: "Amazon",
    round: "Loop",
    note: "mine",
    asked: [asked("a", { rating: "hard", probed: "p" }), asked("c"), asked("d")],
  });
});

test("of a text that both windows changed, both versions are kept", () => {
  const base = debrief({ company: "A", note: "n" }, asked("a"));
  const mine = debrief({ company: "B", note: "mine" }, asked("a", { words: "mine" }));
  const theirs = debrief({ company: "C", note: "theirs" }, asked("a", { words: "theirs" }));
  const merged = parse(merge(base, mine, theirs));
  assert.equal(merged.note, "theirs\n\nmine");
  assert.equal(merged.asked[0].words, "theirs\n\nmine");
  assert.equal(merged.company, "B");
});

test("a question that one window removed and the other changed stays", () => {
  const base = debrief({ company: "A" }, asked("a"), asked("b"));
  const without = debrief({ company: "A" }, asked("b"));
  const changed = debrief({ company: "A" }, asked("a", { probed: "p" }), asked("b"));
  assert.deepEqual(parse(merge(base, without, changed)).asked.map(({ id }) => id), ["b", "a"]);
  assert.deepEqual(parse(merge(base, changed, without)).asked.map(({ id }) => id), ["a", "b"]);
  assert.deepEqual(parse(merge(base, without, base)).asked.map(({ id }) => id), ["b"]);
});

test("a debrief is named by when it was begun, and called by its company and round", () => {
  assert.equal(newDebriefId(new Date(Date.UTC(2026, 11, 3, 19, 5, 0, 123)), "ab12"), "20261203T190500Z-ab12");
  assert.equal(titleOf({ company: " Amazon ", round: "Loop" }), "Amazon, Loop");
  assert.equal(titleOf({ company: "", round: "" }), "An interview");
});

const question = (id, text, also = []) => ({ id, text, also, words: [], companies: [], category: "People" });
const find = questionIndex([
  question("a", "Tell me about a time you managed someone who was underperforming."),
  question("b", "Tell me about a time you noticed that somebody was being left out."),
  question("c", "Tell me about a conflict between two engineers.", ["When did people on your team fight?"]),
  question("d", "How do you plan a quarter?"),
]);
const ids = (text) => suggestions(find, text).map(({ id }) => id);

test("a question is found in the candidate's own words, misspelt, and by other wordings", () => {
  assert.equal(ids("somebody who was underperfoming, and what I did")[0], "a");
  assert.equal(ids("they wanted a fight in my team")[0], "c");
});

test("a long story around the question doesn't hide it", () => {
  const story = "First we talked about the weather in Lisbon and the office plants, then about a conflict, and lunch";
  assert.equal(ids(story)[0], "c");
});

test("one word, or words that no question has, suggest nothing", () => {
  assert.deepEqual(ids("conflict"), []);
  assert.deepEqual(ids("xylophone zebra"), []);
  assert.deepEqual(ids(""), []);
});
