// One attempt at a question: what was said for how long, and how it is rated. Pure, except for AttemptDrafts.
//
// An attempt is kept in this browser from its first second until the host has acknowledged it. A draft is
// {id, session, question, attempt, stage}; stage is "speaking", "judging" or "given" (only the host's word is
// missing).

import { itemNames, readItem, writeItem } from "../shared/storage.js";

export const tenths = (seconds) => (seconds === null ? null : Math.round(10 * seconds) / 10);

export const newAttempt = (session, question, { thinking, take, now = new Date() }) => ({
  session,
  question,
  take,
  started_at: now.toISOString(),
  seconds: 0,
  thinking_seconds: tenths(thinking),
  start_delay: null,
  marks: [],
  longest_pause: null,
  fillers: null,
  follow_ups: [],
  ticked: [],
  level_met: null,
  scores: {},
  rating: null,
});

export class AttemptDrafts {
  constructor(workbook) {
    this.prefix = `prepkit-mock:${workbook}:`;
  }

  keep(draft) {
    return writeItem(`${this.prefix}${draft.id}`, JSON.stringify(draft));
  }

  drop(id) {
    writeItem(`${this.prefix}${id}`, null);
  }

  // Oldest first.
  all() {
    const drafts = (itemNames(this.prefix) ?? []).map((name) => {
      try {
        return JSON.parse(readItem(name));
      } catch {
        return null; // not one of ours
      }
    });
    const whole = drafts.filter((draft) => draft?.attempt?.started_at && draft.question?.text);
    return whole.sort((a, b) => (a.attempt.started_at < b.attempt.started_at ? -1 : 1));
  }
}
