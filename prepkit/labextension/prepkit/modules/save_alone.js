// Saves a document when no other save of it is under way. JupyterLab would take the file of one that has
// just ended for somebody else's, and ask whether to overwrite it.

const PATIENCE = 10000; // ms: a save that was cancelled in a dialog doesn't tell its end
const PAUSE = 50; // ms between two looks

// Returns the function that does so; it sees the saves that begin from now on.
export const saveAlone = (context) => {
  let isSaving = false;
  context.saveState.connect((_, state) => (isSaving = state === "started"));
  return async () => {
    const latest = Date.now() + PATIENCE;
    while (isSaving && Date.now() < latest) await new Promise((resolve) => setTimeout(resolve, PAUSE));
    await context.save();
  };
};
