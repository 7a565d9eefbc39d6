import assert from "node:assert/strict";
import { after, beforeEach, test } from "node:test";

import { Form } from "../../prepkit/static/form/form.js";
import { onChange, tellChange } from "../../prepkit/static/shared/changes.js";

const opened = [];

// A window of its own: what another window of the same browser has.
const newWindow = () => {
  const made = new EventTarget();
  globalThis.window = made;
  return made;
};

const RealChannel = BroadcastChannel;
beforeEach(() => {
  globalThis.BroadcastChannel = class extends RealChannel {
    constructor(name) {
      super(name);
      opened.push(this);
    }
  };
});
after(() => opened.forEach((channel) => channel.close())); // Node would wait for them

const SAVED = { kind: "answer", subject: "craft/01" };

test("everybody in the window is told once, until they stop listening", () => {
  newWindow();
  const heard = [];
  const stop = onChange((what) => heard.push(["one", what]));
  onChange((what) => heard.push(["two", what]));
  tellChange(SAVED);
  stop();
  tellChange({ kind: "review", subject: "craft/02" });
  assert.deepEqual(heard, [
    ["one", SAVED],
    ["two", SAVED],
    ["two", { kind: "review", subject: "craft/02" }],
  ]);
});

test("another window is told as well, and nobody twice, though each widget has a copy of the module", async () => {
  const here = newWindow();
  const copy = await import("../../prepkit/static/shared/changes.js?copy");
  const heard = [];
  onChange((what) => heard.push(["here", what]));
  copy.onChange((what) => heard.push(["here, in another widget", what]));
  newWindow();
  const arrived = new Promise((resolve) => {
    onChange((what) => {
      heard.push(["there", what]);
      resolve();
    });
  });
  globalThis.window = here;
  copy.tellChange(SAVED);
  await arrived;
  await new Promise((resolve) => setTimeout(resolve, 50)); // whatever comes late
  assert.deepEqual(heard, [
    ["here", SAVED],
    ["here, in another widget", SAVED],
    ["there", SAVED],
  ]);
});

test("without channels the own window is told", () => {
  globalThis.BroadcastChannel = class {
    constructor() {
      throw new DOMException("not here", "SecurityError");
    }
  };
  newWindow();
  const heard = [];
  onChange((what) => heard.push(what));
  tellChange(SAVED);
  assert.deepEqual(heard, [SAVED]);
});

test("a form tells of an answer and of a rating when the host has stored it, and of nothing else", () => {
  newWindow();
  const heard = [];
  onChange((what) => heard.push(what));
  const question = { id: "craft/01", category: "Craft", number: 1 };
  const state = { question, workbook: "mine" };
  const view = { id: "me", flights: new Map(), others: { receive: () => {} } };
  const form = new Form({ get: (name) => state[name] }, null, view);
  const answer = { view: "me", question: "craft/01", field: "task", message: "", revisions: [] };
  for (const type of ["error", "comebacks", "reviewed"]) form.receive({ ...answer, type });
  assert.deepEqual(heard, [{ kind: "review", subject: "craft/01" }]);
  // An answer that is on the screen no more, and one that another window has saved.
  form.receive({ ...answer, type: "saved", question: "craft/02" });
  form.receive({ ...answer, type: "saved", view: "another" });
  assert.deepEqual(heard.slice(1), [{ kind: "answer", subject: "craft/02" }]);
});
