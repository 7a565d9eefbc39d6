// The pages of the workbook: the notebooks that `prepkit lab` copied, as long as their code is as it was
// copied. The server says which cells these are (prepkit/workbook/shipped.py), because what a notebook
// says about itself could be written by anybody.

import { narrowWindows } from "./narrow_windows.js";
import { ownCells, pagesOf } from "./own_cells.js";
import { quietRestarts } from "./quiet_restarts.js";
import { reviveAfterRestarts } from "./revival.js";
import { saveAlone } from "./save_alone.js";
import { keepUnsavedTrue } from "./unsaved.js";
import { workbook } from "./workbook.js";

const warn = (error) => console.warn("prepkit:", error);

// How the workbook looks; without it, JupyterLab looks as usual.
const lookOf = async (app, shell, taken, modules) => {
  const settings = app.serviceManager.serverSettings;
  const pages = shell ? await pagesOf(settings, modules.services.ServerConnection) : [];
  return pages.length > 0 ? workbook({ app, lumino: modules.lumino, pages, settings, shell, taken }) : () => {};
};

const activate = (app, tracker, shell, modules) => {
  const ask = ownCells(app.serviceManager.serverSettings, modules.services.ServerConnection);
  const taken = new Map();
  const isOurs = (panel) => (taken.get(panel)?.own.length ?? 0) > 0;
  const fold = shell ? narrowWindows(shell, (panel) => taken.get(panel)?.isCopied ?? false) : () => {};
  const look = lookOf(app, shell, taken, modules).catch((error) => (warn(error), () => {}));
  const arrange = () => look.then((arrange) => arrange()).catch(warn);

  const follow = async (panel) => {
    const page = {
      panel,
      save: saveAlone(panel.context),
      isCopied: false,
      own: [],
      texts: [],
      isAsked: false,
      ask: async () => {
        Object.assign(page, await ask(panel), { isAsked: true });
        arrange();
        return page.own;
      },
    };
    taken.set(panel, page);
    panel.disposed.connect(() => taken.delete(panel));
    // Before anything is waited for: a kernel may die at any time.
    quietRestarts(panel, () => isOurs(panel) || panel.node.querySelector(".pk-form") !== null);
    const reviveIfDead = reviveAfterRestarts(page);
    arrange();
    await panel.context.ready;
    panel.model.stateChanged.connect((_, { name }) => name === "dirty" && arrange());
    await keepUnsavedTrue(page);
    fold();
    await reviveIfDead();
  };

  window.addEventListener("prepkit:deaf", ({ detail }) => {
    for (const { ondeaf, panel } of taken.values()) if (panel.node.contains(detail.source)) ondeaf?.();
  });

  const take = (panel) => follow(panel).catch(warn);
  tracker.forEach(take);
  tracker.widgetAdded.connect((_, panel) => take(panel));
};

export const pages = (modules) => ({
  id: "prepkit:pages",
  description: "The workbook's pages: how they look, that they come back after a crash, when they are unsaved.",
  autoStart: true,
  requires: [modules.notebook.INotebookTracker],
  optional: [modules.application.ILabShell],
  activate: (app, tracker, shell) => activate(app, tracker, shell, modules),
});
