// A notebook listens to keys, too: "x" on a focused button would cut the cell.
export const keepKeys = (node) => node.addEventListener("keydown", (event) => event.stopPropagation());
