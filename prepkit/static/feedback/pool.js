// Comments that are used again. Pure.

import { wordsOf } from "../shared/terms.js";

export const SHOWN = 6;

// The earlier comments that have all the words, each as typed so far, the most used first. `pool` is sorted.
export const search = (pool, typed, most = SHOWN) => {
  const wanted = wordsOf(typed);
  const isFound = ({ text }) => {
    const words = wordsOf(text);
    return wanted.every((start) => words.some((word) => word.startsWith(start)));
  };
  return pool.filter(isFound).slice(0, most);
};

// A text with a comment put in at the place of the cursor: [text, cursor after it].
export const insert = (text, from, to, comment) => {
  const [before, after] = [text.slice(0, from), text.slice(to)];
  const left = before && !/\s$/.test(before) ? `${before} ` : before;
  const right = after && !/^\s/.test(after) ? ` ${after}` : after;
  return [`${left}${comment}${right}`, left.length + comment.length];
};
