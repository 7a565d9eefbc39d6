// Boxes: what a field reads its text from and writes it to. A box with `merge` needs no choice of versions.

export const textBox = (area, onchange) => ({
  read: () => area.value,
  write: (text) => {
    if (area.value === text) return;
    const { selectionStart, selectionEnd } = area;
    area.value = text;
    if (area.ownerDocument.activeElement === area) area.setSelectionRange(selectionStart, selectionEnd);
    onchange();
  },
  lock: (locked) => {
    area.readOnly = locked;
  },
});

const lines = (text) => text.split("\n").filter(Boolean);

// Ticked points, one per line, with what both sides have added and removed since `base`. The points in
// `known` come first, in that order.
export const mergeTicks = (known, base, mine, theirs) => {
  const before = new Set(lines(base));
  const own = new Set(lines(mine));
  const merged = new Set(lines(theirs));
  for (const point of own) if (!before.has(point)) merged.add(point);
  for (const point of before) if (!own.has(point)) merged.delete(point);
  const foreign = [...merged].filter((point) => !known.includes(point));
  return [...known.filter((point) => merged.has(point)), ...foreign].join("\n");
};

// Ticked points, one per line. A point that the question no longer has is kept as it was.
export const tickBox = (ticks) => {
  const known = [...ticks.keys()];
  let foreign = [];
  return {
    read: () => [...known.filter((point) => ticks.get(point).checked), ...foreign].join("\n"),
    write: (text) => {
      const ticked = new Set(lines(text));
      for (const [point, tick] of ticks) tick.checked = ticked.has(point);
      foreign = [...ticked].filter((point) => !ticks.has(point));
    },
    lock: () => {},
    merge: (base, mine, theirs) => mergeTicks(known, base, mine, theirs),
  };
};
