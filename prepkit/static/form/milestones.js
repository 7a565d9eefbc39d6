// Which of a field's revisions are worth showing. Pure.

const PAUSE = 60000; // ms without a save

// How many characters of a text are gone in the text that replaced it.
export const lostCharacters = (text, next) => {
  let start = 0;
  while (start < text.length && text[start] === next[start]) start += 1;
  let end = 0;
  while (end < text.length - start && end < next.length - start && text.at(-1 - end) === next.at(-1 - end)) end += 1;
  return text.length - start - end;
};

// The revisions before a pause, and before a big cut; oldest first, as `revisions` are.
export const milestones = (revisions) =>
  revisions.filter((past, index) => {
    const next = revisions[index + 1];
    if (!next || !past.text) return false; // the last revision is in the box
    const pause = new Date(next.saved_at) - new Date(past.saved_at);
    return pause > PAUSE || lostCharacters(past.text, next.text) > Math.min(20, past.text.length / 4);
  });
