// The keys of the page for rating. Single characters, so they work only while the focus is on the page, and never
// in a box that somebody types in. Pure.

import { isLetter } from "../shared/keys.js";

const LETTERS = { c: "comment", n: "next", b: "previous" };

// The digit of a key, also on keyboards with digits of another script.
const digitOf = ({ key, code = "" }) => {
  if (/^\d$/.test(key)) return Number(key);
  const found = /^\p{Nd}$/u.test(key) && /^(?:Digit|Numpad)(\d)$/.exec(code);
  return found ? Number(found[1]) : null;
};

// What a key asks for: {score} (0 takes a score back), {name}, or null.
export const commandOf = (event, isTyping) => {
  const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
  if (ctrlKey || metaKey || altKey || isTyping) return null;
  const digit = digitOf(event); // on a French keyboard, with the shift key
  if (digit !== null) return digit <= 5 ? { score: digit } : null;
  if (shiftKey) return null;
  if (key === "Backspace") return { name: "back" };
  const letter = Object.keys(LETTERS).find((one) => isLetter(event, one));
  return letter ? { name: LETTERS[letter] } : null;
};

// Whether what is typed into an element stays in it.
export const isTypedIn = (node) =>
  node.matches("textarea, select, input:not([type=radio]):not([type=checkbox])");
