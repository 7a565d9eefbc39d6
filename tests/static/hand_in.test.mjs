import assert from "node:assert/strict";
import { test } from "node:test";

import { carriedIn, carriedOnDisk, distinct, MIME, ofStudent, putInto, withTyped } from "../../prepkit/static/hand_in/notebook.js";

const NOW = "2026-12-01T10:00:00.000Z";
const version = (revision, text) => ({ revision, saved_at: "2026-12-01T09:00:00+00:00", origin: "form", text });
const answers = (...texts) => ({
  format: "prepkit-answers",
  version: 1,
  answers: { "craft/01": { task: texts.map((text, index) => version(index + 1, text)) } },
  reviews: [],
});
const field = (text, more = {}) => ({
  question: "craft/01",
  name: "task",
  text,
  dirty: true,
  revision: 1,
  savedAt: "2026-12-01T09:30:00+00:00",
  ...more,
});
const texts = (document) => document.answers["craft/01"].task.map(({ text }) => text);
const output = (data, owner) => ({ data: { [MIME]: data }, metadata: { prepkit: { student_id: owner } } });

test("answers are found in the metadata and in outputs, each once", () => {
  const notebook = {
    metadata: { prepkit: { student_id: "ada", answers: answers("One") } },
    cells: [
      { source: "text" },
      { outputs: [{ data: { "text/plain": "x" } }, { text: "printed" }, output(answers("One"), "ada")] },
      { outputs: [output(answers("Of Ben"), "ben")] },
    ],
  };
  assert.deepEqual(carriedIn(notebook), [
    { student_id: "ada", answers: answers("One") },
    { student_id: "ben", answers: answers("Of Ben") },
  ]);
  assert.deepEqual(ofStudent(carriedIn(notebook), "ben"), answers("Of Ben"));
  assert.equal(ofStudent(carriedIn(notebook), "cem"), undefined);
});

test("a notebook that carries nothing, or is damaged, is no error", () => {
  for (const notebook of [{}, { metadata: {} }, { metadata: { prepkit: 5 }, cells: [{}] }]) {
    assert.deepEqual(carriedIn(notebook), []);
  }
});

test("values that are the same are one, whatever their order of names", () => {
  assert.deepEqual(distinct([{ a: 1, b: [1] }, { b: [1], a: 1 }, { a: 1 }, null, null]), [{ a: 1, b: [1] }, { a: 1 }, null]);
});

test("a reply to a comment stands beside the answers", () => {
  const reply = field("Six weeks.", { name: "c1", kind: "reply" });
  const typed = withTyped(answers("One"), [reply], NOW);
  assert.deepEqual(typed.answers, answers("One").answers);
  assert.equal(typed.version, 2);
  assert.deepEqual(typed.texts, {
    reply: { "craft/01": { c1: [{ revision: 1, saved_at: NOW, origin: "form", text: "Six weeks." }] } },
  });
  assert.deepEqual(withTyped(typed, [reply], NOW), typed);
  assert.deepEqual(withTyped(answers("One"), [{ ...reply, text: "" }], NOW), answers("One"));
});

test("words in a box that wait to be stored come after the stored ones, with the present date", () => {
  const known = answers("One");
  const typed = withTyped(known, [field("One, two")], NOW);
  assert.deepEqual(typed.answers["craft/01"].task, [
    version(1, "One"),
    { revision: 2, saved_at: NOW, origin: "form", text: "One, two" },
  ]);
  assert.deepEqual(texts(known), ["One"]);
});

test("words that were stored a moment ago come with the date and number that they have there", () => {
  const typed = withTyped(answers("One"), [field("One, two", { dirty: false, revision: 7 })], NOW);
  const { revision, saved_at } = typed.answers["craft/01"].task.at(-1);
  assert.deepEqual([revision, saved_at], [7, "2026-12-01T09:30:00+00:00"]);
});

test("a box that shows an older text than the notebook has adds nothing", () => {
  const known = answers("One", "Two");
  assert.deepEqual(withTyped(known, [field("One", { dirty: false, revision: 1 })], NOW), known);
  assert.deepEqual(withTyped(known, [field("Two", { dirty: true, revision: 1 })], NOW), known);
});

test("a text that was deleted a moment ago is deleted in the notebook too", () => {
  assert.deepEqual(texts(withTyped(answers("One"), [field("")], NOW)), ["One", ""]);
});

test("the first words of a notebook are carried before anything is stored", () => {
  const typed = withTyped(undefined, [field("First", { revision: null })], NOW);
  assert.deepEqual(typed, {
    format: "prepkit-answers",
    version: 1,
    answers: { "craft/01": { task: [{ revision: 1, saved_at: NOW, origin: "form", text: "First" }] } },
    reviews: [],
  });
  assert.deepEqual(withTyped(undefined, [field("", { dirty: false, revision: 0 })], NOW).answers, {});
});

// An open notebook, as JupyterLab gives it to a widget.
const open = (metadata, ...outputs) => {
  const list = outputs.map((stored) => ({ metadata: stored.metadata ?? {}, toJSON: () => stored }));
  const cell = { outputs: { length: list.length, get: (number) => list[number], set: (number, stored) => (outputs[number] = stored) } };
  return {
    outputs,
    metadata,
    model: {
      getMetadata: (key) => metadata[key],
      setMetadata: (key, value) => (metadata[key] = value),
      cells: { length: 2, get: (place) => [{}, cell][place] },
    },
  };
};

test("answers are put into the metadata, where the rest stays, and into the output of this hand-in", () => {
  const mine = { metadata: { prepkit: { hand_in: "h1" } }, data: { "text/plain": "old", "text/html": "kept" } };
  const other = { metadata: { prepkit: { hand_in: "h0" } }, data: { "text/plain": "other" } };
  const notebook = open({ prepkit: { student_id: "ada", signature: "s" } }, other, mine);
  assert.equal(putInto(notebook, { name: "h1", student: "ada" }, { "text/plain": "new", [MIME]: answers("One") }), true);
  assert.deepEqual(notebook.metadata.prepkit, { student_id: "ada", signature: "s", answers: answers("One") });
  assert.deepEqual(notebook.outputs[1].data, { "text/plain": "new", "text/html": "kept", [MIME]: answers("One") });
  assert.deepEqual(notebook.outputs[0], other);
});

test("nothing is put into the metadata of another student's notebook", () => {
  const notebook = open({ prepkit: { student_id: "ben", answers: answers("Of Ben") } });
  assert.equal(putInto(notebook, { name: "h1", student: "ada" }, { [MIME]: answers("Of Ada") }), false);
  assert.deepEqual(notebook.metadata.prepkit.answers, answers("Of Ben"));
});

// What the server answers, one after the other: a notebook, a status, or nothing at all.
const serve = (t, ...given) => {
  const asked = [];
  t.mock.method(globalThis, "fetch", async (address) => {
    asked.push(address);
    const next = given.shift();
    if (next === undefined) throw new TypeError("no connection");
    return { ok: typeof next === "object", status: next, json: async () => next };
  });
  return asked;
};
const onDisk = { localPath: "a b.ipynb", urlResolver: { getDownloadUrl: async (path) => `/files/${path}` } };
const saved = { metadata: { prepkit: { student_id: "ada", answers: answers("On the disk") } }, cells: [] };
const pause = async () => {};

test("the file of the open notebook is read, again if there was no answer", async (t) => {
  const asked = serve(t, undefined, 503, saved);
  assert.deepEqual(texts((await carriedOnDisk(onDisk, pause))[0].answers), ["On the disk"]);
  assert.deepEqual(asked, Array(3).fill("/files/a b.ipynb"));
});

test("a notebook that was never saved, and a program without files, carry nothing on the disk", async (t) => {
  const asked = serve(t, 404);
  assert.deepEqual(await carriedOnDisk(onDisk, pause), []);
  assert.equal(asked.length, 1);
  assert.deepEqual(await carriedOnDisk({}, pause), []);
});
