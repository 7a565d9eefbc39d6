import assert from "node:assert/strict";
import { test } from "node:test";

import { addressOf, readAddress } from "../../prepkit/static/search/address.js";
import { excerpt } from "../../prepkit/static/search/excerpt.js";
import { combined } from "../../prepkit/static/search/ranking.js";
import { distance, understood, vocabulary, wordsOf } from "../../prepkit/static/search/words.js";

const find = vocabulary(["conflict", "behaviour", "promise", "delegate"]);

test("changed, missing, added and swapped letters are counted", () => {
  assert.equal(distance("promise", "promise", 2), 0);
  assert.equal(distance("promise", "promsie", 2), 1);
  assert.equal(distance("promise", "promis", 2), 1);
  assert.equal(distance("promise", "delegate", 2), 3);
});

test("a query is understood by its telling words, misspelt ones too", () => {
  const { words, shown, corrected } = understood("Tell me about a conflcit", find, false);
  assert.deepEqual(words, [{ typed: "conflcit", word: "conflict", corrected: true }]);
  assert.deepEqual([shown, corrected], ["Tell me about a conflict", true]);
});

test("another spelling of English is no mistake, and a query as typed is left alone", () => {
  assert.equal(understood("behavior", find, false).corrected, false);
  assert.deepEqual(understood("conflcit", find, true).words[0].word, "conflcit");
});

test("a page that has more of the words comes first, and faint ones are left out", () => {
  const hit = (id, score) => ({ id, score });
  const found = combined([
    { results: [hit("a", 2), hit("b", 3), hit("c", 0.1)] },
    { results: [hit("a", 2)] },
  ]);
  assert.deepEqual(found.map(({ id, score }) => [id, score]), [["a", 4], ["b", 1.5]]);
});

test("an excerpt begins with the sentence of the words, after the title", () => {
  const content = "The title. First sentence here. Then a promise was broken.";
  const places = new Map([[7, { word: 0, weight: 1 }]]);
  const { parts, before, after } = excerpt({ content, meta: { title: "The title." }, anchors: [], places });
  assert.equal(parts.map(([word]) => word).join(" "), "Then a promise was broken.");
  assert.deepEqual(parts.filter(([, marked]) => marked), [["promise", true]]);
  assert.deepEqual([before, after], [false, false]);
});

test("a search is in its address, and comes back from there", () => {
  const chosen = { company: new Set(["Acme", "Bolt"]) };
  const address = addressOf("/search.html", { query: " two words ", asTyped: true, chosen });
  assert.equal(address, "/search.html?q=two+words&exact=1&company=Acme&company=Bolt");
  const read = readAddress(address.slice(address.indexOf("?")), ["company"]);
  assert.deepEqual(read, { query: "two words", asTyped: true, chosen });
  assert.equal(addressOf("/search.html", { query: "" }), "/search.html");
});

test("what nobody sees in a copied text doesn't keep a word from being found", () => {
  assert.deepEqual(wordsOf("pro\u034fmo\u180etion"), ["promotion"]);
  assert.deepEqual(wordsOf("the \ufb01rst judg\u00adment\u200b o\ufb00er"), ["the", "first", "judgment", "offer"]);
});
