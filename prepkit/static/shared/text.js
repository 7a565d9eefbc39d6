// Words, counts, durations and times, as they are shown. Pure, except for the reader's own time zone.

import { dayLanguage, isEnglish, language, t, tn } from "./language.js";

export const sentence = (text) => (/[.!?]$/.test(text.trim()) ? text.trim() : `${text.trim()}.`);
export const pluralize = (count, noun) => `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
// Words as running text: a, b and c.
export const joinWords = (words) =>
  words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} ${t("and")} ${words.at(-1)}`;

// Seconds as a clock shows them: 1:05.
export const clockTime = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

export const timeOfDay = (date) => date.toLocaleTimeString(dayLanguage, { hour: "2-digit", minute: "2-digit" });

// A moment, as short as possible: only the time if it is today.
export const formatMoment = (iso, now = new Date()) => {
  const date = new Date(iso);
  if (date.toDateString() === now.toDateString()) return timeOfDay(date);
  const day = date.toLocaleDateString(dayLanguage, { day: "numeric", month: "short", year: "numeric" });
  return `${day}, ${timeOfDay(date)}`;
};

// A day in a sentence: Tuesday 1 December, with the year if it isn't this one. `iso` is a moment or a day.
export const formatDay = (iso, now = new Date()) => {
  const date = new Date(iso.includes("T") ? iso : `${iso}T00:00`); // a day alone would be one in UTC
  const isThisYear = date.getFullYear() === now.getFullYear();
  if (!isEnglish) {
    const parts = { weekday: "long", day: "numeric", month: "long", year: isThisYear ? undefined : "numeric" };
    return date.toLocaleDateString(language, parts);
  }
  const [weekday, month] = [{ weekday: "long" }, { month: "long" }].map((part) => date.toLocaleDateString("en", part));
  const day = `${weekday} ${date.getDate()} ${month}`;
  return isThisYear ? day : `${day} ${date.getFullYear()}`;
};

// How far off a day is: today, tomorrow, in 9 days, in 5 months.
export const daysAway = (iso, now = new Date()) => {
  const midnight = (date) => new Date(date.getFullYear(), date.getMonth(), date.getDate());
  const days = Math.round((midnight(new Date(iso)) - midnight(now)) / 86400000); // a day may have 23 hours
  if (days <= 0) return t("today");
  if (days === 1) return t("tomorrow");
  return days < 90
    ? tn("in {count} day", "in {count} days", days)
    : tn("in {count} month", "in {count} months", Math.round(days / 30.4));
};

// Half of a surrogate pair can't be written to any file.
export const replaceLoneSurrogates = (text) => text.replace(/\p{Surrogate}/gu, "\ufffd");
