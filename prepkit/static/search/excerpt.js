// The excerpt of a page: the place with the most of the searched words near each other. Pure.

import { hasRun, wordsOf } from "../shared/terms.js";
import { marked } from "./marks.js";
import { isMatch } from "./words.js";

const LENGTH = 32; // words
const LEAD = 8; // the most words from the beginning of a sentence to the first searched word
// Of a run in a script without spaces, a few characters count as a word; a sentence ends in it, too.
const BIT = /[^。？！]{1,3}[。？！」』）]*|[。？！」』）]+/gu;

const wordsIn = (text) => text.split(/\s+/).filter(Boolean);
const endsSentence = (word) => /[.?!:。？！]["”’)」』]*$/.test(word ?? "");

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

// Which searched word each word of a page is, for those of which Pagefind names no place: it found them by
// other keys than it makes of the text.
const withUnplaced = (all, places, words) => {
  const placed = new Set([...places.values()].map(({ word }) => word));
  const rest = [...words.entries()].filter(([at]) => !placed.has(at));
  const found = new Map([...places].map(([place, { word }]) => [place, word]));
  if (!rest.length) return found;
  for (const [place, written] of all.entries()) {
    const tokens = found.has(place) ? [] : wordsOf(written);
    const match = rest.find(([, word]) => tokens.some((token) => isMatch(token, word)));
    if (match) found.set(place, match[0]);
  }
  return found;
};

// The words of a page as {text, word, glued}: which searched word it is, and whether the next one follows without
// a space. Runs are in bits. `starts` has the unit with which each word of the text begins.
const unitsOf = (all, found, words) => {
  const units = [];
  const starts = [];
  for (const [place, text] of all.entries()) {
    starts.push(units.length);
    if (!hasRun(text)) units.push({ text, word: found.get(place), glued: false });
    else {
      for (const [piece, isMarked] of marked(text, words)) {
        const word = isMarked ? found.get(place) : undefined;
        const bits = isMarked || !hasRun(piece) ? [piece] : piece.match(BIT);
        units.push(...bits.map((bit) => ({ text: bit, word, glued: true })));
      }
      units.at(-1).glued = false;
    }
  }
  return { units, starts };
};

// The place with the most searched words near it; different words count more than repeated ones.
const bestPlace = (units, first) => {
  const found = [...units.keys()].filter((place) => place >= first && units[place].word !== undefined);
  let start = first;
  let best = 0;
  for (const from of found) {
    const inside = found.filter((place) => place >= from && place < from + LENGTH - 6);
    const different = new Set(inside.map((place) => units[place].word)).size;
    const worth = different * 10 + Math.min(inside.length, 9);
    if (worth > best) [start, best] = [from, worth];
  }
  return start;
};

// Goes back to the beginning of the sentence, or a few words if that is too far.
const withLead = (units, place, first) => {
  let start = place;
  while (start > first && place - start < LEAD && !endsSentence(units[start - 1].text)) start -= 1;
  if (start > first && !endsSentence(units[start - 1].text)) return Math.max(first, place - 3);
  return start;
};

// Returns [text, marked] pairs (with a third that is true where the next follows without a space), and whether
// there is text before and after. `page.places` has, for each place with a searched word, which of the `words` it is.
export const excerpt = (page, words = []) => {
  const all = page.content.split(/\s+/);
  const { units, starts } = unitsOf(all, withUnplaced(all, page.places, words), words);
  const unit = (place) => starts[place] ?? units.length;
  const { past, first } = beginningOf(page);
  const from = unit(first);
  const start = withLead(units, bestPlace(units, from), from);
  const heading = starts.indexOf(start); // -1 in the middle of a run
  const begin = heading < 0 ? start : unit(past(heading));
  const end = Math.min(units.length, begin + LENGTH);
  const parts = units
    .slice(begin, end)
    .map(({ text, word, glued }) => [text, word !== undefined, ...(glued ? [true] : [])]);
  return { parts, before: begin > from && !endsSentence(units[begin - 1].text), after: end < units.length };
};
