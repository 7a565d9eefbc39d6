import assert from "node:assert/strict";
import { test } from "node:test";

import { StoryModel } from "../../prepkit/static/stories/model.js";

const hostModel = () => {
  const sent = [];
  const listeners = new Set();
  return {
    sent,
    listeners,
    widget_manager: { kernel: { status: "idle" } },
    get: (name) => ({ workbook: "abc-stories", question: "the host has none" })[name],
    on: (_name, listener) => listeners.add(listener),
    off: (_name, listener) => listeners.delete(listener),
    send: (message) => sent.push(message),
  };
};

test("the form of a story is told what it shows, and its messages go through the widget", () => {
  const host = hostModel();
  const model = new StoryModel(host, { id: "a" }, { open: () => {}, adder: "here" });
  assert.deepEqual([model.get("question"), model.get("adder"), model.get("rehearses")], [{ id: "a" }, "here", false]);
  assert.equal(model.get("workbook"), "abc-stories");
  assert.equal(model.widget_manager.kernel.status, "idle");
  model.send({ type: "save", question: "a" });
  assert.deepEqual(host.sent, [{ type: "save", question: "a" }]);
  const hear = () => {};
  model.on("msg:custom", hear);
  assert.ok(host.listeners.has(hear));
  model.off("msg:custom", hear);
  assert.equal(host.listeners.size, 0);
});

test("a form that opens another story asks the page for it, and not the host", () => {
  const host = hostModel();
  const opened = [];
  const model = new StoryModel(host, { id: "a" }, { open: (story) => opened.push(story) });
  model.send({ type: "open", question: "b" });
  assert.deepEqual([opened, host.sent], [["b"], []]);
});

test("a story that has more questions is shown again, once per listener", () => {
  const model = new StoryModel(hostModel(), { id: "a" }, { open: () => {} });
  let shown = 0;
  const listener = () => {
    shown += 1;
  };
  model.on("change:question", listener);
  model.on("change:question", listener);
  model.change({ id: "a", sections: [] });
  assert.deepEqual([shown, model.get("question")], [1, { id: "a", sections: [] }]);
  model.off("change:question", listener);
  model.change({ id: "a" });
  assert.equal(shown, 1);
});
