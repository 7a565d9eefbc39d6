import assert from "node:assert/strict";
import test from "node:test";

import { withHearing } from "../../prepkit/static/shared/hearing.js";

/** A widget that is drawn, what its host does, and what it is told meanwhile. */
function drawn(context) {
  context.mock.timers.enable({ apis: ["setInterval"] });
  const told = [];
  const page = { visibilityState: "visible" };
  globalThis.document = page;
  globalThis.window = { dispatchEvent: ({ type, detail }) => told.push([type, detail.source]) };
  context.after(() => {
    delete globalThis.document;
    delete globalThis.window;
  });
  const heard = new Set();
  const model = { on: (_, listen) => heard.add(listen), off: (_, listen) => heard.delete(listen) };
  const leave = withHearing({ render: () => () => told.push("left") }).render({ model, el: "place" });
  return { answer: () => [...heard].forEach((listen) => listen()), leave, page, told };
}

const DEAF = ["prepkit:deaf", "place"];

test("a widget that gets no answer tells it again and again, while somebody looks", (context) => {
  const { page, told } = drawn(context);
  context.mock.timers.tick(10000);
  page.visibilityState = "hidden";
  context.mock.timers.tick(10000);
  assert.deepEqual(told, [DEAF, DEAF]);
});

test("a widget that got an answer is silent from then on", (context) => {
  const { answer, leave, told } = drawn(context);
  answer();
  context.mock.timers.tick(60000);
  leave();
  assert.deepEqual(told, ["left"]);
});
