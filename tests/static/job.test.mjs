import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { Keeper, stateText } from "../../prepkit/static/job/keeper.js";
import { summary } from "../../prepkit/static/job/reading.js";

const KEY = "prepkit-job:a";
let kept;
let sent;

beforeEach(() => {
  kept = new Map();
  sent = [];
  globalThis.localStorage = {
    getItem: (name) => kept.get(name) ?? null,
    setItem: (name, value) => kept.set(name, value),
    removeItem: (name) => kept.delete(name),
  };
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
});

const keeper = (stored = { text: "", revision: 0 }, line = true) => {
  const made = new Keeper(KEY, (message) => line && sent.push(message), () => {});
  made.loaded(stored);
  return made;
};

test("a pasted text is sent after a pause, and its draft goes when it is stored", () => {
  const one = keeper();
  one.typed("Lead a team");
  assert.deepEqual([sent.length, kept.size], [0, 1]);
  mock.timers.tick(400);
  assert.deepEqual(sent, [{ type: "save", seq: 1, text: "Lead a team", based_on: 0 }]);
  one.receive({ type: "saved", seq: 1, revision: 1 });
  assert.deepEqual([one.state, one.isStored, kept.size], ["stored", true, 0]);
  assert.deepEqual(stateText(one), ["Saved, on this computer only.", false]);
});

test("who types on without a pause is saved each second", () => {
  const one = keeper();
  for (let i = 0; i < 12; i += 1) {
    one.typed("a".repeat(i + 1));
    mock.timers.tick(100);
  }
  assert.equal(sent.length, 1);
});

test("an answer to an earlier save leaves the draft of what was typed since", () => {
  const one = keeper();
  one.typed("One");
  one.sendNow();
  one.typed("One two");
  one.receive({ type: "saved", seq: 1, revision: 1 });
  assert.deepEqual([one.isStored, kept.size], [false, 1]);
  one.sendNow();
  assert.equal(sent[1].based_on, 1);
});

test("a text that was never acknowledged comes back on the next page, and is sent", () => {
  keeper().typed("Typed before the crash");
  const again = keeper({ text: "Older", revision: 3 });
  assert.equal(again.text, "Typed before the crash");
  again.sendNow();
  assert.deepEqual([sent[0].text, sent[0].based_on], ["Typed before the crash", 0]);
});

test("a workbook that doesn't answer is told, and asked again", () => {
  const one = keeper();
  one.typed("Text");
  mock.timers.tick(400);
  mock.timers.tick(3000);
  const [told, isProblem] = stateText(one);
  assert.equal(told, "Not saved yet: the workbook isn't responding. Your text is safe in this browser.");
  assert.equal(isProblem, true);
  mock.timers.tick(4000);
  assert.equal(sent.length, 2);
  one.receive({ type: "saved", seq: 2, revision: 1 });
  assert.equal(one.state, "stored");
});

test("of a text changed in two windows, either can be kept", () => {
  for (const own of [true, false]) {
    kept.clear();
    const one = keeper({ text: "Old", revision: 1 });
    one.typed("Mine");
    one.sendNow();
    one.receive({ type: "conflict", seq: one.seq, text: "Theirs", revision: 2 });
    assert.equal(one.state, "conflict");
    one.settle(own);
    assert.equal(one.text, own ? "Mine" : "Theirs");
    if (own) one.sendNow();
    assert.equal(sent.at(-1).based_on, own ? 2 : 1);
  }
});

test("a text that somebody types in is not replaced by the stored one", () => {
  const one = keeper({ text: "Old", revision: 1 });
  one.typed("Newer");
  one.loaded({ text: "Other", revision: 2 });
  assert.equal(one.text, "Newer");
});

test("what was found is counted in words", () => {
  assert.equal(summary({ asked: [] }), "No phrase found that speaks of a competency.");
  assert.equal(summary({ asked: [{ quotes: [1] }] }), "1 phrase found, on 1 competency.");
  assert.equal(summary({ asked: [{ quotes: [1, 2] }, { quotes: [3] }] }), "3 phrases found, on 2 competencies.");
});
