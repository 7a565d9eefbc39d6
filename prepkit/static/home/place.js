// Where the reader was in a list: how far it was scrolled, and which control had been pressed.

const scrollerOf = (node) => {
  for (let one = node.parentElement; one; one = one.parentElement) {
    if (/auto|scroll/.test(getComputedStyle(one).overflowY) && one.scrollHeight > one.clientHeight) return one;
  }
  return node.ownerDocument.scrollingElement;
};

export const placeOf = (root) => {
  let top = 0;
  let key = null;
  return {
    keep(pressed) {
      top = scrollerOf(root).scrollTop;
      key = pressed;
    },
    toTop() {
      root.scrollIntoView({ block: "start" });
    },
    restore() {
      scrollerOf(root).scrollTop = top;
      const control = key && root.querySelector(`[data-key="${CSS.escape(key)}"]`);
      const next = control?.checkVisibility() ? control : root.querySelector("h3");
      next?.focus({ preventScroll: true });
    },
  };
};
