// What the candidate is told about the whole form: {tone, text}, the most urgent first. First it says what
// has happened to the text, then what to do.
//
// A tone is "ok", "busy", "warn" or "bad".

import { t, tn } from "../shared/language.js";
import { formatMoment, joinWords, sentence } from "../shared/text.js";
import { hostTrouble, kernelState } from "./host.js";

export const statusOf = (form) => {
  const copy = form.drafts.failed
    ? t("This browser has no copy either: copy your text somewhere else before you close this page.")
    : t("Your text is safe in this browser.");
  return refusal(form, copy) ?? cutOff(form, copy) ?? trouble(form) ?? progress(form);
};

const inState = (form, state) => form.fields.filter((field) => field.state === state);

const refusal = (form, copy) => {
  const [first] = inState(form, "refused");
  if (!first) return null;
  const what = first.remedy
    ? t("{remedy}, and it will save itself.", { remedy: first.remedy })
    : t("It will save itself as soon as it can.");
  return { tone: "bad", text: `${t("Not saved: {why}", { why: sentence(first.refusal) })} ${copy} ${what}` };
};

// Words that the host hasn't confirmed, and why, if that can be known from here.
const cutOff = (form, copy) => {
  const unheard = inState(form, "unheard").length > 0;
  const unread = form.deaf && form.fields.some((field) => field.revision === null);
  const kernel = kernelState(form.model, form.dead);
  if (!unheard && !unread && kernel !== "gone") return null;
  const written = form.fields.some((field) => field.dirty);
  const late = t("Your saved {what} hasn't loaded yet", { what: form.words.what });
  const what = written ? t("Not saved yet") : unread ? late : t("Disconnected");
  const { why, remedy } = hostTrouble(form.words, kernel, written ? "save" : "load");
  return { tone: "bad", text: `${what}: ${why}${written ? ` ${copy}` : ""} ${remedy}` };
};

const trouble = (form) => {
  if (form.notices.has("load")) {
    const why = form.notices.get("load");
    return { tone: "bad", text: t("Your saved {what} can't be read: {why}", { what: form.words.what, why }) };
  }
  const conflicts = inState(form, "conflict");
  if (conflicts.length) {
    return { tone: "warn", text: `${twoTexts(conflicts)} ${t("Pick one below; we keep both.")}` };
  }
  if (form.words.unkept) return { tone: "warn", text: form.words.unkept };
  if (!form.drafts.failed) return null;
  return {
    tone: "warn",
    text: t("This browser's storage is full or turned off: wait for “Saved” before you close this page."),
  };
};

const twoTexts = (conflicts) => {
  const titles = joinWords(conflicts.map((field) => field.title));
  if (conflicts.every(({ conflict }) => conflict.early)) {
    return t("You typed in {titles} before your saved text had loaded.", { titles });
  }
  return tn("{titles} was changed in two places.", "{titles} were changed in two places.", conflicts.length, { titles });
};

const progress = (form) => {
  if (form.loading && inState(form, "loading").length) {
    return { tone: "busy", text: t("Loading your {what} …", { what: form.words.what }) };
  }
  if (form.readOnly) return { tone: "ok", text: t("To read only: nothing changes this answer here.") };
  if (inState(form, "saving").length) return { tone: "busy", text: t("Saving …") };
  if (form.notices.has("store")) return { tone: "warn", text: form.notices.get("store") };
  const last = form.fields.map((field) => field.savedAt).filter(Boolean).sort().at(-1);
  if (last) return { tone: "ok", text: t("Saved {when}", { when: formatMoment(last) }) };
  return { tone: "ok", text: t("Nothing written yet. Saves as you type.") };
};
