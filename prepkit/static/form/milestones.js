// Which of a field's revisions are worth showing. Pure.

const PAUSE = 60000; // ms without a save

// How many characters of a text are missing where another took its place.
export const lostCharacters = (text, next) => {
  let start = 0;
  while (start < text.length && text[start] === next[start]) start += 1;
  let end = 0;
  while (end < text.length - start && end < next.length - start && text.at(-1 - end) === next.at(-1 - end)) end += 1;
  return text.length - start - end;
};

// What stood there at a pause, or before a good part of it went; oldest first, as `revisions` are.
export const milestones = (revisions) =>
  revisions.filter((past, index) => {
    const next = revisions[index + 1];
    if (!next || !past.text) return false; // the last one is in the box
    const pause = new Date(next.saved_at) - new Date(past.saved_at);
    return pause > PAUSE || lostCharacters(past.text, next.text) > Math.min(20, past.text.length / 4);
  });
