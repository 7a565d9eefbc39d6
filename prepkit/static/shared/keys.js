// A notebook has keys of its own: "x" on a focused button would cut the cell.
export const keepKeys = (node) => node.addEventListener("keydown", (event) => event.stopPropagation());
