// After a crash, Jupyter starts a page's kernel again, and nothing on the page knows it. So the page's own
// cells are run again, as when it was opened, and what they show takes the place of what was there. The same
// is done when a page is opened whose kernel crashed or was shut down while nobody had it open.

import { handOver } from "./hand_over.js";
import { outputOf } from "./outputs.js";

const TRIES = 3; // in a row; a page whose own code ends its kernel is left alone then

// Runs code, and returns its outputs; throws if it fails.
const run = async (kernel, code) => {
  const outputs = [];
  const future = kernel.requestExecute({ code, store_history: false, stop_on_error: true });
  future.onIOPub = (message) => {
    const output = outputOf(message);
    if (output) outputs.push(output);
  };
  const { content } = await future.done;
  if (content.status !== "ok") throw new Error(`${content.ename}: ${content.evalue}`);
  return outputs;
};

const show = (cell, outputs) => {
  // As high as before, until all is drawn: else the page would jump.
  const { node } = cell.outputArea;
  node.style.minHeight = `${node.offsetHeight}px`;
  cell.model.trusted = true; // only for prepkit's own code, whose outputs may use scripts
  cell.model.outputs.fromJSON(outputs);
};

const revive = async (page) => {
  const { panel } = page;
  const cells = await page.ask();
  const { kernel } = panel.sessionContext.session ?? {};
  if (cells.length === 0 || !kernel) return;
  await kernel.info;
  const made = [];
  for (const cell of cells) made.push([cell, await run(kernel, cell.model.sharedModel.getSource())]);
  try {
    let saved;
    await handOver(panel.content.node, () => {
      for (const [cell, outputs] of made) show(cell, outputs);
      // The file still shows what the kernel before had made, which nobody can draw any more.
      saved = page.save();
    });
    await saved;
  } finally {
    for (const cell of cells) cell.outputArea.node.style.minHeight = "";
  }
};

const VIEW = "application/vnd.jupyter.widget-view+json";

// The widgets that cells show, by the ids that their kernel gave them.
const widgetsOf = (cells) =>
  cells.flatMap(({ model: { outputs } }) =>
    Array.from({ length: outputs.length }, (_, place) => outputs.get(place).data[VIEW]?.model_id),
  );

// Whether a page shows a widget that its kernel doesn't know.
export const isDead = async ({ own, panel }) => {
  await panel.sessionContext.ready;
  const { kernel } = panel.sessionContext.session ?? {};
  const shown = widgetsOf(own).filter(Boolean);
  if (!kernel || shown.length === 0) return false;
  const { content } = await kernel.requestCommInfo({ target_name: "jupyter.widget" });
  return content.status === "ok" && shown.some((id) => !(id in content.comms));
};

const isGivenUp = (node) => node.childElementCount === 0 && node.textContent.startsWith("Error displaying widget");

// The outputs in which Jupyter has put a message in the place of a widget, each as [its list, its place there].
const givenUp = ({ own }) =>
  own.flatMap(({ model, outputArea }) =>
    outputArea.widgets.flatMap(({ node }, place) =>
      Array.from(node.querySelectorAll(".jupyter-widgets")).some(isGivenUp) ? [[model.outputs, place]] : [],
    ),
  );

// Jupyter looks for a widget for two seconds, and on a busy computer the kernel tells of it just then: what it
// gave up although the kernel has it, is only to be drawn again.
const drawAgain = (page) => {
  for (const [outputs, place] of givenUp(page)) outputs.set(place, outputs.get(place).toJSON());
};

// Draws a widget again that was given up, and calls `again` if that is no use. That is also called when a widget
// gets no answers (static/shared/hearing.js) although its kernel has nothing else to do. All at most a few times.
const watchWidgets = (page, again) => {
  let tries = 0;
  let isTrying = false;
  const attempt = async (remedy) => {
    if (isTrying || tries >= TRIES) return;
    isTrying = true;
    tries += 1;
    await remedy();
    isTrying = false;
  };
  const showAgain = async () => (tries > 1 || (await isDead(page)) ? again() : drawAgain(page));
  const look = async () => givenUp(page).length > 0 && attempt(showAgain);
  page.ondeaf = async () => page.panel.sessionContext.session?.kernel?.status === "idle" && attempt(again);
  const watch = new MutationObserver(look);
  watch.observe(page.panel.content.node, { childList: true, subtree: true });
  page.panel.disposed.connect(() => watch.disconnect());
  return look();
};

// Returns what to call once a page is there: it is run again then if its widgets are dead.
export const reviveAfterRestarts = (page, again = revive) => {
  const { panel } = page;
  let fell = false;
  let failed = 0;
  let last = Promise.resolve();
  const tryAgain = async () => {
    if (panel.isDisposed || failed >= TRIES) return;
    try {
      await again(page);
      failed = 0;
    } catch (error) {
      failed += 1; // what was on the page is still there, and the form says what to do
      console.warn("prepkit: a page could not be run again.", error);
    }
  };
  panel.sessionContext.statusChanged.connect((_, status) => {
    if (status === "autorestarting") fell = true;
    else if (status === "idle" && fell) {
      fell = false;
      last = last.then(tryAgain);
    }
  });
  return async () => {
    last = last.then(async () => {
      if (!panel.isDisposed && (await isDead(page))) await tryAgain();
    });
    await last;
    if (!panel.isDisposed) await watchWidgets(page, () => (last = last.then(tryAgain)));
  };
};
