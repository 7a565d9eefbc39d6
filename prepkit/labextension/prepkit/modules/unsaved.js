// JupyterLab calls a notebook unsaved as soon as it was run. A page of the workbook is run whenever it is
// opened, and what it shows is made anew then. So it is unsaved only if its text or code was changed, or
// if a cell that isn't prepkit's has another output.

// What Jupyter itself writes into a notebook when it is run.
const OF_JUPYTER = new Set(["execution", "kernelspec", "language_info", "trusted", "widgets"]);

const withoutJupyters = (metadata) =>
  Object.fromEntries(Object.entries(metadata ?? {}).filter(([name]) => !OF_JUPYTER.has(name)));

// All of a notebook that is worth saving, as a text to compare. `own` are the places of prepkit's cells.
export const worthSaving = ({ cells, metadata }, own) =>
  JSON.stringify([
    withoutJupyters(metadata),
    cells.map(({ attachments, cell_type, metadata, outputs, source }, place) => [
      cell_type,
      source,
      attachments ?? {},
      withoutJupyters(metadata),
      own.has(place) ? [] : (outputs ?? []),
    ]),
  ]);

export const keepUnsavedTrue = async (page) => {
  const { panel } = page;
  const { context, model } = panel;
  let file = null; // the notebook as it was saved last
  let saving = null;
  const look = () => {
    if (panel.isDisposed || !model.dirty || !page.isCopied) return;
    const places = new Set(page.own.map((cell) => panel.content.widgets.indexOf(cell)));
    if (worthSaving(model.toJSON(), places) === worthSaving(file, places)) model.dirty = false;
  };
  context.saveState.connect((_, state) => {
    // Taken before the save, so that an edit in the meantime still counts as unsaved.
    if (state === "started") saving = model.toJSON();
    else if (state === "completed") {
      file = saving;
      page.ask().catch(() => {}); // code may have been changed; without a server, it is asked at the next save
    }
  });
  model.stateChanged.connect((_, { name, newValue }) => {
    if (name === "dirty" && newValue) queueMicrotask(look);
  });
  file = model.toJSON();
  await page.ask();
  look();
};
