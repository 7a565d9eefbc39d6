// What the candidate is told of the whole form: {tone, text}, the most urgent first.
//
// A tone is "ok", "busy", "warn" or "bad".

import { formatMoment, sentence } from "../shared/text.js";
import { kernelState } from "./host.js";

const GONE = ["gone", "dead", "terminating"];
const BUSY = ["busy", "starting", "restarting", "autorestarting"];

export const statusOf = (form) => {
  const copy = form.drafts.failed
    ? "This browser kept no copy, so copy your text elsewhere before you close this page."
    : "Your text is kept in this browser.";
  return refusal(form, copy) ?? cutOff(form, copy) ?? trouble(form) ?? progress(form);
};

const inState = (form, state) => form.fields.filter((field) => field.state === state);

const refusal = (form, copy) => {
  const [first] = inState(form, "refused");
  if (!first) return null;
  return { tone: "bad", text: `Not saved: ${sentence(first.refusal)} ${copy} Saving is tried again by itself.` };
};

// Words that the host hasn't confirmed, and why as far as it can be known from here.
const cutOff = (form, copy) => {
  const unheard = inState(form, "unheard").length > 0;
  const unread = form.deaf && form.fields.some((field) => field.revision === null);
  const kernel = kernelState(form.model, form.dead);
  if (!unheard && !unread && kernel !== "gone") return null;
  const written = form.fields.some((field) => field.dirty);
  const what = written ? "Not saved yet" : unread ? "Your stored answer is not loaded yet" : "This form is cut off";
  const { why, remedy } = reason(form, kernel, written ? "saved" : "loaded");
  return { tone: "bad", text: `${what}: ${why}${written ? ` ${copy}` : ""} ${remedy}` };
};

const reason = (form, kernel, done) => {
  const { gone, again, silent, wait } = form.words;
  if (GONE.includes(kernel)) return { why: gone, remedy: again };
  if (kernel === "unreachable") {
    return {
      why: "there is no connection to the notebook server.",
      remedy: "Check that it still runs; saving goes on by itself when it is back.",
    };
  }
  if (BUSY.includes(kernel)) {
    return {
      why: "the notebook's kernel is busy with something else.",
      remedy: `It is ${done} by itself as soon as the kernel is free.`,
    };
  }
  // "idle" says nothing: a thread of the kernel may be idle while a cell runs in another.
  return { why: silent, remedy: wait };
};

const trouble = (form) => {
  if (form.notices.has("load")) {
    return { tone: "bad", text: `Your stored answer could not be read: ${form.notices.get("load")}` };
  }
  const conflicts = inState(form, "conflict");
  if (conflicts.length) {
    const titles = conflicts.map((field) => field.title).join(", ");
    return { tone: "warn", text: `Two versions of ${titles}. Choose below the box; both texts are kept.` };
  }
  if (!form.drafts.failed) return null;
  return {
    tone: "warn",
    text: `This browser's storage is full or switched off: what you type is safe only once it is stored in ${form.words.store}.`,
  };
};

const progress = (form) => {
  if (form.loading && inState(form, "loading").length) return { tone: "busy", text: "Loading your answer …" };
  if (inState(form, "saving").length) return { tone: "busy", text: "Saving …" };
  if (form.notices.has("store")) return { tone: "warn", text: form.notices.get("store") };
  const last = form.fields.map((field) => field.savedAt).filter(Boolean).sort().at(-1);
  if (last) return { tone: "ok", text: `Saved, ${formatMoment(last)}` };
  return { tone: "ok", text: "Nothing written yet. Each word is saved as you type." };
};
