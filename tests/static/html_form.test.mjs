import assert from "node:assert/strict";
import { test } from "node:test";

import { handInText, ownAnswers, settled } from "../../prepkit/static/html_form/hand_in.js";
import { inTime } from "../../prepkit/static/html_form/patience.js";
import { Sent } from "../../prepkit/static/html_form/sent.js";
import { ExchangeError } from "../../prepkit/static/site/exchange.js";
import { fromJson } from "../../prepkit/static/site/exchange_json.js";
import { Forms } from "../../prepkit/static/site/forms.js";
import { Memory } from "../../prepkit/static/site/shelf.js";

const KINDS = { "past-event": [{ name: "task", title: "Task", words: [20, 45] }] };
const FORMS = new Forms(KINDS, { untouched: "Not started", started: "In progress", complete: "Complete" });
const ABOUT = { student_id: "ada", questions: ["a/01", "b/02"], version: 1, run: "2026-12-01", signature: "5160" };

// Versions of a text, each so many seconds after the first.
const history = (...texts) =>
  texts.map(([seconds, text], index) => ({
    revision: index + 1,
    text,
    saved_at: `2026-12-02T18:00:${String(seconds).padStart(2, "0")}Z`,
    origin: "form",
  }));
const textsOf = (versions) => versions.map(({ text }) => text);
const stored = (question, versions, reviews = []) => ({ answers: new Map([[question, new Map([["task", versions]])]]), reviews });
const NOW = "2026-12-02T18:01:00Z";
const handIn = (given) => handInText(ABOUT, { stored: { answers: new Map(), reviews: [] }, boxes: [], sent: [], now: NOW, ...given });

// ---- what is handed in

test("versions that stood for ten seconds are handed in, and the newest", () => {
  const versions = history([0, "a"], [1, "ab"], [11, "abc"], [12, "abcd"], [13, "abcde"]);
  assert.deepEqual(textsOf(settled(versions)), ["ab", "abcde"]);
});

test("a version that was handed in before is handed in again, so that the new file shows that it follows", () => {
  const versions = history([0, "a"], [1, "ab"], [2, "abc"]);
  assert.deepEqual(textsOf(settled(versions, ["2026-12-02T18:00:01.500Z"])), ["ab", "abc"]);
});

test("a file says whose it is, unchanged, and is read like any other file of answers", () => {
  const text = handIn({ stored: stored("a/01", history([0, "It's </script> “mine”."])) });
  const document = JSON.parse(text);
  assert.deepEqual(document.hand_in, ABOUT);
  assert.deepEqual(Object.keys(document), ["format", "version", "hand_in", "answers", "reviews"]);
  const read = fromJson(text, FORMS);
  assert.deepEqual(read.hand_in, ABOUT);
  assert.deepEqual(textsOf(read.answers.get("a/01").get("task")), ["It's </script> “mine”."]);
});

test("only the questions of the page are handed in", () => {
  const review = { question: "c/03", rating: "good", seconds: 60, reviewed_at: NOW };
  const document = JSON.parse(handIn({ stored: stored("c/03", history([0, "Of another page."]), [review]) }));
  assert.deepEqual([document.answers, document.reviews], [{}, []]);
});

test("what is in a box and couldn't be stored is handed in after what is stored", () => {
  const boxes = [
    { question: "a/01", field: "task", text: "Stored. And more." },
    { question: "b/02", field: "task", text: "Never stored." },
    { question: "b/02", field: "result", text: "" },
  ];
  const { answers } = JSON.parse(handIn({ stored: stored("a/01", history([0, "Stored."])), boxes }));
  assert.deepEqual(textsOf(answers["a/01"].task), ["Stored.", "Stored. And more."]);
  assert.deepEqual(answers["a/01"].task[1], { revision: 2, text: "Stored. And more.", saved_at: NOW, origin: "form" });
  assert.deepEqual(answers["b/02"], { task: [{ revision: 1, text: "Never stored.", saved_at: NOW, origin: "form" }] });
});

test("the text of another tab is handed in before that of the box, though it has stood only for a moment", () => {
  const boxes = [{ question: "a/01", field: "task", text: "Of this tab." }];
  const versions = history([0, "Of both."], [1, "Of the other tab."]);
  const { answers } = JSON.parse(handIn({ stored: stored("a/01", versions), boxes }));
  assert.deepEqual(textsOf(answers["a/01"].task), ["Of the other tab.", "Of this tab."]);
});

test("a box that has what is stored adds nothing", () => {
  const boxes = [{ question: "a/01", field: "task", text: "Stored." }];
  const { answers } = JSON.parse(handIn({ stored: stored("a/01", history([0, "Stored."])), boxes }));
  assert.deepEqual(textsOf(answers["a/01"].task), ["Stored."]);
});

// ---- going on from a file

test("a file of another student is refused", () => {
  const read = { answers: new Map(), reviews: [], hand_in: { ...ABOUT, student_id: "bob" } };
  assert.throws(() => ownAnswers(ABOUT, read), (error) => {
    assert.ok(error instanceof ExchangeError);
    assert.deepEqual(error.problems, ["it has the answers of bob, and this page is for ada"]);
    return true;
  });
});

test("of a file, the answers to this page's questions are taken, and the others are counted", () => {
  const fields = new Map([["task", "Mine."]]);
  const answers = new Map([["a/01", fields], ["z/09", fields]]);
  const reviews = [{ question: "a/01" }, { question: "z/09" }];
  const own = ownAnswers(ABOUT, { answers, reviews, hand_in: null });
  assert.deepEqual(own, { answers: new Map([["a/01", fields]]), reviews: [{ question: "a/01" }], left: 1 });
});

// ---- when it was handed in

const withStorage = (storage, work) => {
  globalThis.localStorage = storage;
  try {
    work();
  } finally {
    delete globalThis.localStorage;
  }
};

test("the times of hand-ins are kept, the newest hundred of them", () => {
  const kept = new Map();
  const storage = { getItem: (key) => kept.get(key) ?? null, setItem: (key, text) => kept.set(key, text), removeItem: (key) => kept.delete(key) };
  withStorage(storage, () => {
    for (let count = 1; count <= 101; count += 1) new Sent("one").add(String(count));
    const { moments } = new Sent("one");
    assert.deepEqual([moments.length, moments[0], moments.at(-1)], [100, "2", "101"]);
    assert.deepEqual(new Sent("other").moments, []);
    new Sent("one").clear();
    assert.deepEqual(new Sent("one").moments, []);
  });
});

test("without storage, or with something else in it, the times are known as long as the page is open", () => {
  const refuse = () => {
    throw new Error("blocked");
  };
  for (const getItem of [refuse, () => "{", () => "7"]) {
    withStorage({ getItem, setItem: refuse, removeItem: refuse }, () => {
      const sent = new Sent("one");
      sent.add("1");
      sent.add("2");
      assert.deepEqual(sent.moments, ["1", "2"]);
    });
  }
});

// ---- a storage that doesn't answer

test("what answers in time is passed on, and what doesn't is given up", async () => {
  assert.equal(await inTime(Promise.resolve(1)), 1);
  await assert.rejects(inTime(Promise.reject(new Error("no"))), /^Error: no$/);
  await assert.rejects(inTime(new Promise(() => {}), 1), /no answer in time/);
});

// ---- the memory of a page

const revision = (question, field, number) => ({ question, field, revision: number, text: `${field} ${number}` });

test("memory gives what was added, in the order of the browser's database", async () => {
  const memory = new Memory();
  await memory.transact(async (shelf) => {
    assert.equal(await shelf.isEmpty(), true);
    for (const each of [revision("b/02", "task", 1), revision("a/01", "task", 2), revision("a/01", "task", 1)]) await shelf.add(each);
    await shelf.add(revision("a/01", "result", 1));
    await shelf.addRehearsal({ rating: "good" });
  });
  await memory.transact(async (shelf) => {
    const texts = async (found) => textsOf(await found);
    assert.equal(await shelf.isEmpty(), false);
    assert.deepEqual(await texts(shelf.all()), ["result 1", "task 1", "task 2", "task 1"]);
    assert.deepEqual(await texts(shelf.history("a/01", "task")), ["task 1", "task 2"]);
    assert.deepEqual(await texts(shelf.newestOfAll()), ["result 1", "task 2", "task 1"]);
    assert.deepEqual(await texts(shelf.newestOfAll("a/01")), ["result 1", "task 2"]);
    assert.equal((await shelf.newest("a/01", "task")).revision, 2);
    assert.equal(await shelf.newest("a/01", "context"), undefined);
    assert.deepEqual(await shelf.rehearsals(), [{ rating: "good" }]);
    await shelf.clear();
  });
  assert.equal(await memory.transact((shelf) => shelf.isEmpty()), true);
});

test("in memory, an error undoes what was added, and the next work goes on", async () => {
  const memory = new Memory();
  const failing = memory.transact(async (shelf) => {
    await shelf.add(revision("a/01", "task", 1));
    throw new Error("no");
  });
  const next = memory.transact((shelf) => shelf.isEmpty());
  await assert.rejects(failing, /no/);
  assert.equal(await next, true);
});

test("in memory, work begins when the work before it is done", async () => {
  const memory = new Memory();
  const count = async (shelf) => {
    const before = (await shelf.all()).length;
    await new Promise((resolve) => setTimeout(resolve, 5));
    await shelf.add(revision("a/01", "task", before + 1));
  };
  await Promise.all([memory.transact(count), memory.transact(count), memory.transact(count)]);
  assert.deepEqual(textsOf(await memory.transact((shelf) => shelf.all())), ["task 1", "task 2", "task 3"]);
});
