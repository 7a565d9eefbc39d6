import assert from "node:assert/strict";
import { test } from "node:test";

import { connectionLost } from "../../prepkit/labextension/prepkit/modules/connection_lost.js";
import { actionOf, afterAll } from "../../prepkit/labextension/prepkit/modules/keys.js";
import { isStray } from "../../prepkit/labextension/prepkit/modules/dress.js";
import { frame } from "../../prepkit/labextension/prepkit/modules/frame.js";
import { narrowWindows } from "../../prepkit/labextension/prepkit/modules/narrow_windows.js";
import { outputOf } from "../../prepkit/labextension/prepkit/modules/outputs.js";
import { ownCells, pagesOf } from "../../prepkit/labextension/prepkit/modules/own_cells.js";
import { bePatient } from "../../prepkit/labextension/prepkit/modules/patience.js";
import { quietRestarts } from "../../prepkit/labextension/prepkit/modules/quiet_restarts.js";
import { isDead, reviveAfterRestarts } from "../../prepkit/labextension/prepkit/modules/revival.js";
import { saveAlone } from "../../prepkit/labextension/prepkit/modules/save_alone.js";
import { worthSaving } from "../../prepkit/labextension/prepkit/modules/unsaved.js";

/** A signal as JupyterLab's: `connect`, `disconnect`, and `emit` for the test. */
function signal() {
  const slots = [];
  return {
    connect: (slot, self) => slots.push([slot, self]),
    disconnect(slot, self) {
      const place = slots.findIndex(([one, other]) => one === slot && other === self);
      if (place >= 0) slots.splice(place, 1);
      return place >= 0;
    },
    emit: (...values) => slots.forEach(([slot, self]) => slot.call(self, null, ...values)),
  };
}

const key = (name, more = {}) => ({ key: name, altKey: false, ctrlKey: false, metaKey: false, ...more });
const settled = () => new Promise((resolve) => setTimeout(resolve));

test("keys that write or delete are known, whatever the layout needs to write them", () => {
  assert.deepEqual(actionOf(key("a")), { put: "a" });
  assert.deepEqual(actionOf(key("Enter")), { put: "\n" });
  assert.deepEqual(actionOf(key("@", { altKey: true })), { put: "@" }); // on a Mac
  assert.deepEqual(actionOf(key("@", { altKey: true, ctrlKey: true })), { put: "@" }); // AltGr
  assert.deepEqual(actionOf(key("😀")), { put: "😀" });
  assert.deepEqual(actionOf(key("Backspace")), { remove: "Backspace" });
});

test("shortcuts, keys that move and keys of a character in the making are left alone", () => {
  for (const one of [key("s", { ctrlKey: true }), key("s", { metaKey: true }), key("ArrowLeft"), key("Tab")]) {
    assert.equal(actionOf(one), null);
  }
  assert.equal(actionOf(key("a", { isComposing: true })), null);
});

test("caught keys do to a text what they would have done in the box", () => {
  const keys = (...names) => names.map((name) => actionOf(key(name)));
  const start = { text: "The boat", from: 4, to: 4 };
  assert.deepEqual(afterAll(start, keys("b", "i", "g", " ")), { text: "The big boat", from: 8, to: 8 });
  assert.deepEqual(afterAll(start, keys("Delete", "B")), { text: "The Boat", from: 5, to: 5 });
  assert.deepEqual(afterAll({ ...start, to: 8 }, keys("a")), { text: "The a", from: 5, to: 5 });
  assert.deepEqual(afterAll({ text: "😀!", from: 2, to: 2 }, keys("Backspace")), { text: "!", from: 0, to: 0 });
  assert.deepEqual(afterAll({ text: "", from: 0, to: 0 }, keys("Backspace", "Delete")), { text: "", from: 0, to: 0 });
});

test("what a kernel sends becomes outputs; what it says of itself doesn't", () => {
  const message = (kind, content) => ({ header: { msg_type: kind }, content });
  const data = { "text/plain": "1" };
  assert.deepEqual(outputOf(message("execute_result", { data, metadata: {}, execution_count: 3 })), {
    output_type: "display_data",
    data,
    metadata: {},
  });
  assert.deepEqual(outputOf(message("stream", { name: "stdout", text: "a" })), {
    output_type: "stream",
    name: "stdout",
    text: "a",
  });
  assert.equal(outputOf(message("status", { execution_state: "idle" })), null);
});

const notebook = (changes = {}) => ({
  metadata: { kernelspec: { name: "python3" }, title: "Start" },
  cells: [
    { cell_type: "markdown", source: "# Start", metadata: {} },
    { cell_type: "code", source: "pk.show()", metadata: { trusted: true }, outputs: [], ...changes },
  ],
});

test("a page that was only run is worth no save, and one that was edited is", () => {
  const own = new Set([1]);
  const before = worthSaving(notebook(), own);
  const run = notebook({ outputs: [{ output_type: "stream" }], metadata: { execution: {} }, execution_count: 4 });
  assert.equal(worthSaving({ ...run, metadata: { ...run.metadata, kernelspec: {} } }, own), before);
  assert.notEqual(worthSaving(notebook({ source: "pk.show(1)" }), own), before);
  assert.notEqual(worthSaving(notebook({ metadata: { tags: ["mine"] } }), own), before);
  assert.notEqual(worthSaving({ ...notebook(), metadata: { title: "Mine" } }, own), before);
});

test("outputs of cells that aren't prepkit's are worth saving", () => {
  const before = worthSaving(notebook(), new Set());
  assert.notEqual(worthSaving(notebook({ outputs: [{ output_type: "stream" }] }), new Set()), before);
});

test("a dialog about a restart is shown only where the page says it in no other way", () => {
  const shown = [];
  const panel = {
    sessionContext: { statusChanged: signal() },
    _onSessionStatusChanged(session, status) {
      shown.push([this === panel, status]);
    },
  };
  panel.sessionContext.statusChanged.connect(panel._onSessionStatusChanged, panel);
  let quiet = true;
  quietRestarts(panel, () => quiet);
  panel.sessionContext.statusChanged.emit("autorestarting");
  assert.deepEqual(shown, []);
  quiet = false;
  panel.sessionContext.statusChanged.emit("autorestarting");
  assert.deepEqual(shown, [[true, "autorestarting"]]);
});

test("in a JupyterLab that shows the dialog in another way, it stays", () => {
  const shown = [];
  const renamed = { sessionContext: { statusChanged: signal() }, show: (_, status) => shown.push(status) };
  renamed.sessionContext.statusChanged.connect(renamed.show, renamed);
  quietRestarts(renamed, () => true);
  const elsewhere = { ...renamed, _onSessionStatusChanged: () => shown.push("twice") };
  quietRestarts(elsewhere, () => true); // of that name, but not what listens
  renamed.sessionContext.statusChanged.emit("autorestarting");
  assert.deepEqual(shown, ["autorestarting"]);
});

test("a page is run again once after each crash, when its kernel is ready", async () => {
  const statusChanged = signal();
  let runs = 0;
  reviveAfterRestarts({ panel: { sessionContext: { statusChanged } } }, async () => (runs += 1));
  for (const status of ["busy", "idle", "restarting", "idle"]) statusChanged.emit(status); // the user's own restart
  await settled();
  assert.equal(runs, 0);
  for (const status of ["autorestarting", "starting", "idle", "busy", "idle"]) statusChanged.emit(status);
  await settled();
  assert.equal(runs, 1);
});

test("a page whose own code ends its kernel is left alone after three times", async (context) => {
  context.mock.method(console, "warn", () => {});
  const statusChanged = signal();
  let runs = 0;
  const fails = async () => {
    runs += 1;
    throw new Error("Canceled future");
  };
  reviveAfterRestarts({ panel: { sessionContext: { statusChanged } } }, fails);
  for (let number = 0; number < 5; number += 1) {
    for (const status of ["autorestarting", "idle"]) statusChanged.emit(status);
    await settled();
  }
  assert.equal(runs, 3);
});

test("a page is saved only when no other save of it is under way", async () => {
  const events = [];
  const context = { saveState: signal(), save: async () => events.push("saved") };
  const save = saveAlone(context);
  context.saveState.emit("started");
  const saved = save();
  await settled();
  events.push("the other one ends");
  context.saveState.emit("completed");
  await saved;
  assert.deepEqual(events, ["the other one ends", "saved"]);
});

/** A page that shows one widget, in a session whose kernel knows the widgets that are named. */
function shows(widget, known) {
  const data = widget ? { "application/vnd.jupyter.widget-view+json": { model_id: widget } } : { "text/plain": "1" };
  const comms = Object.fromEntries(known.map((id) => [id, { target_name: "jupyter.widget" }]));
  const kernel = { requestCommInfo: async () => ({ content: { status: "ok", comms } }) };
  const sessionContext = { ready: Promise.resolve(), session: { kernel }, statusChanged: signal() };
  const views = []; // what stands in the place of the widget
  const drawn = [];
  const outputs = { length: 1, get: () => ({ data, toJSON: () => data }), set: (...one) => drawn.push(one) };
  const cell = { model: { outputs }, outputArea: { widgets: [{ node: { querySelectorAll: () => views } }] } };
  return { own: [cell], panel: { content: {}, disposed: signal(), sessionContext }, views, drawn, data };
}

/** A MutationObserver that says nothing of its own accord; returns what tells of a change. */
function watched(context) {
  const looks = [];
  globalThis.MutationObserver = class {
    constructor(look) {
      looks.push(look);
    }
    observe() {}
  };
  context.after(() => delete globalThis.MutationObserver);
  return async () => {
    for (const look of looks) await look();
  };
}

test("a page that is opened is run again if its kernel doesn't know what it shows", async (context) => {
  watched(context);
  const cases = [
    [shows("form", ["picker"]), 1], // its kernel was started again when nobody had the page open
    [shows("form", ["picker", "form"]), 0],
    [shows(null, []), 0],
  ];
  for (const [page, expected] of cases) {
    let runs = 0;
    await reviveAfterRestarts(page, async () => (runs += 1))();
    assert.equal(runs, expected);
  }
});

test("a widget that Jupyter has given up is drawn again, and its page run again if that is no use", async (context) => {
  const change = watched(context);
  const page = shows("form", ["form"]);
  let runs = 0;
  await reviveAfterRestarts(page, async () => (runs += 1))();
  page.views.push({ childElementCount: 3, textContent: "Error displaying widget: I wrote about this" });
  await change();
  assert.deepEqual([page.drawn, runs], [[], 0]);
  page.views.push({ childElementCount: 0, textContent: "Error displaying widget: model not found" });
  await change();
  assert.deepEqual([page.drawn, runs], [[[0, page.data]], 0]);
  for (let number = 0; number < 5; number += 1) await change();
  assert.deepEqual([page.drawn.length, runs], [1, 2]); // and not for ever
});

test("a page is run again at once if its kernel doesn't know the widget that was given up", async (context) => {
  const change = watched(context);
  const page = shows("form", ["form"]);
  const { kernel } = page.panel.sessionContext.session;
  let runs = 0;
  await reviveAfterRestarts(page, async () => (runs += 1))();
  kernel.requestCommInfo = async () => ({ content: { status: "ok", comms: {} } });
  page.views.push({ childElementCount: 0, textContent: "Error displaying widget: model not found" });
  await change();
  assert.deepEqual([page.drawn, runs], [[], 1]);
});

test("a widget has a minute to start and to answer, also if a shorter time is asked for", () => {
  const asked = [];
  const signals = { timeout: (ms) => asked.push(ms) };
  bePatient(signals);
  for (const ms of [2000, 3000, 90_000]) signals.timeout(ms);
  assert.deepEqual(asked, [60_000, 60_000, 90_000]);
});

test("a page whose widget gets no answer is run again if its kernel is idle, but not for ever", async (context) => {
  watched(context);
  const page = shows("form", ["form"]);
  let runs = 0;
  await reviveAfterRestarts(page, async () => (runs += 1))();
  const { kernel } = page.panel.sessionContext.session;
  kernel.status = "busy"; // its answer may still come
  await page.ondeaf();
  assert.equal(runs, 0);
  kernel.status = "idle";
  for (let number = 0; number < 5; number += 1) await page.ondeaf();
  assert.equal(runs, 3);
});

test("a page without a kernel is left alone", async () => {
  const page = shows("form", []);
  page.panel.sessionContext.session = null;
  assert.equal(await isDead(page), false);
});

test("a lost server is told in a dialog only where there is no form", async () => {
  const told = [];
  const lab = { IConnectionLost: "token", ConnectionLost: async (...details) => told.push(details) };
  let form = {};
  const plugin = connectionLost(lab, { querySelector: () => form });
  assert.equal(plugin.provides, "token");
  await plugin.activate()("manager", "error");
  assert.deepEqual(told, []);
  form = null;
  await plugin.activate()("manager", "error");
  assert.deepEqual(told, [["manager", "error"]]);
});

const cell = (type, source) => ({ model: { type, sharedModel: { getSource: () => source } } });

test("the server says which cells of a page are prepkit's own", async () => {
  const asked = [];
  const makeRequest = async (url, { body }) => {
    asked.push([url, JSON.parse(body)]);
    return { ok: true, json: async () => ({ copied: true, code: [2], text: [0] }) };
  };
  const cells = [cell("markdown", "# A"), cell("code", "mine"), cell("code", "pk.show()")];
  const panel = { content: { widgets: cells }, context: { path: "01-start.ipynb" } };
  const answer = await ownCells({ baseUrl: "http://lab/" }, { makeRequest })(panel);
  assert.deepEqual(answer, { isCopied: true, own: [cells[2]], texts: [cells[0]] });
  const sent = [
    { cell_type: "markdown", source: "# A" },
    { cell_type: "code", source: "mine" },
    { cell_type: "code", source: "pk.show()" },
  ];
  assert.deepEqual(asked, [["http://lab/prepkit/shipped", { path: "01-start.ipynb", cells: sent }]]);
});

test("a server that prepkit didn't start has neither pages nor cells of its own", async () => {
  const panel = { content: { widgets: [] }, context: { path: "01-start.ipynb" } };
  const connection = { makeRequest: async () => ({ ok: false }) };
  const settings = { baseUrl: "http://lab/" };
  assert.deepEqual(await ownCells(settings, connection)(panel), { isCopied: false, own: [], texts: [] });
  assert.deepEqual(await pagesOf(settings, connection), []);
});

/** JupyterLab's shell, as far as the frame around a page needs it. */
function shellOf({ isOpen, mode = "single-document" }) {
  const shown = { left: true, right: true };
  const widget = () => ({
    isHidden: false,
    setHidden(hidden) {
      this.isHidden = hidden;
    },
  });
  const top = { parent: widget() };
  const bottom = widget();
  return {
    bottom,
    leftCollapsed: !isOpen,
    mode,
    modeChanged: signal(),
    shown,
    top,
    collapseLeft() {
      this.leftCollapsed = true;
    },
    collapseRight() {},
    expandLeft() {
      this.leftCollapsed = false;
    },
    isSideTabBarVisible: (side) => shown[side],
    toggleSideTabBarVisibility: (side) => (shown[side] = !shown[side]),
    widgets: (area) => (area === "top" ? [top] : [bottom]),
  };
}

const looks = ({ bottom, leftCollapsed, shown, top }) => ({
  ...shown,
  files: !leftCollapsed,
  status: !bottom.isHidden,
  title: !top.parent.isHidden,
});

test("around a page nothing of JupyterLab is shown, and all of it again around another notebook", () => {
  for (const isOpen of [true, false]) {
    const shell = shellOf({ isOpen });
    const before = looks(shell);
    const setFrame = frame(shell);
    setFrame(false);
    assert.deepEqual(looks(shell), before);
    setFrame(true);
    assert.deepEqual(looks(shell), { left: false, right: false, files: false, status: false, title: false });
    setFrame(false);
    assert.deepEqual(looks(shell), before);
  }
});

test("a side bar that somebody opens on a page stays open on the next page", () => {
  const shell = shellOf({ isOpen: false });
  const setFrame = frame(shell);
  setFrame(true);
  shell.toggleSideTabBarVisibility("left");
  shell.expandLeft();
  setFrame(true);
  assert.deepEqual([shell.shown.left, shell.leftCollapsed], [true, false]);
});

test("side bars that JupyterLab remembers as hidden on a page are shown around another notebook", () => {
  const shell = shellOf({ isOpen: false });
  for (const side of ["left", "right"]) shell.toggleSideTabBarVisibility(side);
  frame(shell)(false);
  assert.deepEqual(shell.shown, { left: true, right: true });
});

test("a status bar that somebody has turned off stays off", () => {
  const shell = shellOf({ isOpen: false });
  shell.bottom.setHidden(true);
  const setFrame = frame(shell);
  setFrame(true);
  setFrame(false);
  assert.equal(shell.bottom.isHidden, true);
});

test("where the title's strip has the menus in it, it stays", () => {
  const shell = shellOf({ isOpen: true });
  frame(shell)(true);
  shell.mode = "multiple-document";
  shell.modeChanged.emit();
  assert.equal(shell.top.parent.isHidden, false);
});

test("a letter on a page is no command for a cell, unless it is one of the user's own or meant as a shortcut", () => {
  const target = { closest: () => null };
  const panel = (more = {}) => ({
    content: { activeCell: { hasClass: (name) => name === "prepkit-own" }, mode: "command", node: { contains: () => true }, ...more },
  });
  const pressed = (name, more) => ({ ...key(name, more), target });
  for (const name of ["d", "b", "x", "Enter", "ArrowDown"]) assert.equal(isStray(pressed(name), panel()), true);
  for (const one of [pressed("s", { ctrlKey: true }), pressed("s", { metaKey: true }), pressed("Tab")]) {
    assert.equal(isStray(one, panel()), false);
  }
  const others = [
    panel({ mode: "edit" }),
    panel({ activeCell: { hasClass: () => false } }),
    panel({ activeCell: { hasClass: () => true, rendered: false } }), // a text that is being edited
    panel({ activeCell: null }),
    panel({ node: { contains: () => false } }), // in a dialog, for example
  ];
  for (const one of others) assert.equal(isStray(pressed("d"), one), false);
  const inOutput = { ...key("d"), target: { closest: () => ({}) } };
  assert.equal(isStray(inOutput, panel()), false);
});

test("the list of files is folded once, and only beside a page of the workbook in a narrow window", () => {
  const folded = [];
  const shell = {
    currentChanged: signal(),
    currentWidget: "mine",
    collapseLeft: () => folded.push("left"),
    collapseRight: () => folded.push("right"),
  };
  const narrow = Object.assign(new EventTarget(), { matches: false });
  const look = narrowWindows(shell, (panel) => panel === "01-start", { matchMedia: () => narrow });
  const show = (panel) => {
    shell.currentWidget = panel;
    shell.currentChanged.emit();
  };
  const resize = (matches) => {
    narrow.matches = matches;
    narrow.dispatchEvent(new Event("change"));
  };
  show("01-start");
  show("mine");
  resize(true);
  assert.deepEqual(folded, []);
  show("01-start");
  look(); // nothing else has come to the front
  assert.deepEqual(folded, ["left", "right"]);
  resize(false);
  resize(true);
  assert.equal(folded.length, 4);
});
