import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { Fresh } from "../../prepkit/static/home/fresh.js";
import { Talk } from "../../prepkit/static/home/talk.js";
import { matching, times } from "../../prepkit/static/home/wishes.js";

const COMPANIES = [
  { name: "Amazon", region: "" },
  { name: "Google DeepMind", region: "" },
  { name: "Google", region: "" },
  { name: "Región de Bogotá", region: "Colombia" },
];

test("a company is found by any words of its name or region, those that begin with them first", () => {
  const names = (typed) => matching(COMPANIES, typed).map(({ name }) => name);
  assert.deepEqual(names("goo"), ["Google DeepMind", "Google"]);
  assert.deepEqual(names("deep GOOGLE"), ["Google DeepMind"]);
  assert.deepEqual(names("bogota"), ["Región de Bogotá"]);
  assert.deepEqual(names("colombia"), ["Región de Bogotá"]);
  assert.deepEqual(names("o"), ["Amazon", "Google DeepMind", "Google", "Región de Bogotá"]);
  assert.deepEqual(names("zzz"), []);
  assert.deepEqual(names("  "), []);
});

test("evenings may begin each half hour, and at any time that is kept already", () => {
  assert.deepEqual(times("").slice(0, 3), ["06:00", "06:30", "07:00"]);
  assert.equal(times("").at(-1), "22:30");
  assert.deepEqual(times("19:15").filter((time) => time.startsWith("19")), ["19:00", "19:15", "19:30"]);
  assert.equal(times("19:00").length, times("").length);
});

// A model whose host answers when it is told to.
const newModel = () => {
  const model = { sent: [], listeners: [] };
  model.on = (_, listener) => model.listeners.push(listener);
  model.off = (_, listener) => model.listeners.splice(model.listeners.indexOf(listener), 1);
  model.send = (message) => model.sent.push(message);
  model.answer = (message) => [...model.listeners].forEach((listen) => listen(message));
  return model;
};

test("an answer goes to the question that it answers, and to no other window", async () => {
  const model = newModel();
  const talk = new Talk(model, "me");
  const [first, second] = [talk.ask({ type: "home" }), talk.ask({ type: "open", question: "craft/01" })];
  assert.deepEqual(model.sent[1], { type: "open", question: "craft/01", view: "me", seq: 2 });
  model.answer({ type: "home", view: "you", seq: 1 });
  model.answer({ type: "question", view: "me", seq: 2 });
  model.answer({ type: "home", view: "me", seq: 1 });
  assert.equal((await first).type, "home");
  assert.equal((await second).type, "question");
});

test("a host that says nothing, or can't be asked, is heard as silence", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const model = newModel();
  const talk = new Talk(model, "me");
  const silent = talk.ask({ type: "home" });
  mock.timers.tick(3000);
  assert.equal(await silent, null);
  assert.equal(talk.dead, false);
  model.send = () => {
    throw new Error("the kernel is gone");
  };
  assert.equal(await talk.ask({ type: "home" }), null);
  assert.equal(talk.dead, true);
  const asked = new Talk(newModel(), "me");
  const left = asked.ask({ type: "home" });
  asked.stop();
  assert.equal(await left, null);
  mock.timers.reset();
});

// Lets promises that are settled go on.
const settle = async () => {
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
};

test("changes are gathered: one question at once, and one after each pause", async () => {
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
  let asked = 0;
  const fresh = new Fresh(async () => (asked += 1) > 0, null);
  fresh.soon();
  mock.timers.tick(0);
  await settle();
  assert.equal(asked, 1);
  for (let change = 0; change < 9; change += 1) fresh.soon();
  mock.timers.tick(499);
  await settle();
  assert.equal(asked, 1);
  mock.timers.tick(1);
  await settle();
  assert.equal(asked, 2);
  mock.timers.reset();
});

test("what changes while an answer is awaited is asked for afterwards", async () => {
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
  const answers = [];
  const fresh = new Fresh(() => new Promise((resolve) => answers.push(resolve)), null);
  fresh.now();
  fresh.soon();
  mock.timers.tick(2000);
  assert.equal(answers.length, 1);
  answers[0](true);
  await settle();
  mock.timers.tick(500);
  assert.equal(answers.length, 2);
  mock.timers.reset();
});

test("a host that is silent is asked again, with longer and longer pauses, until it answers", async () => {
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
  let asked = 0;
  const fresh = new Fresh(async () => (asked += 1) > 3, null);
  fresh.now();
  for (const pause of [2000, 4000, 8000]) {
    await settle();
    mock.timers.tick(pause);
  }
  await settle();
  assert.equal(asked, 4);
  mock.timers.tick(60000);
  await settle();
  assert.equal(asked, 4);
  mock.timers.reset();
});
