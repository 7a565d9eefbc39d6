import assert from "node:assert/strict";
import { test } from "node:test";

import { drawQuestions, dueAfter } from "../../prepkit/static/site/mock_draw.js";

const NOW = new Date(2026, 10, 30, 12);
const before = (days) => new Date(NOW.getTime() - days * 86400000).toISOString();
const review = (rating, days) => ({ rating, reviewed_at: before(days) });
const daysUntil = (date) => Math.round((date - NOW) / 86400000);

test("a question is due again the later, the better and the more often in a row it went", () => {
  assert.equal(dueAfter([]), null);
  assert.deepEqual(["again", "hard", "good", "easy"].map((rating) => daysUntil(dueAfter([review(rating, 0)]))), [1, 3, 7, 14]);
  assert.equal(daysUntil(dueAfter([review("good", 9), review("good", 0)])), 14);
  assert.equal(daysUntil(dueAfter([review("good", 9), review("again", 5), review("good", 0)])), 7);
  assert.equal(daysUntil(dueAfter(Array.from({ length: 9 }, () => review("easy", 0)))), 90);
});

const question = (id, more = {}) => ({ id, kind: "past-event", category: id.split("/")[0], asks: [], ...more });
const draw = (questions, known = {}, more = {}) =>
  drawQuestions(questions, {
    count: 2,
    known: (id) => ({ state: "untouched", due: null, ...known[id] }),
    now: NOW,
    chance: () => 0,
    ...more,
  });
const ids = (questions) => questions.map(({ id }) => id);

test("what is due comes first, then what was written and never said; what isn't due yet comes last", () => {
  const known = { "a/01": { due: new Date(before(-9)) }, "c/01": { state: "complete" }, "d/01": { due: new Date(before(2)) } };
  const drawn = draw(["a/01", "b/01", "c/01", "d/01"].map((id) => question(id)), known, { count: 9 });
  assert.deepEqual(ids(drawn), ["d/01", "c/01", "b/01", "a/01"]);
  assert.deepEqual(
    drawn.map(({ reason }) => reason),
    [
      "Due since Saturday 28 November.",
      "Written, but never said out loud.",
      "You haven't practised it yet.",
      "You practised it, and it isn't due before Wednesday 9 December.",
    ],
  );
});

test("a chosen company's values count by how they are known, and each of them once before any twice", () => {
  const ask = (value, basis, company = "Acme") => ({ company, value, basis });
  const questions = [
    question("a/01", { asks: [ask("Speed", "published value")] }),
    question("b/01", { asks: [ask("Own it", "stated")] }),
    question("c/01", { asks: [ask("Own it", "stated")] }),
    question("d/01", { asks: [ask("Own it", "stated", "Bolt")] }),
  ];
  const drawn = draw(questions, {}, { company: "Acme" });
  assert.deepEqual(ids(drawn), ["b/01", "a/01"]);
  assert.equal(drawn[0].reason, "It lets you show “Own it”, which Acme says it assesses. You haven't practised it yet.");
});

test("categories take turns, and an introduction is asked first", () => {
  const questions = [question("a/01"), question("a/02"), question("b/01", { kind: "introduction" })];
  assert.deepEqual(ids(draw(questions)), ["b/01", "a/01"]);
  assert.deepEqual(ids(draw(questions, {}, { count: 99 })), ["b/01", "a/01", "a/02"]);
});

test("chance decides among equals, and only there", () => {
  const chances = [0.1, 0.9, 0.5];
  const drawn = draw(["a/01", "b/01", "c/01"].map((id) => question(id)), {}, { chance: () => chances.shift() });
  assert.deepEqual(ids(drawn), ["b/01", "c/01"]);
});
