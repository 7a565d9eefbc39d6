// The words by which search knows a text, as in prepkit/site/terms.py, which says why: both are held to
// tests/data/terms.json. Pure.

const UNSEEN = /[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g;
const APOSTROPHES = "'\\u2018\\u2019\\u201b\\u02b9\\u02bb\\u02bc\\u2032\\u055a\\uff07`\\u00b4";
const APOSTROPHE = new RegExp(`[${APOSTROPHES}]`, "g");
// Letters that Unicode doesn't take apart, as people type them on a keyboard without them.
const AS_TYPED = { ø: "o", ł: "l", đ: "d", ð: "d", ħ: "h", ı: "i", ŧ: "t", ß: "ss", æ: "ae", œ: "oe", þ: "th", ς: "σ" };
const LETTERS = new RegExp(`[${Object.keys(AS_TYPED).join("")}]`, "g");
// Han, kana, Thai, Lao, Burmese, Khmer.
const UNSPACED =
  "\\u3005-\\u3007\\u3021-\\u3029\\u3038-\\u303c\\u3041-\\u309f\\u30a1-\\u30fa\\u30fc-\\u30ff\\u31f0-\\u31ff" +
  "\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff\\u{20000}-\\u{3ffff}" +
  "\\u0e00-\\u0eff\\u1000-\\u109f\\u1780-\\u17ff\\ua9e0-\\ua9ff\\uaa60-\\uaa7f";
const RUN = new RegExp(`^[${UNSPACED}]`, "u");
const RUNS = new RegExp(`[${UNSPACED}]+|[^${UNSPACED}]+`, "gu");
const TOKEN = /[\p{L}\p{N}]+(?:'[\p{L}\p{N}]+)*/gu;
const LEANING = /^(?:\p{L}{1,2}|dell|nell|sull|dall|all|jusqu|lorsqu|puisqu)'(?=[\p{L}\p{N}]{3})/u;
const PAIR = "\ua66e"; // begins the keys of runs in the index
const ASCII = /^[\x00-\x7f]*$/;

export const fold = (text) => {
  if (ASCII.test(text)) return text.toLowerCase().replaceAll("`", "'");
  return text
    .replace(UNSEEN, "")
    .normalize("NFKD")
    .toLowerCase()
    .replace(APOSTROPHE, "'")
    .replace(LETTERS, (letter) => AS_TYPED[letter])
    .replace(/\p{M}/gu, "")
    .normalize("NFC");
};

// The words of a text, folded; a run in a script without spaces is one word.
export const wordsOf = (text) =>
  (fold(text).match(TOKEN) ?? [])
    .flatMap((token) => token.match(RUNS))
    .map((part) => part.replace(/'s?$/, "").replace(LEANING, "").replaceAll("'", ""))
    .filter(Boolean);

// Whether a folded word is of a script without spaces between words.
export const isRun = (word) => RUN.test(word);

// Whether a text, as it is written, has such a word in it.
const ANY_RUN = new RegExp(`[${UNSPACED}\\uff66-\\uff9f]`, "u");
export const hasRun = (text) => ANY_RUN.test(text);

// The keys that a page with this word has in the index, all of them.
export const keysOf = (word) => {
  if (!isRun(word)) return [word];
  const all = [...word];
  return all.length > 1 ? all.slice(1).map((one, before) => `${PAIR}${all[before]}${one}`) : [`${PAIR}${word}`];
};

const WRITTEN = new RegExp(`[\\p{L}\\p{N}\\p{M}${UNSEEN.source.slice(1, -1)}]+(?:[${APOSTROPHES}][\\p{L}\\p{N}\\p{M}]+)*`, "gu");
const WRITTEN_RUNS = new RegExp(`[${UNSPACED}\\uff66-\\uff9f]\\p{M}*(?:[${UNSPACED}\\uff66-\\uff9f]\\p{M}*)*|[^${UNSPACED}\\uff66-\\uff9f]+`, "gu");

// A text with each word in it, as it is written, replaced by what `replaced` returns for it and its place.
export const replaceWords = (text, replaced) => text.replace(WRITTEN, replaced);

// A written word in parts: its runs in scripts without spaces, and the rest.
export const runsOf = (token) => token.match(WRITTEN_RUNS) ?? [];
