// A text in pieces, with those that were looked for. Pure.

import { fold, isRun, replaceWords, runsOf, wordsOf } from "../shared/terms.js";
import { isMatch } from "./words.js";

// The places of a word in a run as it is written: [from, to]. Marks that stand apart are counted to the letter before.
const placesIn = (run, word) => {
  const letters = [...run];
  const folded = letters.map(fold);
  const places = [];
  for (let from = 0; from < letters.length; from += 1) {
    let text = "";
    let to = from;
    while (to < letters.length && text.length < word.length) text += folded[to++];
    while (to < letters.length && !folded[to]) to += 1;
    if (text === word && folded[from]) places.push([from, to]);
  }
  return places.map(([from, to]) => [letters.slice(0, from).join("").length, letters.slice(0, to).join("").length]);
};

const inToken = (token, words) =>
  runsOf(token).flatMap((part) => {
    const [plain = ""] = wordsOf(part);
    if (!isRun(plain)) return [[part, words.some((word) => isMatch(plain, word))]];
    const places = words.flatMap((word) => placesIn(part, word)).sort(([a], [b]) => a - b);
    const pieces = [];
    let end = 0;
    for (const [from, to] of places) {
      if (to <= end) continue;
      pieces.push([part.slice(end, Math.max(from, end)), false], [part.slice(Math.max(from, end), to), true]);
      end = to;
    }
    return [...pieces, [part.slice(end), false]];
  });

// [text, whether it was looked for], of which the texts make up the whole. `words` are folded.
export const marked = (text, words) => {
  const pieces = [];
  const add = (piece, isMarked) => {
    if (!piece) return;
    const last = pieces.at(-1);
    if (last && !last[1] && !isMarked) last[0] += piece;
    else pieces.push([piece, isMarked]);
  };
  let end = 0;
  replaceWords(text, (token, at) => {
    add(text.slice(end, at), false);
    for (const [piece, isMarked] of inToken(token, words)) add(piece, isMarked);
    end = at + token.length;
    return token;
  });
  add(text.slice(end), false);
  return pieces;
};
