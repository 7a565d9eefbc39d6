// What the interview says of times and sizes. Pure.

import { clockTime } from "../shared/text.js";

export const clockOf = (seconds) => clockTime(Math.max(0, Math.floor(seconds)));

export const sizeText = (bytes) => {
  if (bytes < 1e6) return `${Math.max(1, Math.round(bytes / 1000)).toLocaleString("en")} kB`;
  return `${(bytes / 1e6).toLocaleString("en", { maximumFractionDigits: 1 })} MB`;
};

export const percent = (share) => `${Math.round(100 * share)}%`;

export const usualShare = ([low, high]) => `${Math.round(100 * low)}–${Math.round(100 * high)}%`;

export const FITS = { none: "not marked", low: "shorter than usual", good: "as usual", high: "longer than usual" };

// How a whole answer stands beside its usual time.
export const lengthText = (seconds, [least, most]) => {
  if (seconds < least) return "shorter than usual";
  return seconds <= most ? "as usual" : "longer than usual";
};

// Pauses are measured to half a second or so, and told like that.
export const pauseText = ({ longest }) => {
  if (longest === 0) return "no pause of a second or more";
  return longest < 1.5 ? "longest pause about 1 s" : `longest pause about ${Math.round(longest)} s`;
};

export const delayText = (delay) => (delay < 1 ? "you began at once" : `you began after about ${Math.round(delay)} s`);

// What ended a recording before it was stopped.
export const CAUSES = {
  device: "The microphone was lost. What you said until then is kept.",
  pause: "You paused for a minute, so the microphone was released. What you said until then is kept.",
  page: "You left the page, so the recording ended. What you said until then is kept.",
  storage: "This browser's storage is full, so the recording ended. What is stored of it is kept.",
};
