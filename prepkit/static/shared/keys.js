// A notebook has keys of its own: "x" on a focused button would cut the cell, and ArrowDown leave it.

// Whether a key asks to save: Ctrl or Cmd with S.
export const isSave = ({ altKey, code, ctrlKey, key, metaKey }) =>
  (ctrlKey || metaKey) && !altKey && (key.toLowerCase() === "s" || code === "KeyS");

// Keeps the keys of a part of the page from the notebook, except for the one that saves: without it, the
// browser would offer to save the page as a file.
export const keepKeys = (node) =>
  node.addEventListener("keydown", (event) => {
    if (!isSave(event)) event.stopPropagation();
  });
