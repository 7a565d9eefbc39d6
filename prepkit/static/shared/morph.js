// Makes a part of the page like a fresh one, and touches only what differs: whatever has the focus keeps it,
// what was unfolded stays so, and nothing scrolls. The parts have no listeners of their own.

const KEPT = ["open", "data-lm-suppress-shortcuts"]; // set by the reader, and by shared/keys.js

const keyOf = (node) => node.dataset?.key;

const isAlike = (one, other) => one.nodeName === other.nodeName && keyOf(one) === keyOf(other);

const morphAttributes = (old, fresh) => {
  for (const { name } of [...old.attributes]) {
    if (!fresh.hasAttribute(name) && !KEPT.includes(name)) old.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  if (old.matches("input[type=checkbox]")) old.checked = fresh.checked;
};

const morphChildren = (old, fresh) => {
  const left = [...old.childNodes];
  let place = old.firstChild;
  for (const child of [...fresh.childNodes]) {
    const at = left.findIndex((one) => isAlike(one, child));
    const [found] = at < 0 ? [child] : left.splice(at, 1);
    if (found !== child) change(found, child);
    if (found === place) place = place.nextSibling;
    else old.insertBefore(found, place);
  }
  for (const one of left) one.remove();
};

const change = (old, fresh) => {
  if (old.nodeType === Node.TEXT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data;
    return;
  }
  morphAttributes(old, fresh);
  morphChildren(old, fresh);
};

// What had the focus has it afterwards. If it is gone, the heading of its section has.
export const morph = (old, fresh) => {
  const focused = old.ownerDocument.activeElement;
  const section = old.contains(focused) ? focused.closest("section") : null;
  change(old, fresh);
  if (!section || old.ownerDocument.activeElement === focused) return;
  const next = focused.isConnected ? focused : (section.isConnected ? section : old).querySelector("h2, h3");
  next?.focus({ preventScroll: true });
};
