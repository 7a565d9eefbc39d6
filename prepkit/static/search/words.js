// The words of a query, understood by those of the index. Pure.

// What people put around what they look for, in the words of interviews too.
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

export const wordsOf = (text) =>
  (text.toLowerCase().match(/[\p{L}\p{N}]+(?:[’'][\p{L}]+)*/gu) ?? []).map((word) =>
    word.replace(/[’']s?$|[’']s$/u, ""),
  );

// The endings that Pagefind's stemmer takes off too.
export const stem = (word) => {
  const short = word.replace(/(?:ings?|ed|ers?|es|ly|s|e)$/, "");
  if (short.length < 3) return word;
  return /([^aeiouls])\1$/.test(short) ? short.slice(0, -1) : short;
};

// How British English writes what American English writes otherwise.
export const british = (word) => [
  word.replace(/([iy])z(?=e|i|a)/, "$1s"),
  word.replace(/or(?=s?$|ed|ing|al|ful)/, "our"),
  word.replace(/l(?=ed$|ing$|er$)/, "ll"),
  word.replace(/ense(?=s?$)/, "ence"),
];

// Changes of one letter, and swaps of two, that lead from one word to another; `most` + 1 where
// there are more.
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

// Knows words by the index's own, the most frequent first: returns a function from a word to what
// the index has for it, null where it has nothing like it.
export const vocabulary = (list) => {
  const words = new Set(list);
  const stems = new Set(list.map(stem));
  const has = (word) =>
    words.has(word) || stems.has(stem(word)) || list.some((one) => one.startsWith(word));
  const nearest = (word) => {
    let best = null;
    let least = word.length > 6 ? 3 : word.length > 3 ? 2 : 0;
    for (const one of list) {
      const far = distance(word, one, Math.ceil(least) - 1);
      // A first letter is rarely wrong, so a word that has another is further away.
      const all = one[0] === word[0] ? far : far + 0.5;
      if (all < least) [best, least] = [one, all];
      if (least <= 0.5) break;
    }
    return best;
  };
  return (word) => {
    if (/\d/.test(word) || has(word)) return word;
    return british(word).find(has) ?? nearest(word);
  };
};

// What to look for: each word of the query that says something, and what was made of it.
export const understood = (query, find, asTyped) => {
  const all = [...new Set(wordsOf(query))];
  const telling = all.filter((word) => !STOP.has(word) && (word.length > 1 || /\d/.test(word)));
  const words = (telling.length ? telling : all).map((typed) => {
    const word = asTyped ? typed : find(typed);
    const silent = word === null || word === typed || british(typed).includes(word);
    return { typed, word, corrected: !silent };
  });
  const shown = query.replace(/[\p{L}\p{N}]+/gu, (typed) => {
    const found = words.find((one) => one.typed === typed.toLowerCase());
    return found?.corrected ? found.word : typed;
  });
  // A word that says nothing may have been misspelt, too.
  const left = words.filter(({ word, corrected }) => !(corrected && STOP.has(word)));
  const corrected = words.some((one) => one.corrected);
  return { words: left.length ? left : words, shown, corrected };
};
