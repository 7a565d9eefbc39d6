// The excerpt of a page: the place with the most of the searched words near each other. Pure.

const LENGTH = 32; // words
const LEAD = 8; // the most words from the beginning of a sentence to the first searched word

const wordsIn = (text) => text.split(/\s+/).filter(Boolean);
const endsSentence = (word) => /[.?!:]["”’)]*$/.test(word ?? "");

// `first` is the word from which the text may be shown: after the title, which is shown above it.
// `past` moves a place behind the heading that begins there, if there is one.
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

// The place with the most searched words near it; different words count more than repeated ones.
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

// Goes back to the beginning of the sentence, or a few words if that is too far.
const withLead = (words, place, first) => {
  let start = place;
  while (start > first && place - start < LEAD && !endsSentence(words[start - 1])) start -= 1;
  if (start > first && !endsSentence(words[start - 1])) return Math.max(first, place - 3);
  return start;
};

// Returns [text, marked] pairs, and whether there is text before and after. `page.places` has, for
// each place with a searched word, which word it is.
export const excerpt = (page) => {
  const words = page.content.split(/\s+/);
  const { past, first } = beginningOf(page);
  const start = past(withLead(words, bestPlace(page.places, first), first));
  const end = Math.min(words.length, start + LENGTH);
  const parts = words.slice(start, end).map((word, index) => [word, page.places.has(start + index)]);
  return { parts, before: start > first && !endsSentence(words[start - 1]), after: end < words.length };
};
