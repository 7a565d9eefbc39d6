// What is said above the list: how many questions there are, what a word was taken for, and what to do if
// nothing is found.

import { button, element } from "../shared/dom.js";
import { joinWords, pluralize } from "../shared/text.js";

const TITLES = { category: "category", company: "company", state: "status", due: "due date" };
const quoted = (words) => joinWords(words.map((word) => `“${word}”`));

// How many questions there are of `total`, and for what.
export const countText = ({ count, total, query, isFiltered }) => {
  const what = query ? ` for “${query}”` : "";
  if (!count) return `No question${what}${isFiltered ? " with these filters" : ""}.`;
  if (count === total) return pluralize(total, "question");
  return `${count.toLocaleString("en")} of ${pluralize(total, "question")}${what}`;
};

// `actions` are {search, without, clear}: search for other words, choose a filter's first entry, choose all of
// them. `remedies` are [filter, how many questions without it].
export const notices = ({ found, query, count, remedies, actions }) => {
  const lines = [];
  const act = (label, onclick) => button(label, onclick, { className: "pk-button pk-small" });
  const say = (...content) => lines.push(element("p", { className: "pk-say" }, ...content));
  if (found.corrected && found.words.length) {
    const back = act(`Search for “${query}” instead`, () => actions.search(query, true));
    say("Showing results for ", element("strong", {}, found.shown), ". ", back);
  }
  if (found.unknown.length && !found.corrected) {
    const near = found.unknown.filter((one) => one.near);
    const meant = near.reduce((text, one) => text.replace(one.word, one.near), query.toLowerCase());
    const ask = near.length ? act(`Did you mean “${meant}”?`, () => actions.search(meant)) : null;
    const missing = `No question has ${quoted(found.unknown.map(({ word }) => word))}. `;
    if (ask || found.words.length) say(found.words.length ? missing : "", ask);
  }
  if (count) return lines;
  if (found.questions.length) {
    const ways = remedies.map(([name, left]) =>
      act(`Any ${TITLES[name]} (${left.toLocaleString("en")})`, () => actions.without(name)),
    );
    const advice = ways.length ? "Try removing a filter, or clear them all. " : "Try clearing the filters. ";
    say(advice, ...ways, act("Clear filters", actions.clear));
  } else say("Try other words, or fewer words.");
  return lines;
};
