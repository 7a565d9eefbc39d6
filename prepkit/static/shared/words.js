// How many words a text has, and how long it takes to say them, as in prepkit/words.py, which says why:
// both are held to tests/data/words.json. Pure.

import { clockTime } from "./text.js";

export const PACE = 140; // words per minute: a rule of thumb, most people speak at 110 to 170

const HAN =
  "\\u3005-\\u3007\\u3021-\\u3029\\u3038-\\u303b\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff\\u{20000}-\\u{3ffff}";
const KANA = "\\u3041-\\u3096\\u309d-\\u309f\\u30a1-\\u30fa\\u30fc-\\u30ff\\u31f0-\\u31ff\\uff66-\\uff9d";
// The blocks of Thai, Lao, Burmese and Khmer: the letters in them have no spaces between words.
const BLOCKS = "\\u0e00-\\u0eff\\u1000-\\u109f\\u1780-\\u17ff\\ua9e0-\\ua9ff\\uaa60-\\uaa7f";
const LETTER = `(?=[${BLOCKS}])\\p{L}`;
const SHARES = { han: 15, kana: 12, letter: 8 };
const WHOLE = 24; // what a word counts: whole numbers, so that sums are exact

// Inside a word: apostrophes, full stop, at sign, dots of some languages, hyphens, unseen ones.
const INSIDE = "['.@\\u00ad\\u00b7\\u05f3\\u05f4\\u200c\\u200d\\u2010\\u2011\\u2018\\u2019\\u2027\\u2060\\-]";
const CHARACTER = `(?![${HAN}${KANA}]|${LETTER})[\\p{L}\\p{N}\\p{M}_]`;
const INNER = [
  `\\p{Nd}[,:\\u066b\\u066c](?=\\p{Nd})`,
  `[\\u05d0-\\u05ea]"(?=[\\u05d0-\\u05ea])`, // in Hebrew, quotation marks are written inside abbreviations
  CHARACTER,
  `${INSIDE}(?=${CHARACTER})`,
].join("|");
const WORD = new RegExp(
  `https?://[!-~]+|(?<han>[${HAN}])|(?<kana>[${KANA}])|(?<letter>${LETTER})|(?=[\\p{L}\\p{N}])(?:${INNER})+`,
  "gu",
);

const shareOf = ({ groups }) => SHARES[Object.keys(SHARES).find((name) => groups[name])] ?? WHOLE;

export const countWords = (text) => {
  let sum = 0;
  for (const match of text.matchAll(WORD)) sum += shareOf(match);
  return Math.ceil(sum / WHOLE);
};

// The fewest words with which a part counts as written, of its usual fewest and most (prepkit/forms.py).
export const leastWords = ([low]) => Math.ceil(low / 2);

// How long it takes to say so many words, in seconds, to five of them.
const spokenSeconds = (words) => 5 * Math.round((words * 60) / PACE / 5);

// The same to read: 45 s, 1:25 min, 1 h 12 min.
export const spokenTime = (words) => {
  const seconds = spokenSeconds(words);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${clockTime(seconds)} min`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
};

// How long it takes to say the fewest and the most words, in seconds.
export const spokenGoal = (least, most) => [spokenSeconds(least), spokenSeconds(most)];

// Two durations to read: 1:15–2:55 min.
export const durationRange = (durations) => `${durations.map(clockTime).join("–")} min`;
