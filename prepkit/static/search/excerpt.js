// What is shown of a page: the words around which most of the searched ones stand. Pure.

const LENGTH = 32; // words
const LEAD = 8; // words at most from a sentence's beginning to the first that was searched

const wordsIn = (text) => text.split(/\s+/).filter(Boolean);
const endsSentence = (word) => /[.?!:]["”’)]*$/.test(word ?? "");

// From which word on the text may be shown: after the title, which is shown above. Places are moved
// behind a heading that begins there.
const beginningOf = ({ content, meta, anchors }) => {
  const headings = new Map(
    anchors
      .filter(({ element: tag }) => /^h[2-6]$/.test(tag))
      .map(({ location: place, text }) => [place, text.trim().split(/\s+/).length]),
  );
  const past = (place) => place + (headings.get(place) ?? 0);
  const at = content.indexOf(meta.title);
  const until = at < 0 ? "" : content.slice(0, at + meta.title.length);
  return { past, first: past(wordsIn(until).length) };
};

// The place from which most of the searched words are near, different ones first.
const bestPlace = (places, first) => {
  const found = [...places.keys()].filter((place) => place >= first).sort((a, b) => a - b);
  let start = first;
  let best = 0;
  for (const from of found) {
    const inside = found.filter((place) => place >= from && place < from + LENGTH - 6);
    const different = new Set(inside.map((place) => places.get(place).word)).size;
    const worth = different * 10 + Math.min(inside.length, 9);
    if (worth > best) [start, best] = [from, worth];
  }
  return start;
};

// Back to the sentence's beginning, or some words where that is far.
const withLead = (words, place, first) => {
  let start = place;
  while (start > first && place - start < LEAD && !endsSentence(words[start - 1])) start -= 1;
  if (start > first && !endsSentence(words[start - 1])) return Math.max(first, place - 3);
  return start;
};

// [text, marked] pairs, and whether there is text before and after. `places` tells of each place
// which of the searched words stands there.
export const excerpt = (page) => {
  const words = page.content.split(/\s+/);
  const { past, first } = beginningOf(page);
  const start = past(withLead(words, bestPlace(page.places, first), first));
  const end = Math.min(words.length, start + LENGTH);
  const parts = words.slice(start, end).map((word, index) => [word, page.places.has(start + index)]);
  return { parts, before: start > first && !endsSentence(words[start - 1]), after: end < words.length };
};
