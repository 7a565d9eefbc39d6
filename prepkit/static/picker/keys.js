// What a key does in the list's search box, as in the ARIA pattern of a combobox. Pure.

const PAGE = 8;

// `place` is the place of the active item of `count`, -1 if there is none; `walked` is whether it was reached
// by the keyboard: until then, Home and End move within the text. Returns {place}, {act}, or null if the key
// is the text's.
export const commandOf = (event, { open, place, count, walked, text }) => {
  if (event.isComposing || event.ctrlKey || event.metaKey || (event.altKey && event.key !== "ArrowDown")) return null;
  const at = (wanted) => ({ place: Math.max(0, Math.min(count - 1, wanted)) });
  switch (event.key) {
    case "ArrowDown":
      if (!open) return { act: "show" };
      return count ? at(place + 1) : null;
    case "ArrowUp":
      return open && count ? at(place < 0 ? count - 1 : place - 1) : null;
    case "PageDown":
      return open && count ? at(place + PAGE) : null;
    case "PageUp":
      return open && count ? at(place - PAGE) : null;
    case "Home":
      return open && count && walked ? at(0) : null;
    case "End":
      return open && count && walked ? at(count - 1) : null;
    case "Enter":
      if (!open) return { act: "show" };
      return place >= 0 && place < count ? { act: "choose" } : { act: "none" };
    case "Escape":
      if (open) return { act: "hide" };
      return text ? { act: "clear" } : null;
    default:
      return null;
  }
};
