// What the candidate is told about the whole form: {tone, text}, the most urgent first. First it says what
// has happened to the text, then what to do.
//
// A tone is "ok", "busy", "warn" or "bad".

import { formatMoment, joinWords, sentence } from "../shared/text.js";
import { hostTrouble, kernelState } from "./host.js";

export const statusOf = (form) => {
  const copy = form.drafts.failed
    ? "This browser has no copy either: copy your text somewhere else before you close this page."
    : "Your text is safe in this browser.";
  return refusal(form, copy) ?? cutOff(form, copy) ?? trouble(form) ?? progress(form);
};

const inState = (form, state) => form.fields.filter((field) => field.state === state);

const refusal = (form, copy) => {
  const [first] = inState(form, "refused");
  if (!first) return null;
  const what = first.remedy ? `${first.remedy}, and it will save itself.` : "It will save itself as soon as it can.";
  return { tone: "bad", text: `Not saved: ${sentence(first.refusal)} ${copy} ${what}` };
};

// Words that the host hasn't confirmed, and why, if that can be known from here.
const cutOff = (form, copy) => {
  const unheard = inState(form, "unheard").length > 0;
  const unread = form.deaf && form.fields.some((field) => field.revision === null);
  const kernel = kernelState(form.model, form.dead);
  if (!unheard && !unread && kernel !== "gone") return null;
  const written = form.fields.some((field) => field.dirty);
  const late = `Your saved ${form.words.what} hasn't loaded yet`;
  const what = written ? "Not saved yet" : unread ? late : "Disconnected";
  const { why, remedy } = hostTrouble(form.words, kernel, written ? "save" : "load");
  return { tone: "bad", text: `${what}: ${why}${written ? ` ${copy}` : ""} ${remedy}` };
};

const trouble = (form) => {
  if (form.notices.has("load")) {
    return { tone: "bad", text: `Your saved ${form.words.what} can't be read: ${form.notices.get("load")}` };
  }
  const conflicts = inState(form, "conflict");
  if (conflicts.length) {
    return { tone: "warn", text: `${twoTexts(conflicts)} Pick one below; we keep both.` };
  }
  if (!form.drafts.failed) return null;
  return {
    tone: "warn",
    text: "This browser's storage is full or turned off: wait for “Saved” before you close this page.",
  };
};

const twoTexts = (conflicts) => {
  const titles = joinWords(conflicts.map((field) => field.title));
  if (conflicts.every(({ conflict }) => conflict.early)) return `You typed in ${titles} before your saved text had loaded.`;
  return `${titles} ${conflicts.length === 1 ? "was" : "were"} changed in two places.`;
};

const progress = (form) => {
  if (form.loading && inState(form, "loading").length) {
    return { tone: "busy", text: `Loading your ${form.words.what} …` };
  }
  if (form.readOnly) return { tone: "ok", text: "To read only: nothing changes this answer here." };
  if (inState(form, "saving").length) return { tone: "busy", text: "Saving …" };
  if (form.notices.has("store")) return { tone: "warn", text: form.notices.get("store") };
  const last = form.fields.map((field) => field.savedAt).filter(Boolean).sort().at(-1);
  if (last) return { tone: "ok", text: `Saved ${formatMoment(last)}` };
  return { tone: "ok", text: "Nothing written yet. Saves as you type." };
};
