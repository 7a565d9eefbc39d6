// After a crash, Jupyter starts a page's kernel again, and nothing on the page knows it. So the page's own
// cells are run again, as when it was opened, and what they show takes the place of what was there.

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
    await handOver(panel.content.node, () => {
      for (const [cell, outputs] of made) show(cell, outputs);
    });
  } finally {
    for (const cell of cells) cell.outputArea.node.style.minHeight = "";
  }
  // The file still shows what the kernel before had made, which nobody can draw any more.
  await page.save();
};

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
};
