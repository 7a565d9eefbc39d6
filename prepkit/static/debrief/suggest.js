// Which questions of the bank are like what somebody was asked, in their own words. Pure.

const MOST = 5;
const NEAR = 12; // how many questions count for one word
const ANYBODY = /\b(?:some|any|every|no)body\b/gi; // says nothing about a question
const LEAST_WORDS = 2; // of what was typed; one word is like too many questions

// `find` is the function of picker/index.js: from a text to {questions, words}; of an empty text, to all.
export const suggestions = (find, text) => {
  if (text.trim().split(/\s+/).length < LEAST_WORDS) return [];
  const all = find("").questions.length;
  const { questions, words } = find(text.replace(ANYBODY, " "));
  const scores = new Map();
  const add = (question, score) => scores.set(question, (scores.get(question) ?? 0) + score);
  // A search wants at least half of the words in a question. But people tell more than the question: so each
  // word counts by itself, too, and a rare one more.
  for (const word of words) {
    const found = find(word).questions;
    const rarity = Math.log(1 + all / Math.max(1, found.length));
    found.slice(0, NEAR).forEach((question, place) => add(question, rarity / (place + 3)));
  }
  questions.slice(0, NEAR).forEach((question, place) => add(question, 3 / (place + 2)));
  return [...scores]
    .sort(([, a], [, b]) => b - a)
    .slice(0, MOST)
    .map(([question]) => question);
};
