// A notebook has keys of its own: "x" on a focused button would cut the cell, and ArrowDown leave it.
//
// JupyterLab hears of a key when it bubbles up, but Notebook 7 before its target does. Both leave a key
// alone if its target has the attribute SUPPRESS; on what is around the target it isn't enough.

const SUPPRESS = "data-lm-suppress-shortcuts";
const MARK = "data-prepkit-keys"; // on a part of the page: "all" of its keys are hidden, or all "but-save"

// Whether a key stands for a letter of the Latin alphabet. A keyboard for another script has no such
// letters: there, and only there, the place of the key says which letter was meant.
export const isLetter = ({ key, code }, letter) => {
  const isOfOtherScript = /^[^\p{ASCII}\p{Script=Latin}]$/u.test(key);
  return isOfOtherScript ? code === `Key${letter.toUpperCase()}` : key.toLowerCase() === letter;
};

// Whether a key asks to save: Ctrl or Cmd with S.
const isSave = (event) => (event.ctrlKey || event.metaKey) && !event.altKey && isLetter(event, "s");

// Before anybody else hears of a key.
const decide = (event) => {
  const which = event.target.closest?.(`[${MARK}]`)?.getAttribute(MARK);
  if (which) event.target.toggleAttribute(SUPPRESS, which === "all" || !isSave(event));
};

// Hides the keys of a part of the page from Jupyter's shortcuts.
export const hideKeys = (node, which) => {
  node.setAttribute(MARK, which);
  // Once for all parts of the page, though each output has a copy of this module.
  const page = node.ownerDocument.defaultView;
  if (page.prepkitHidesKeys) return;
  page.prepkitHidesKeys = true;
  page.addEventListener("keydown", decide, true);
};

// Keeps the keys of a part of the page from its host, except for the one that saves: without it, the
// browser would offer to save the page as a file.
export const keepKeys = (node) => {
  hideKeys(node, "but-save");
  node.addEventListener("keydown", (event) => {
    if (!isSave(event)) event.stopPropagation();
  });
};
