// What the interview says of times and sizes. Pure.

import { language, t } from "../shared/language.js";
import { clockTime } from "../shared/text.js";

export const clockOf = (seconds) => clockTime(Math.max(0, Math.floor(seconds)));

export const sizeText = (bytes) => {
  if (bytes < 1e6) return `${Math.max(1, Math.round(bytes / 1000)).toLocaleString(language)} kB`;
  return `${(bytes / 1e6).toLocaleString(language, { maximumFractionDigits: 1 })} MB`;
};

export const percent = (share) => `${Math.round(100 * share)}%`;

export const usualShare = ([low, high]) => `${Math.round(100 * low)}–${Math.round(100 * high)}%`;

export const FITS = { none: t("not marked"), low: t("shorter than usual"), good: t("as usual"), high: t("longer than usual") };

// How a whole answer stands beside its usual time.
export const lengthText = (seconds, [least, most]) => {
  if (seconds < least) return t("shorter than usual");
  return seconds <= most ? t("as usual") : t("longer than usual");
};

// Pauses are measured to half a second or so, and told like that.
export const pauseText = ({ longest }) => {
  if (longest === 0) return t("no pause of a second or more");
  return t("longest pause about {number} s", { number: longest < 1.5 ? 1 : Math.round(longest) });
};

export const delayText = (delay) =>
  delay < 1 ? t("you began at once") : t("you began after about {number} s", { number: Math.round(delay) });

// What ended a recording or an answer before it was stopped.
export const CAUSES = {
  device: t("The microphone was lost. What you said until then is kept."),
  pause: t("You paused for a minute, so the microphone was released. What you said until then is kept."),
  page: t("You left the page, so the recording ended. What you said until then is kept."),
  full: t("Your answer reached ten minutes, so it was stopped. What you said until then is kept."),
  storage: t("This browser's storage is full, so the recording ended. What is stored of it is kept."),
};
