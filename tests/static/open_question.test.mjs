import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import {
  linkQuestions,
  openQuestion,
  pathBeside,
  takeQuestions,
  takeWaiting,
} from "../../prepkit/static/shared/open_question.js";

const ID = "people/01";

// The few things of a page that opening a question needs. `opened` has the paths that Jupyter is asked for.
let opened;
const body = { dataset: {} };
const ownerDocument = { body };
const nodeIn = (panel) => ({
  ownerDocument,
  closest: () => panel,
  after: (link) => {
    link.click = () => opened.push(JSON.parse(link.attributes["data-commandlinker-args"]).path);
  },
});

beforeEach(() => {
  opened = [];
  const kept = new Map();
  globalThis.window = new EventTarget();
  globalThis.location = { pathname: "/lab/tree/01-start.ipynb" };
  globalThis.document = {
    createElement: () => ({
      attributes: {},
      setAttribute(name, value) {
        this.attributes[name] = value;
      },
      append: () => {},
      remove: () => {},
    }),
  };
  globalThis.sessionStorage = {
    getItem: (name) => kept.get(name) ?? null,
    setItem: (name, value) => kept.set(name, value),
    removeItem: (name) => kept.delete(name),
  };
});

test("a form on the same page takes the question, and no other page opens", () => {
  const panel = {};
  const taken = [];
  takeQuestions(nodeIn(panel), (question) => taken.push(question));
  openQuestion(ID, nodeIn(panel));
  assert.deepEqual([taken, opened, takeWaiting()], [[ID], [], null]);
});

test("of two forms on one page, one takes the question", () => {
  const panel = {};
  const taken = [];
  for (const name of ["first", "second"]) takeQuestions(nodeIn(panel), () => taken.push(name));
  openQuestion(ID, nodeIn(panel));
  assert.deepEqual(taken, ["first"]);
});

test("without a form on the same page, the page for writing opens, and the question waits for it once", () => {
  const stop = takeQuestions(nodeIn({}), assert.fail);
  openQuestion(ID, nodeIn({}));
  stop();
  assert.deepEqual([opened, takeWaiting(), takeWaiting()], [["02-answer.ipynb"], ID, null]);
});

test("a form that is gone takes nothing", () => {
  const panel = {};
  takeQuestions(nodeIn(panel), assert.fail)();
  openQuestion(ID, nodeIn(panel));
  assert.equal(takeWaiting(), ID);
});

test("where the browser stores nothing, the page for writing opens all the same", () => {
  globalThis.sessionStorage = undefined;
  openQuestion(ID, nodeIn({}));
  assert.deepEqual([opened, takeWaiting()], [["02-answer.ipynb"], null]);
});

test("the page for writing stands beside the page that was clicked, in every address of Jupyter's", () => {
  const addresses = [
    "/lab",
    "/lab/tree/01-start.ipynb",
    "/lab/tree/interview%20work/01-start.ipynb",
    "/hub/user/me/lab/workspaces/auto-x/tree/a/b/01-start.ipynb",
    "/doc/tree/a/01-start.ipynb",
    "/notebooks/a/01-start.ipynb",
  ];
  assert.deepEqual(
    addresses.map((address) => pathBeside(address, "p")),
    ["p", "p", "interview work/p", "a/b/p", "a/p", "a/p"],
  );
});

// A table with one link, in a panel of Jupyter's or on any other page.
const table = (panel) => {
  const link = { attributes: {}, dataset: { question: ID }, setAttribute: (name, value) => (link.attributes[name] = value) };
  Object.assign(link, nodeIn(panel));
  link.closest = (selector) => (selector === "a.pk-open" ? link : panel);
  const root = { ...nodeIn(panel), querySelectorAll: () => [link] };
  root.addEventListener = (_, listener) => (root.onclick = listener);
  linkQuestions(root);
  const click = (keys) => {
    const event = { target: link, detail: 1, prevented: false, stopPropagation: () => {}, ...keys };
    event.preventDefault = () => (event.prevented = true);
    root.onclick(event);
    return event.prevented;
  };
  return { link, root, click };
};

test("in a notebook, the questions of a table are links that open them", () => {
  const { link, click } = table({});
  assert.equal(link.attributes.href, "02-answer.ipynb");
  assert.equal(click({}), true);
  assert.equal(takeWaiting(), ID);
});

test("a click for another window is left to the browser, and a key that runs cells does nothing", () => {
  const { click } = table({});
  assert.equal(click({ ctrlKey: true }), false);
  assert.equal(click({ shiftKey: true, detail: 0 }), true);
  assert.deepEqual([opened, takeWaiting()], [[], null]);
});

test("on a page that is no live notebook, they stay plain text", () => {
  const { link, root } = table(null);
  assert.deepEqual([link.attributes, root.onclick], [{}, undefined]);
});

test("links that were added later open once, too", () => {
  const { link, root, click } = table({});
  const first = root.onclick;
  const later = { attributes: {}, setAttribute: (name, value) => (later.attributes[name] = value) };
  root.querySelectorAll = () => [link, later];
  linkQuestions(root);
  assert.deepEqual([later.attributes.href, root.onclick], ["02-answer.ipynb", first]);
  assert.equal(click({}), true);
});
