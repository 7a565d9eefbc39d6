// The questions, found by words: their own, other wordings, topics and synonyms, also misspelt. Pure.

import { fold, wordsOf } from "../shared/terms.js";
import { distance, isMatch, stem, understood, vocabulary } from "../search/words.js";

// How much a word says about a question, by where it is.
const WEIGHTS = { text: 4, also: 3, words: 3, companies: 2, category: 1 };
const PREFIX = 0.8; // of the weight: the word is the beginning of a longer one
const FAINT = 0.15; // questions with less than this share of the best one's score are left out

// The words of a text. Those with hyphens are there without hyphens too, as people also type “tradeoff”.
const tokens = (text) => {
  const joined = text.match(/[\p{L}]+(?:-[\p{L}]+)+/gu) ?? [];
  return wordsOf([text, ...joined.map((word) => word.replaceAll("-", ""))].join(" "));
};

// Which of a question's texts are worth showing below it, because a word is not in the question itself.
export const reasonOf = ({ text, also, words: topics }, words) => {
  const has = (line, word) => tokens(line).some((token) => isMatch(token, word));
  const missing = words.filter((word) => !has(text, word));
  if (!missing.length) return null;
  const count = (line) => missing.filter((word) => has(line, word)).length;
  const best = (lines) => lines.reduce((one, other) => (count(other) > count(one) ? other : one), "");
  const wording = best(also);
  if (wording) return { title: "Also asked as", text: wording };
  const topic = best(topics);
  return topic ? { title: "Also about", text: topic } : null;
};

// `questions` are {id, text, also, words, companies, category}, where `category` is a title. Returns a function
// from what was typed to {questions, words, shown, corrected, unknown}.
export const questionIndex = (questions) => {
  const places = new Map(); // word -> Map(place of a question -> the greatest weight)
  const counts = new Map();
  questions.forEach((question, place) => {
    for (const [name, weight] of Object.entries(WEIGHTS)) {
      for (const token of tokens([question[name]].flat().join(" · "))) {
        counts.set(token, (counts.get(token) ?? 0) + 1);
        if (!places.has(token)) places.set(token, new Map());
        const found = places.get(token);
        found.set(place, Math.max(weight, found.get(place) ?? 0));
      }
    }
  });
  const known = [...counts.keys()].sort((a, b) => counts.get(b) - counts.get(a) || (a < b ? -1 : 1));
  const meanings = vocabulary(known);

  // The questions with a word, each with what the word says about it.
  const search = (word) => {
    const found = new Map();
    for (const [token, weights] of places) {
      if (!isMatch(token, word)) continue;
      const share = stem(token) === stem(word) ? 1 : PREFIX;
      for (const [place, weight] of weights) found.set(place, Math.max(found.get(place) ?? 0, weight * share));
    }
    return found;
  };

  const ranked = (words) => {
    const scores = new Map();
    for (const word of words) {
      const found = search(word);
      const rarity = Math.log(1 + questions.length / found.size);
      for (const [place, weight] of found) {
        const score = scores.get(place) ?? { place, hits: 0, sum: 0 };
        score.hits += 1;
        score.sum += weight * rarity;
        scores.set(place, score);
      }
    }
    const enough = [...scores.values()].filter(({ hits }) => hits >= words.length / 2);
    const worth = ({ hits, sum }) => (sum * hits) / words.length;
    enough.sort((a, b) => worth(b) - worth(a) || a.place - b.place);
    return enough.filter((score) => worth(score) >= worth(enough[0]) * FAINT).map(({ place }) => questions[place]);
  };

  // The word that is most like an unknown one, if most of its letters are the same.
  const nearest = (word) => {
    let best = null;
    let least = Math.floor(word.length * 0.4) + 1;
    for (const one of known) {
      const far = distance(word, one, least - 1);
      if (far < least) [best, least] = [one, far];
    }
    return best;
  };

  return (query, asTyped = false) => {
    if (!wordsOf(query).length) return { questions, words: [], shown: "", corrected: false, unknown: [] };
    const meant = understood(query, meanings, asTyped);
    const isKnown = ({ word }) => word !== null && known.some((one) => isMatch(one, word));
    const words = [...new Set(meant.words.filter(isKnown).map(({ word }) => word))];
    const unknown = meant.words.filter((one) => !isKnown(one)).map((one) => one.typed);
    return {
      questions: words.length ? ranked(words) : [],
      words,
      shown: meant.shown,
      corrected: meant.corrected,
      unknown: unknown.map((word) => ({ word, near: nearest(fold(word)) })),
    };
  };
};
