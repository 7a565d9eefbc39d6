import assert from "node:assert/strict";
import { test } from "node:test";

import {
  clockTime,
  daysAway,
  formatDay,
  formatMoment,
  joinWords,
  pluralize,
  replaceLoneSurrogates,
  sentence,
  timeOfDay,
} from "../../prepkit/static/shared/text.js";

test("a count of one has no s", () => {
  assert.deepEqual([0, 1, 2].map((count) => pluralize(count, "word")), ["0 words", "1 word", "2 words"]);
});

test("a large number has commas", () => {
  assert.equal(pluralize(10010, "word"), "10,010 words");
});

test("words are joined as in a sentence", () => {
  assert.deepEqual([[], ["a"], ["a", "b"], ["a", "b", "c"]].map(joinWords), ["", "a", "a and b", "a, b and c"]);
});

test("a clock shows minutes and two digits of seconds", () => {
  assert.deepEqual([0, 59, 60, 125, 3661].map(clockTime), ["0:00", "0:59", "1:00", "2:05", "61:01"]);
});

test("a day is told with its weekday, and with its year if that isn't this one", () => {
  const now = new Date(2026, 10, 30, 21, 0);
  assert.equal(formatDay(new Date(2026, 11, 1, 21, 0).toISOString(), now), "Tuesday 1 December");
  assert.equal(formatDay(new Date(2027, 0, 2).toISOString(), now), "Saturday 2 January 2027");
});

test("a day without a time is that day in every time zone", () => {
  assert.equal(formatDay("2026-01-31", new Date(2026, 0, 1)), "Saturday 31 January");
});

test("how far off a day is counts nights, not hours", () => {
  const now = new Date(2026, 10, 30, 23, 30);
  const away = (...day) => daysAway(new Date(2026, ...day).toISOString(), now);
  assert.deepEqual(
    [away(10, 30, 8), away(11, 1, 0, 5), away(11, 9, 23, 30), away(12, 60)],
    ["today", "tomorrow", "in 9 days", "in 3 months"],
  );
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

test("half of a surrogate pair is replaced, a whole one stays", () => {
  assert.equal(replaceLoneSurrogates("a\ud83d b🚀"), "a\ufffd b🚀");
});
