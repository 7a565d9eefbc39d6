import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { keysOf, replaceWords, wordsOf } from "../../prepkit/static/shared/terms.js";

// tests/test_site_terms.py reads the same.
const { words, keys } = JSON.parse(readFileSync(new URL("../data/terms.json", import.meta.url), "utf8"));

test("a text has the words that the index has", () => {
  assert.deepEqual(words.map(([text]) => [text, wordsOf(text)]), words);
});

test("a word is looked up by its keys in the index", () => {
  assert.deepEqual(keys.map(([word]) => [word, keysOf(word)]), keys);
});

test("a word that is replaced is replaced as it was written", () => {
  const shown = replaceWords("The cafe\u0301 isn’t in Łódź", (written) => `[${written}]`);
  assert.equal(shown, "[The] [cafe\u0301] [isn’t] [in] [Łódź]");
});
