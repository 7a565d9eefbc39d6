// The pages of the workbook: the notebooks that `prepkit lab` copied, as long as their code is as it was
// copied. The server says which code cells these are (prepkit/workbook/shipped.py), because what a
// notebook says about itself could be written by anybody.

import { ownCells } from "./own_cells.js";
import { quietRestarts } from "./quiet_restarts.js";
import { reviveAfterRestarts } from "./revival.js";
import { keepUnsavedTrue } from "./unsaved.js";

const follow = async (panel, ask) => {
  const page = { panel, own: [], ask: async () => (page.own = await ask(panel)) };
  // Before anything is waited for: a kernel may die at any time.
  quietRestarts(panel, () => page.own.length > 0 || panel.node.querySelector(".pk-form") !== null);
  reviveAfterRestarts(page);
  await panel.context.ready;
  await keepUnsavedTrue(page);
};

export const pages = ({ INotebookTracker }, { ServerConnection }) => ({
  id: "prepkit:pages",
  description: "Pages of the workbook come back after a crash, and are unsaved only when they were changed.",
  autoStart: true,
  requires: [INotebookTracker],
  activate: ({ serviceManager }, tracker) => {
    const ask = ownCells(serviceManager.serverSettings, ServerConnection);
    const take = (panel) => follow(panel, ask).catch((error) => console.warn("prepkit:", error));
    tracker.forEach(take);
    tracker.widgetAdded.connect((_, panel) => take(panel));
  },
});
