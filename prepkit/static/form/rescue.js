// Keys that a dialog would swallow. While somebody types, a host may open one ("Kernel Restarting") that
// takes the focus: the next letters would go nowhere, and a space would close the dialog unread. So keys
// are given back to the box that they were meant for, until a pause says that the dialog has been seen.
// The dialog stays open, and keeps the focus. Arrows and the like do nothing meanwhile.

const PAUSE = 1500; // ms without a key

const FOR_DIALOGS = ["Escape", "Tab"];
const DIALOGS = ".jp-Dialog, dialog[open], [role=dialog], [role=alertdialog]";

// What a key types; "" if it types nothing. AltGr, which Windows tells as Control with Alt, and Option on a
// Mac type characters; elsewhere, Alt with a letter or a digit is a command.
const typedBy = ({ key, altKey, ctrlKey, metaKey, altGraph }) => {
  const isCommand = !altGraph && (ctrlKey || metaKey || (altKey && /^\w$/.test(key)));
  if (isCommand) return "";
  if (key === "Enter") return "\n";
  return [...key].length === 1 ? key : "";
};

const first = (text) => [...text][0] ?? "";
const last = (text) => [...text].at(-1) ?? "";

// What a key does to a text with a selection: {from, to, text}, where `text` takes the place of what is
// between the two; null where the key changes nothing. Pure.
export const editBy = (pressed, { value, selectionStart: start, selectionEnd: end }) => {
  const text = typedBy(pressed);
  if (text) return { from: start, to: end, text };
  if (pressed.altKey || pressed.ctrlKey || pressed.metaKey) return null;
  const isEmpty = start === end;
  if (pressed.key === "Backspace") {
    return { from: isEmpty ? start - last(value.slice(0, start)).length : start, to: end, text: "" };
  }
  if (pressed.key === "Delete") {
    return { from: start, to: isEmpty ? end + first(value.slice(end)).length : end, text: "" };
  }
  return null;
};

// Whether a dialog has taken the focus; with none of its parts focused, keys go to the page.
const isTaken = (target) =>
  target.closest?.(DIALOGS) ||
  (target === document.body && [...document.querySelectorAll(DIALOGS)].some((dialog) => dialog.checkVisibility()));

const pressedIn = (event) => {
  const { key, altKey, ctrlKey, metaKey } = event;
  return { key, altKey, ctrlKey, metaKey, altGraph: event.getModifierState("AltGraph") };
};

// Looks after the boxes below `root` until the returned function is called.
export const rescueKeys = (root) => {
  let box = null; // where the last key was typed, unless the focus was moved on purpose since
  let at = 0;
  const forget = () => {
    box = null;
  };
  // Whether a key was meant for the box, though its target is another.
  const isMeant = ({ target }) =>
    box?.isConnected && !box.readOnly && isTaken(target) && !root.contains(target) && Date.now() - at < PAUSE;
  const stop = (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  const give = (event) => {
    const edit = editBy(pressedIn(event), box);
    if (edit) {
      box.setRangeText(edit.text, edit.from, edit.to, "end");
      box.dispatchEvent(new InputEvent("input", { bubbles: true }));
    } else if (FOR_DIALOGS.includes(event.key)) {
      forget();
      return;
    } else if (event.ctrlKey || event.metaKey || event.altKey) return;
    at = Date.now();
    stop(event);
  };
  const onkeydown = (event) => {
    if (isMeant(event)) {
      give(event);
    } else {
      const isBox = root.contains(event.target) && event.target.matches(".pk-area");
      box = isBox && event.key !== "Tab" ? event.target : null;
      at = Date.now();
    }
  };
  const onkeyup = (event) => {
    if (isMeant(event)) stop(event); // Firefox presses a button when the space bar is let go
  };
  const listeners = [
    ["keydown", onkeydown],
    ["keyup", onkeyup],
    ["pointerdown", forget],
  ];
  for (const [type, listener] of listeners) window.addEventListener(type, listener, true);
  return () => {
    for (const [type, listener] of listeners) window.removeEventListener(type, listener, true);
  };
};
