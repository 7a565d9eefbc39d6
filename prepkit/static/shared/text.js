// Words, counts, durations and times, as they are shown. Pure, but for the reader's own time zone.

export const SPOKEN = 140; // words a minute: a convention, people speak at 110 to 170

export const capitalize = (text) => text.charAt(0).toUpperCase() + text.slice(1);
export const sentence = (text) => (/[.!?]$/.test(text.trim()) ? text.trim() : `${text.trim()}.`);
export const pluralize = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;
export const countWords = (text) => text.split(/\s+/).filter(Boolean).length;

// Seconds as a clock shows them: 1:05.
export const clockTime = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

// How long so many words take to say, to five seconds.
export const spokenTime = (words) => {
  const seconds = Math.round((words * 60) / SPOKEN / 5) * 5;
  return seconds < 60 ? `${seconds} s` : `${clockTime(seconds)} min`;
};

export const timeOfDay = (date) => date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

// A moment as short as it can be told: the time alone where it is today.
export const formatMoment = (iso, now = new Date()) => {
  const date = new Date(iso);
  if (date.toDateString() === now.toDateString()) return timeOfDay(date);
  const day = date.toLocaleDateString([], { day: "numeric", month: "short", year: "numeric" });
  return `${day}, ${timeOfDay(date)}`;
};

// Half of a surrogate pair can stand in no file.
export const replaceLoneSurrogates = (text) => text.replace(/\p{Surrogate}/gu, "\ufffd");
