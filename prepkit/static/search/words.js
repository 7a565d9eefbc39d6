// The words of a query, matched with the words of the index. Pure.

import { fold, isRun, replaceWords, wordsOf } from "../shared/terms.js";

// Words that people add to what they look for, including usual words of interview questions.
const STOP = new Set(
  `a about after against all also an and any are as at be because been before being between but
  by can could deal dealing dealt describe did do does doing done during each ever example
  for from get give go going got had handle handled handling has have having he her him his
  how i if in interview into is it its just know last let like made make makes making manage
  managed managing may me might more most much must my of on once one or other our out over
  own question questions said say she should situation so some someone something story stuff
  such tell than that the their them then there these they thing things think this those
  through time times to too under until up us use used using versus very vs walk want was
  way we were what when where which while who why will with would you your yours`.split(/\s+/),
);

// A word without the endings that Pagefind's stemmer removes as well.
export const stem = (word) => {
  const short = word.replace(/(?:ings?|ed|ers?|es|ly|s|e)$/, "");
  if (short.length < 3) return word;
  return /([^aeiouls])\1$/.test(short) ? short.slice(0, -1) : short;
};

// The possible British spellings of an American word.
export const british = (word) => [
  word.replace(/([iy])z(?=e|i|a)/, "$1s"),
  word.replace(/or(?=s?$|ed|ing|al|ful)/, "our"),
  word.replace(/l(?=ed$|ing$|er$)/, "ll"),
  word.replace(/ense(?=s?$)/, "ence"),
];

// How many changes of one letter, or swaps of two neighbours, turn one word into another; `most` + 1
// if it takes more (the Damerau-Levenshtein distance, with an upper limit).
export const distance = (a, b, most) => {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let before = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        next[j] = Math.min(next[j], before[j - 2] + 1);
      }
    }
    if (Math.min(...next) > most) return most + 1;
    before = row;
    row = next;
  }
  return row[b.length];
};

// `list` has the words of the index as they are written, the most frequent first; `whole` says that the index
// has no others. Returns {find, shown}: the folded word of the index that is closest to a folded word, null if
// the index has nothing like it; and how a folded word of the index is written.
export const vocabulary = (list, whole = true) => {
  const written = new Map();
  for (const one of list) {
    const word = fold(one).replaceAll("'", "");
    if (!written.has(word)) written.set(word, one);
  }
  const words = [...written.keys()];
  const stems = new Set(words.map(stem));
  const has = (word) => written.has(word) || stems.has(stem(word)) || words.some((one) => one.startsWith(word));
  const nearest = (word) => {
    let best = null;
    let least = word.length > 6 ? 3 : word.length > 3 ? 2 : 0;
    for (const one of words) {
      const far = distance(word, one, Math.ceil(least) - 1);
      // The first letter is rarely wrong, so a different one counts as half a change more.
      const all = one[0] === word[0] ? far : far + 0.5;
      if (all < least) [best, least] = [one, all];
      if (least <= 0.5) break;
    }
    return best;
  };
  const find = (word) => {
    if (/\d/.test(word) || isRun(word) || has(word)) return word;
    return british(word).find(has) ?? nearest(word) ?? (whole ? null : word);
  };
  return { find, shown: (word) => written.get(word) ?? word };
};

// The words of a text, each once: from the folded word to how it was typed.
const typedWords = (text) => {
  const found = new Map();
  replaceWords(text, (typed) => {
    const words = wordsOf(typed);
    for (const word of words) if (!found.has(word)) found.set(word, words.length > 1 ? word : typed);
  });
  return found;
};

// What to look for: each meaningful word of the query as it was `typed`, with the folded `word` that it was
// understood as.
export const understood = (query, { find, shown }, asTyped) => {
  const all = [...typedWords(query)];
  const telling = all.filter(([key]) => !STOP.has(key) && (key.length > 1 || /\d/.test(key) || isRun(key)));
  const words = (telling.length ? telling : all).map(([key, typed]) => {
    const word = asTyped ? key : find(key);
    const silent = word === null || word === key || british(key).includes(word);
    return { typed, word, corrected: !silent };
  });
  const corrections = new Map(words.filter((one) => one.corrected).map(({ typed, word }) => [typed, shown(word)]));
  // A misspelt word may turn out to be one that says nothing: then it is left out too.
  const left = words.filter(({ word, corrected }) => !(corrected && STOP.has(word)));
  return {
    words: left.length ? left : words,
    shown: replaceWords(query, (typed) => corrections.get(typed) ?? typed),
    corrected: corrections.size > 0,
  };
};

// Whether a word of a text is the one that was looked for, or begins with it.
export const isMatch = (token, word) =>
  isRun(word) ? token.includes(word) : token === word || token.startsWith(word) || stem(token) === stem(word);
