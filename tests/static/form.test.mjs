import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { mergeTicks } from "../../prepkit/static/form/boxes.js";
import { fitOf } from "../../prepkit/static/form/meter.js";
import { hasArrived, verdictOf } from "../../prepkit/static/form/leftovers.js";
import { lostCharacters, milestones } from "../../prepkit/static/form/milestones.js";
import { Retry } from "../../prepkit/static/form/retry.js";
import { editBy } from "../../prepkit/static/form/rescue.js";
import { commandOf } from "../../prepkit/static/form/shortcuts.js";
import { statusOf } from "../../prepkit/static/form/status.js";
import { Stopwatch } from "../../prepkit/static/form/stopwatch.js";
import { timeGoal } from "../../prepkit/static/form/rehearsal.js";
import { HOST_WORDS, whatIsWrong } from "../../prepkit/static/form/host.js";
import { fingerprint } from "../../prepkit/static/shared/ids.js";

test("ticks of both windows are kept, and a point that was taken away goes", () => {
  const known = ["one", "two", "three", "four"];
  assert.equal(mergeTicks(known, "one\ntwo", "two\nthree", "one\ntwo\nfour"), "two\nthree\nfour");
});

test("a tick of a point that the question no longer has stays, after the others", () => {
  assert.equal(mergeTicks(["one", "two"], "", "two", "old\none"), "one\ntwo\nold");
});

test("a part is short, right or long beside its own number of words", () => {
  assert.deepEqual([0, 19, 20, 45, 46].map((words) => fitOf(words, [20, 45])), ["none", "low", "good", "good", "high"]);
});

test("what is lost of a text is what another took the place of", () => {
  assert.equal(lostCharacters("One two three", "One three"), 4);
  assert.equal(lostCharacters("One", "One two"), 0);
  assert.equal(lostCharacters("One", ""), 3);
});

test("texts that stood at a pause or were cut are worth showing, the current one is not", () => {
  const at = (seconds, text) => ({ text, saved_at: new Date(seconds * 1000).toISOString() });
  const long = "a text that is long enough to be missed when it goes";
  const revisions = [at(0, "a"), at(1, "a text"), at(90, "a text that"), at(91, long), at(92, "new"), at(93, "newer")];
  assert.deepEqual(milestones(revisions).map(({ text }) => text), ["a text", long]);
});

test("a stopwatch counts whole seconds, but none while it is paused", () => {
  let now = 0;
  const watch = new Stopwatch(() => now);
  watch.start();
  now = 2900;
  assert.deepEqual([watch.running, watch.seconds], [true, 2]);
  watch.stop();
  now = 60000;
  watch.start();
  now = 61000;
  assert.equal(watch.seconds, 3);
  watch.discard();
  assert.deepEqual([watch.running, watch.seconds], [true, 1]);
});

test("a host is asked again after 2, 4, 8 and then every 15 seconds, until it is heard", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  let asked = 0;
  const retry = new Retry(() => {
    asked += 1;
    retry.later();
  });
  retry.later();
  const after = (seconds) => {
    mock.timers.tick(seconds * 1000);
    return asked;
  };
  assert.deepEqual([2, 4, 8, 15, 15].map(after), [1, 2, 3, 4, 5]);
  retry.reset();
  retry.later();
  assert.equal(after(2), 6);
  mock.timers.reset();
});

test("texts are told apart by their fingerprints", () => {
  assert.notEqual(fingerprint("ab"), fingerprint("ba"));
  assert.equal(fingerprint("ab"), fingerprint("ab"));
});

// A form as its status is made from.
const formWith = (fields, more = {}) => ({
  fields,
  drafts: { failed: false },
  model: {},
  words: HOST_WORDS,
  notices: new Map(),
  loading: false,
  deaf: false,
  dead: false,
  ...more,
});

test("a form that is empty says that it saves", () => {
  const status = statusOf(formWith([{ state: "empty", savedAt: null }]));
  assert.deepEqual(status, { tone: "ok", text: "Nothing written yet. Saves as you type." });
});

test("a refused save is told before anything else, and where the text is", () => {
  const fields = [{ state: "conflict", title: "Context" }, { state: "refused", refusal: "The disk is full" }];
  assert.deepEqual(statusOf(formWith(fields)), {
    tone: "bad",
    text: "Not saved: The disk is full. Your text is safe in this browser. It will save itself as soon as it can.",
  });
  Object.assign(fields[1], { refusal: "your disk is full.", remedy: "Free some space" });
  assert.equal(
    statusOf(formWith(fields)).text,
    "Not saved: your disk is full. Your text is safe in this browser. Free some space, and it will save itself.",
  );
  assert.equal(
    statusOf(formWith(fields, { drafts: { failed: true } })).text,
    "Not saved: your disk is full. This browser has no copy either: copy your text somewhere else before you " +
      "close this page. Free some space, and it will save itself.",
  );
});

test("two versions are named by the titles of their parts", () => {
  const contested = (title, early = false) => ({ state: "conflict", title, conflict: { early } });
  const fields = [contested("Context"), { state: "saved" }, contested("Choices")];
  const said = () => statusOf(formWith(fields)).text;
  assert.equal(said(), "Context and Choices were changed in two places. Pick one below; we keep both.");
  fields.pop();
  assert.equal(said(), "Context was changed in two places. Pick one below; we keep both.");
  fields[0] = contested("Context", true);
  assert.equal(said(), "You typed in Context before your saved text had loaded. Pick one below; we keep both.");
});

test("a silent host's kernel says why, where it can", () => {
  const field = { state: "unheard", dirty: true, revision: 1 };
  const said = (kernel) => statusOf(formWith([field], { model: { widget_manager: { kernel } } })).text;
  assert.equal(
    said({ status: "busy" }),
    "Not saved yet: the workbook is busy. Your text is safe in this browser. It will save itself in a moment.",
  );
  assert.equal(
    said({ status: "idle", connectionStatus: "disconnected" }),
    "Not saved yet: there is no connection to the workbook. Your text is safe in this browser. " +
      "If you closed it, start it again; it will save itself.",
  );
  assert.equal(
    said({ status: "idle" }),
    "Not saved yet: the workbook isn't responding. Your text is safe in this browser. " +
      "If this message stays, choose Run > Run All Cells.",
  );
  assert.equal(
    said({ status: "idle", isDisposed: true }),
    "Not saved yet: the workbook has stopped or was restarted. Your text is safe in this browser. " +
      "Choose Run > Run All Cells.",
  );
});

test("without anything to save, a form says that it is disconnected", () => {
  const model = { widget_manager: { kernel: { isDisposed: true } } };
  const fields = [{ state: "saved", revision: 1 }];
  assert.equal(
    statusOf(formWith(fields, { model })).text,
    "Disconnected: the workbook has stopped or was restarted. Choose Run > Run All Cells.",
  );
});

test("a host's error is told with its remedy, where it has one", () => {
  assert.equal(whatIsWrong({ message: "Your disk is full" }), "Your disk is full.");
  assert.equal(
    whatIsWrong({ message: "your disk is full.", remedy: "Free some space" }),
    "your disk is full. Free some space.",
  );
});

test("the time to aim at comes from the word goals of the parts", () => {
  const goal = (...words) => timeGoal({ sections: [{ shape: "boxes", boxes: words.map((each) => ({ words: each })) }] });
  assert.deepEqual(goal([40, 90], [10, 50], [90, 180], [30, 90]), [75, 175]); // a past event
  assert.deepEqual(goal([45, 100], [55, 130], [30, 70]), [55, 130]); // an introduction
});

test("Ctrl+S and Cmd+S save by the letter, on every layout", () => {
  const said = (key, code, held = { ctrlKey: true }) => commandOf({ key, code, ...held });
  assert.equal(said("s", "KeyS"), "save");
  assert.equal(said("S", "KeyS", { metaKey: true }), "save"); // Caps Lock is on
  assert.equal(said("s", "Semicolon"), "save"); // Dvorak
  assert.equal(said("o", "KeyS"), null); // Dvorak
  for (const key of ["ы", "σ", "ד", "س", "े", "ㄴ"]) assert.equal(said(key, "KeyS"), "save", key);
  assert.equal(said("і", "KeyB"), null);
  assert.equal(said("ы", "KeyS", {}), null);
  assert.equal(said("s", "KeyS", { ctrlKey: true, shiftKey: true }), null); // JupyterLab's “Save as”
});

test("no key that types something on some layout is a command", () => {
  const typed = [
    ["@", "KeyL", { altKey: true }], // German, on a Mac
    ["#", "Digit3", { altKey: true }], // British, on a Mac
    ["$", "Digit4", { altKey: true }],
    ["@", "Digit2", { ctrlKey: true, altKey: true }], // AltGr, as Windows tells it
    ["ś", "KeyS", { ctrlKey: true, altKey: true }], // Polish
    ["1", "Digit1", { altKey: true }],
  ];
  for (const [key, code, held] of typed) assert.equal(commandOf({ key, code, ...held }), null, key);
});

test("Alt with Page Down or Page Up asks for the next or the previous part", () => {
  assert.equal(commandOf({ key: "PageDown", code: "PageDown", altKey: true }), "next");
  assert.equal(commandOf({ key: "PageUp", code: "Numpad9", altKey: true }), "previous");
  assert.equal(commandOf({ key: "PageDown", code: "PageDown" }), null);
  assert.equal(commandOf({ key: "PageDown", code: "PageDown", altKey: true, ctrlKey: true }), null);
});

test("a rescued key does to a text what it would have done in its box", () => {
  const after = (pressed, value, start, end = start) => {
    const edit = editBy(pressed, { value, selectionStart: start, selectionEnd: end });
    return edit && value.slice(0, edit.from) + edit.text + value.slice(edit.to);
  };
  assert.equal(after({ key: "x" }, "ab", 1), "axb");
  assert.equal(after({ key: " " }, "ab", 2), "ab ");
  assert.equal(after({ key: "Enter" }, "ab", 2), "ab\n");
  assert.equal(after({ key: "x" }, "abc", 0, 2), "xc");
  assert.equal(after({ key: "Backspace" }, "a😀b", 3), "ab");
  assert.equal(after({ key: "Backspace" }, "ab", 0), "ab");
  assert.equal(after({ key: "Delete" }, "a😀b", 1), "ab");
  assert.equal(after({ key: "Delete" }, "abc", 0, 2), "c");
  assert.equal(after({ key: "@", altKey: true }, "a", 1), "a@"); // with Option, on a Mac
  assert.equal(after({ key: "€", ctrlKey: true, altKey: true, altGraph: true }, "a", 1), "a€");
  for (const held of ["altKey", "ctrlKey", "metaKey"]) assert.equal(after({ key: "v", [held]: true }, "a", 1), null);
  for (const key of ["Escape", "Tab", "F5", "Shift", "ArrowLeft", "Dead"]) assert.equal(after({ key }, "a", 1), null, key);
});

test("a draft is dropped, taken or looked for in the history, by what is stored", () => {
  const stored = { text: "One", revision: 3 };
  assert.equal(verdictOf({ text: "One", base: 1 }, stored), "drop");
  assert.equal(verdictOf({ text: "One two", base: 3 }, stored), "take");
  assert.equal(verdictOf({ text: "One two", base: 2, sent: [fingerprint("One")] }, stored), "take");
  assert.equal(verdictOf({ text: "Two", base: 2, sent: [fingerprint("Other")] }, stored), "ask");
  assert.equal(verdictOf({ text: "Two", base: null }, stored), "ask");
  const revisions = [{ text: "Two", revision: 1 }, { text: "One", revision: 3 }];
  assert.equal(hasArrived({ text: "Two", base: 0 }, revisions), true);
  assert.equal(hasArrived({ text: "Two", base: 1 }, revisions), false);
  assert.equal(hasArrived({ text: "Two", base: null }, revisions), true);
});
