// Marks say where each part of an answer begins: {part, at}, in seconds of the take. Pure.

import { t } from "../shared/language.js";

// The part that is spoken of already has its mark.
export const addMark = (marks, part, at) =>
  marks.at(-1)?.part === part ? marks : [...marks, { part, at: Math.round(at * 10) / 10 }];

export const undoMark = (marks) => marks.slice(0, -1);

// How long was spoken of each part, in the order of the question's parts: {name, title, seconds, share, usual,
// fit}; first what came before the first mark, if that is more than a breath.
export const partTimes = (parts, marks, total) => {
  if (!marks.length || total <= 0) return [];
  const sums = new Map();
  marks.forEach(({ part, at }, index) => {
    const end = marks[index + 1]?.at ?? total;
    sums.set(part, (sums.get(part) ?? 0) + Math.max(0, end - at));
  });
  const row = (name, title, seconds, usual) => {
    const share = seconds / total;
    return { name, title, seconds, share, usual, fit: usual ? fitOfShare(share, usual) : null };
  };
  const rows = parts.map(({ name, title, share }) => row(name, title, sums.get(name) ?? 0, share));
  const before = marks[0].at;
  return before >= 1 ? [row(null, t("Before the first mark"), before, null), ...rows] : rows;
};

// "none", "low", "good" or "high"; to whole per cents, as they are shown.
export const fitOfShare = (share, [low, high]) => {
  const [found, least, most] = [share, low, high].map((one) => Math.round(100 * one));
  if (found === 0) return "none";
  if (found < least) return "low";
  return found <= most ? "good" : "high";
};
