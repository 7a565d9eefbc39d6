// The forms that are open in this window. The script of each widget is loaded on its own, so they know of
// each other only by what stands here: {view, workbook, question, fields, flush}.

const NAME = Symbol.for("prepkit.forms");

export const openForms = () => {
  globalThis[NAME] ??= new Set();
  return globalThis[NAME];
};

// Saves what was typed into the forms of this window, and resolves to whether all of it is stored. Whoever
// saves a notebook that carries answers waits for this first, or the last characters are missing in it.
export const flushForms = async () => {
  const stored = await Promise.all([...openForms()].map((form) => form.flush()));
  return stored.every(Boolean);
};
