// Keeps the keys of the boxes of widgets that have the class prepkit-keys.
//
// The widgets in such a box are Jupyter's own, with no script of ours. One more widget in the box brings
// this script. It is drawn before it is put into the page, so it looks for the box when something in it
// is focused, which comes before any key.

import { keepKeys } from "./shared/keys.js";

export function render() {
  const kept = new WeakSet();
  const look = ({ target }) => {
    const box = target.closest?.(".prepkit-keys");
    if (!box || kept.has(box)) return;
    kept.add(box);
    keepKeys(box);
  };
  document.addEventListener("focusin", look);
  return () => document.removeEventListener("focusin", look);
}

export default { render };
