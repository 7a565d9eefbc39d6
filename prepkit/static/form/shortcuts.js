// The keys of the form: Ctrl or Cmd with S saves, Alt with Page Down or Page Up goes to the next or the
// previous part of the answer.
//
// No layout types anything with these. Alt with a digit or a letter types @, # or $ on a Mac, and so does
// Ctrl with Alt on Windows, where it is AltGr.

import { isLetter } from "../shared/keys.js";

// What a key asks for: "save", "next", "previous" or nothing.
export const commandOf = (event) => {
  const { key, altKey, ctrlKey, metaKey, shiftKey } = event;
  if (shiftKey) return null;
  if ((ctrlKey || metaKey) && !altKey) return isLetter(event, "s") ? "save" : null;
  if (!altKey || ctrlKey || metaKey) return null;
  return { PageDown: "next", PageUp: "previous" }[key] ?? null;
};

// The box after or before the place where the focus is; the first or last one there is.
const neighbour = (areas, place, command) => {
  const follows = Node.DOCUMENT_POSITION_FOLLOWING;
  const isNext = (area) => place.compareDocumentPosition(area) & follows;
  const isPrevious = (area) => area.compareDocumentPosition(place) & follows;
  return command === "next" ? (areas.find(isNext) ?? areas.at(-1)) : (areas.findLast(isPrevious) ?? areas[0]);
};

export const shortcuts = (form) => (event) => {
  // See shared/keys.js. A page of the site has shortcuts of its own, which have to get the key.
  if (!form.embedded) event.stopPropagation();
  const command = commandOf(event);
  if (!command) return;
  event.preventDefault();
  if (command === "save") form.saveNow();
  else neighbour([...form.root.querySelectorAll(".pk-area")], event.target, command).focus();
};

// As screen readers tell them.
export const KEYS = "Control+S Meta+S Alt+PageDown Alt+PageUp";
