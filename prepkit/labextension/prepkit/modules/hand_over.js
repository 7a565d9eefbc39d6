// Something on a page is replaced while somebody types in it. What has the focus gets it again, and the
// keys that are pressed in the meantime are caught and given back.

import { actionOf, afterAll } from "./keys.js";

const PATIENCE = 10000; // ms that a new box may take to get ready
const PAUSE = 25; // ms between two looks

const isText = (node) => node?.matches("textarea, input:not([type]), input[type=text], input[type=search]") ?? false;

// Whether a key there has a meaning of its own.
const takesKeys = (node) => node.matches?.("input, textarea, select, [contenteditable=true]") ?? false;

// What stays the same about a control when it is drawn anew.
const likeness = (node) =>
  JSON.stringify([
    node.tagName,
    node.dataset.field ?? node.getAttribute("aria-label"),
    node.closest(".pk-form")?.querySelector(".pk-question")?.textContent,
    isText(node) || node.tagName === "SELECT" ? null : node.textContent,
  ]);

const alike = (root, node) => {
  const kind = likeness(node);
  return [...root.querySelectorAll(node.tagName)].filter((other) => likeness(other) === kind);
};

// Whether what is typed into a box is stored, so that it is shown again.
const isKept = (node) => node.dataset.field !== undefined || (isText(node) && node.closest(".pk-job, .pk-debrief") !== null);

// Whether such a box shows the text again that was in it; other controls are ready at once. A box may also be
// disabled by what it is in.
const isReady = (node, text) => !node.matches(":disabled") && !node.readOnly && (!isKept(node) || node.value === text);

const later = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// Returns the new control that is like an old one, once it is ready; null if that doesn't happen.
const successor = async (root, old, place, text) => {
  for (const end = Date.now() + PATIENCE; Date.now() < end; await later(PAUSE)) {
    const node = alike(root, old)[place];
    if (node && node !== old && isReady(node, text)) return node;
  }
  return null;
};

// A character that is being composed from several keys would be lost with its box.
const composed = (node) =>
  new Promise((resolve) => {
    let timer;
    const done = () => {
      node.removeEventListener("compositionupdate", wait);
      node.removeEventListener("compositionend", done);
      resolve();
    };
    const wait = () => clearTimeout(timer);
    node.addEventListener("compositionupdate", wait);
    node.addEventListener("compositionend", done);
    timer = setTimeout(done, 2 * PAUSE); // nothing is being composed
  });

// Catches the keys that nothing else on the page takes, until `stop` is called.
const catchKeys = (actions) => {
  const caught = (event) => {
    const action = takesKeys(event.target) ? null : actionOf(event);
    if (!action) return;
    actions.push(action);
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  window.addEventListener("keydown", caught, true);
  return () => window.removeEventListener("keydown", caught, true);
};

const give = (box, selected, actions) => {
  const { text, from, to } = afterAll({ text: box.value, ...selected }, actions);
  box.value = text;
  box.setSelectionRange(from, to);
  box.dispatchEvent(new InputEvent("input", { bubbles: true }));
};

// Calls `swap`, which replaces what is in `root`.
export const handOver = async (root, swap) => {
  let old = document.activeElement;
  if (!root.contains(old) || !alike(root, old).includes(old)) return swap();
  if (isText(old)) await composed(old);
  if (document.activeElement !== old) return swap(); // somebody has gone on meanwhile
  const place = alike(root, old).indexOf(old);
  const selected = isText(old) && { from: old.selectionStart, to: old.selectionEnd };
  const actions = [];
  const stop = isText(old) ? catchKeys(actions) : () => {};
  let next = null;
  try {
    swap();
    next = await successor(root, old, place, old.value);
  } finally {
    stop();
  }
  if (next && !takesKeys(document.activeElement)) next.focus({ preventScroll: true });
  if (selected && next) give(next, selected, actions);
  // The old box has left the page, but its form still keeps a draft of what is put into it.
  else if (selected && actions.length > 0) give(old, selected, actions);
};
