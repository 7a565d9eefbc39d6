// The words of an answer that comments are on. Pure.
//
// A comment says where its words are in characters as Python counts them; a browser counts a character outside
// of the basic plane as two.

export const toPlace = (text, unit) => [...text.slice(0, unit)].length;

export const fromPlace = (text, place) => [...text].slice(0, place).join("").length;

// What was selected, as whole words without the spaces around them: [from, to], or null if no word is in it.
export const wholeWords = (text, from, to) => {
  const selected = text.slice(from, to);
  if (!selected.trim()) return null;
  const first = from + selected.length - selected.trimStart().length;
  const last = from + selected.trimEnd().length - 1;
  const words = new Intl.Segmenter(undefined, { granularity: "word" }).segment(text);
  const end = words.containing(last);
  return [words.containing(first).index, end.index + end.segment.length];
};

// Where the words of a comment are in a text that may have changed since: [from, to] of the place that is nearest
// to where they were; null if they are gone, or if the comment is on no words.
export const placeOf = (text, { quote, start }) => {
  if (!quote) return null;
  const wanted = fromPlace(text, start);
  let found = null;
  for (let at = text.indexOf(quote); at >= 0; at = text.indexOf(quote, at + 1)) {
    if (found === null || Math.abs(at - wanted) < Math.abs(found - wanted)) found = at;
  }
  return found === null ? null : [found, found + quote.length];
};

// A text in pieces {text, ids}: each with the comments that are on all of it. `marked` are {id, from, to}.
export const pieces = (text, marked) => {
  const edges = new Set([0, text.length]);
  for (const { from, to } of marked) edges.add(from).add(to);
  const sorted = [...edges].sort((a, b) => a - b);
  return sorted.slice(1).map((to, index) => {
    const from = sorted[index];
    const ids = marked.filter((one) => one.from <= from && to <= one.to).map(({ id }) => id);
    return { text: text.slice(from, to), ids };
  });
};

// The first words of a text, for a line.
export const beginning = (text, most = 80) => {
  const line = text.replace(/\s+/g, " ").trim();
  const letters = [...line];
  if (letters.length <= most) return line;
  const cut = letters.slice(0, most).join("");
  const space = cut.lastIndexOf(" ");
  return `${space > most / 2 ? cut.slice(0, space) : cut} …`;
};
