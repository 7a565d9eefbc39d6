import assert from "node:assert/strict";
import { test } from "node:test";

import { addressOf, readAddress } from "../../prepkit/static/search/address.js";
import { excerpt } from "../../prepkit/static/search/excerpt.js";
import { combined, withAll } from "../../prepkit/static/search/ranking.js";
import { marked } from "../../prepkit/static/search/marks.js";
import { distance, understood, vocabulary } from "../../prepkit/static/search/words.js";

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

test("a word that no index has is searched as it was typed where the list of words isn't whole", () => {
  assert.equal(understood("xylophone", find, false).words[0].word, null);
  const some = vocabulary(["conflict"], false);
  assert.deepEqual(understood("xylophone", some, false).words, [{ typed: "xylophone", word: "xylophone", corrected: false }]);
});

test("a corrected word is shown as the index has it written, and searched without its accents", () => {
  const { words, shown } = understood("Fähigkiet", vocabulary(["fähigkeit"]), false);
  assert.deepEqual([words[0].typed, words[0].word, shown], ["Fähigkiet", "fahigkeit", "fähigkeit"]);
});

test("only pages with every part of a run have the run", () => {
  const hit = (id, score) => ({ id, score, data: () => id });
  const { results } = withAll([{ results: [hit("a", 2), hit("b", 3)] }, { results: [hit("a", 1), hit("c", 1)] }]);
  assert.deepEqual(results.map(({ id, score, data }) => [id, score, data()]), [["a", 1, "a"]]);
});

test("an excerpt of a text without spaces is short and marks what was looked for", () => {
  const content = `題 ${"これは長い文です。".repeat(30)}昨日私は東京都に引っ越した。${"終わりです。".repeat(30)}`;
  const { parts, before, after } = excerpt({ content, meta: { title: "題" }, anchors: [], places: new Map() }, ["東京都"]);
  const text = parts.map(([bit, , glued]) => (glued ? bit : `${bit} `)).join("");
  assert.ok(text.startsWith("昨日私は東京都に引っ越した。") && text.length < 100, text);
  assert.deepEqual(parts.filter(([, isMarked]) => isMarked).map(([bit]) => bit), ["東京都"]);
  assert.deepEqual([before, after], [false, true]);
});

test("what was looked for is marked in a run, with marks that stand apart", () => {
  assert.deepEqual(marked("iPhoneとカ\u3099イド", ["ト", "カイ"]), [["iPhoneと", false], ["カ\u3099イ", true], ["ド", true]]);
  assert.deepEqual(marked("aa東京東京b", ["東京"]), [["aa", false], ["東京", true], ["東京", true], ["b", false]]);
});
