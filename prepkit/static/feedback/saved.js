// What the bar says: whether all that the coach said is stored, and if not, why and where it is. Pure.

import { pluralize, timeOfDay } from "../shared/text.js";

const SAFE = "What you said is safe in this browser.";
const NO_COPY = "This browser has no copy either: don't close this page before you see “Saved”.";

// {tone, text}; a tone is "ok", "busy", "warn" or "bad". `silence` is why the host doesn't answer, `calibrates` whether
// examples are being rated.
export const statusOf = ({ waiting, parcels, trouble, failed, savedAt }, { silence, calibrates }) => {
  const why = trouble ?? silence;
  if (waiting.length && why) return { tone: "bad", text: `Not saved yet: ${why} ${failed ? NO_COPY : SAFE}` };
  if (why) return { tone: "bad", text: `Disconnected: ${why}` };
  if (waiting.length) return { tone: "busy", text: "Saving …" };
  if (failed) {
    return { tone: "warn", text: "This browser's storage is full or turned off: wait for “Saved” before you close this page." };
  }
  if (calibrates) return { tone: "ok", text: "Your ratings of the examples stay in this browser until you compare them." };
  const drafts = parcels.size ? `${pluralize(parcels.size, "comment")} not saved yet` : "";
  const said = [savedAt ? `Saved ${timeOfDay(savedAt)}` : "", drafts].filter(Boolean).join(" · ");
  return { tone: drafts ? "busy" : "ok", text: said || "Nothing to save yet. Ratings are saved as you choose them." };
};
