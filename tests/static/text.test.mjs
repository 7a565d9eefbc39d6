import assert from "node:assert/strict";
import { test } from "node:test";

import {
  capitalize,
  clockTime,
  countWords,
  formatMoment,
  pluralize,
  replaceLoneSurrogates,
  sentence,
  spokenTime,
  timeOfDay,
} from "../../prepkit/static/shared/text.js";

test("words are what stands between spaces and line ends", () => {
  assert.equal(countWords(""), 0);
  assert.equal(countWords(" \n\t"), 0);
  assert.equal(countWords("one two\nthree\u00a0four"), 4);
});

test("a count of one has no s", () => {
  assert.deepEqual([0, 1, 2].map((count) => pluralize(count, "word")), ["0 words", "1 word", "2 words"]);
});

test("a clock shows minutes and two digits of seconds", () => {
  assert.deepEqual([0, 59, 60, 125, 3661].map(clockTime), ["0:00", "0:59", "1:00", "2:05", "61:01"]);
});

test("words take time at 140 a minute, to five seconds", () => {
  assert.deepEqual([1, 70, 140, 350].map(spokenTime), ["0 s", "30 s", "1:00 min", "2:30 min"]);
});

test("a moment of today is a time, any other has its day", () => {
  const now = new Date(2026, 0, 31, 9, 30);
  assert.equal(formatMoment(now.toISOString(), now), timeOfDay(now));
  const before = new Date(2026, 0, 30, 9, 30);
  assert.match(formatMoment(before.toISOString(), now), /30.*2026.*, /);
});

test("a sentence ends once", () => {
  assert.deepEqual([" Full ", "Full.", "Full?"].map(sentence), ["Full.", "Full.", "Full?"]);
});

test("a name of one letter or none can be capitalised", () => {
  assert.deepEqual(["", "a", "senior engineer"].map(capitalize), ["", "A", "Senior engineer"]);
});

test("half of a surrogate pair is replaced, a whole one stays", () => {
  assert.equal(replaceLoneSurrogates("a\ud83d b🚀"), "a\ufffd b🚀");
});
