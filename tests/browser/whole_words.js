// Finds text that can't be read in a component: see whole_words.py.
(root) => {
  const faults = [];
  const tell = (what, node) => faults.push(`${what} (${[node.localName, ...node.classList].join(".")})`);

  // What only screen readers get is one pixel wide, or clipped away.
  const isUnseen = (node) => {
    for (let each = node; each; each = each.parentElement) {
      const { position, clipPath } = getComputedStyle(each);
      if (position === "absolute" && clipPath.startsWith("inset(")) return true;
      if (each === root) return false;
    }
    return false;
  };
  const isShown = (node) => node.checkVisibility({ visibilityProperty: true }) && !isUnseen(node);
  const isBox = (node) => !["inline", "contents"].includes(getComputedStyle(node).display);
  const scrolls = (node) => ["auto", "scroll"].includes(getComputedStyle(node).overflowX);

  // The box that a text has to stay in: the nearest one that isn't part of a line.
  const boxOf = (node) => (node === root || isBox(node) ? node : boxOf(node.parentElement));

  const checkWord = (word, rects, parent) => {
    const lines = new Set(rects.map(({ top }) => Math.round(top)));
    if (lines.size > 1) tell(`“${word}” is broken into ${lines.size} lines`, parent);
    const left = Math.min(...rects.map((rect) => rect.left));
    const right = Math.max(...rects.map((rect) => rect.right));
    for (let box = boxOf(parent); box && !scrolls(box); box = box === root ? null : boxOf(box.parentElement)) {
      const edges = box.getBoundingClientRect();
      if (right > edges.right + 1 || left < edges.left - 1) {
        tell(`“${word}” sticks out`, box);
        return;
      }
    }
  };

  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    const parent = text.parentElement;
    if (parent.closest("script, style, option, textarea") || !isShown(parent)) continue;
    // A line may end after a hyphen, a dash, a slash and some other characters.
    for (const { 0: word, index } of text.data.matchAll(/[^\s\-–—/?…·]+/g)) {
      range.setStart(text, index);
      range.setEnd(text, index + word.length);
      const rects = [...range.getClientRects()].filter(({ width }) => width > 0);
      if (rects.length) checkWord(word, rects, parent);
    }
  }

  const hides = (overflow) => ["hidden", "clip"].includes(overflow);
  for (const node of [root, ...root.querySelectorAll("*")]) {
    if (node.matches("textarea, select") || !node.textContent.trim() || !isBox(node) || !isShown(node)) continue;
    const { overflowX, overflowY } = getComputedStyle(node);
    if (hides(overflowX) && node.scrollWidth > node.clientWidth + 1) tell("cut at the side", node);
    if (hides(overflowY) && node.scrollHeight > node.clientHeight + 1) tell("cut below", node);
  }
  const { left, right } = root.getBoundingClientRect();
  if (left < 0 || right > document.documentElement.clientWidth + 1) tell("wider than the window", root);
  return [...new Set(faults)];
};
