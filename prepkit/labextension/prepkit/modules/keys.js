// What keys do to a text.

// What a key does: puts something in, removes something, or null for anything else, such as a shortcut.
export const actionOf = ({ altKey, ctrlKey, isComposing, key, metaKey }) => {
  // On Windows, AltGr is Ctrl and Alt: together they write characters such as @.
  if (isComposing || metaKey || (ctrlKey && !altKey)) return null;
  if (key === "Backspace" || key === "Delete") return { remove: key };
  if (key === "Enter") return { put: "\n" };
  return [...key].length === 1 ? { put: key } : null;
};

// A text after an action: {text, from, to}, where `from` and `to` are the ends of what is selected.
const after = ({ text, from, to }, { put, remove }) => {
  let [start, end] = [from, to];
  // A character may be two units long.
  if (remove === "Backspace" && from === to) start -= [...text.slice(0, from)].at(-1)?.length ?? 0;
  if (remove === "Delete" && from === to) end += [...text.slice(to)].at(0)?.length ?? 0;
  const caret = start + (put ?? "").length;
  return { text: text.slice(0, start) + (put ?? "") + text.slice(end), from: caret, to: caret };
};

export const afterAll = (before, actions) => actions.reduce(after, before);
