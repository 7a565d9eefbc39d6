// What the page knows of an answer that it has opened.

// Puts what the host has stored into it: a rating with its state, or a comment.
export const learn = (known, { type, rating, state, comment, id = comment?.id }) => {
  if (!known) return;
  if (type === "rated") Object.assign(known, { rating, state });
  const others = known.comments.filter((one) => one.id !== id);
  if (type === "commented" || type === "clash") known.comments = [...others, comment];
  if (type === "removed") known.comments = others;
};
