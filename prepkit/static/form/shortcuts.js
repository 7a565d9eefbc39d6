// The keys of the form: Ctrl or Cmd with S saves, Alt with a digit goes to a part of the answer.

// The index of the part that a key asks for; -1 for none.
const partOf = (event, count) => {
  const [, digit] = (event.altKey && /^Digit([1-9])$/.exec(event.code)) || [];
  return digit && Number(digit) <= count ? Number(digit) - 1 : -1;
};

export const shortcuts = (form) => (event) => {
  // See shared/keys.js. A page of the site has shortcuts of its own, which have to get the key.
  if (!form.embedded) event.stopPropagation();
  const areas = form.root.querySelectorAll(".pk-area");
  const part = partOf(event, areas.length);
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
    event.preventDefault();
    form.saveNow();
  } else if (part >= 0) {
    event.preventDefault();
    areas[part].focus();
  }
};
