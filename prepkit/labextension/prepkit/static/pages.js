// The pages of the workbook: the notebooks that `prepkit lab` copied, as long as their code is as it was
// copied. The server says which code cells these are (prepkit/workbook/shipped.py), because what a
// notebook says about itself could be written by anybody.

import { narrowWindows } from "./narrow_windows.js";
import { ownCells } from "./own_cells.js";
import { quietRestarts } from "./quiet_restarts.js";
import { reviveAfterRestarts } from "./revival.js";
import { saveAlone } from "./save_alone.js";
import { keepUnsavedTrue } from "./unsaved.js";

const activate = ({ serviceManager }, tracker, shell, { ServerConnection }) => {
  const ask = ownCells(serviceManager.serverSettings, ServerConnection);
  const pages = new Map();
  const isOurs = (panel) => (pages.get(panel)?.own.length ?? 0) > 0;
  const arrange = shell ? narrowWindows(shell, isOurs) : () => {};

  const follow = async (panel) => {
    const save = saveAlone(panel.context);
    const page = { panel, save, own: [], ask: async () => (page.own = await ask(panel)) };
    pages.set(panel, page);
    panel.disposed.connect(() => pages.delete(panel));
    // Before anything is waited for: a kernel may die at any time.
    quietRestarts(panel, () => isOurs(panel) || panel.node.querySelector(".pk-form") !== null);
    reviveAfterRestarts(page);
    await panel.context.ready;
    await keepUnsavedTrue(page);
    arrange();
  };

  const take = (panel) => follow(panel).catch((error) => console.warn("prepkit:", error));
  tracker.forEach(take);
  tracker.widgetAdded.connect((_, panel) => take(panel));
};

export const pages = ({ INotebookTracker }, { ILabShell }, services) => ({
  id: "prepkit:pages",
  description: "Pages of the workbook come back after a crash, and are unsaved only when they were changed.",
  autoStart: true,
  requires: [INotebookTracker],
  optional: [ILabShell],
  activate: (app, tracker, shell) => activate(app, tracker, shell, services),
});
