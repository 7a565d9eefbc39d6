// What can be measured honestly in a recording: its pauses. Pure.
//
// Loudness in windows of 25 ms, each 10 ms. Quieter than 25 dB below the loud parts is a pause, if that is at
// least 6 dB above the quietest. Of made pauses of 0.8 s and more all were found down to 20 dB between voice
// and noise, so where there is less, nothing is said. How fast somebody speaks, and how often they say "um",
// can't be measured well enough on a machine without help from others: nothing is said of it either.

const WINDOW = 0.025;
const HOP = 0.01;
const BELOW = 25; // dB below the loud parts
const ABOVE = 6; // dB above the quietest
const LEAST_RANGE = 20; // dB
const SILENT = -60; // dB; a microphone that is muted has nothing louder
const WORD = 0.05; // seconds; a shorter sound is a click
const LEAST_PAUSE = 0.8; // seconds

// Loudness in dB, each HOP.
export const levelsOf = (samples, rate) => {
  const size = Math.max(1, Math.round(WINDOW * rate));
  const hop = Math.max(1, Math.round(HOP * rate));
  const levels = [];
  for (let at = 0; at + size <= samples.length; at += hop) {
    let sum = 0;
    for (let i = at; i < at + size; i += 1) sum += samples[i] * samples[i];
    levels.push(10 * Math.log10(sum / size + 1e-10));
  }
  return levels;
};

const percentile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];

// The stretches that hold a voice: [first, last + 1] of the levels.
const voiced = (levels, limit) => {
  const found = [];
  let from = null;
  levels.forEach((level, index) => {
    if (level > limit) from ??= index;
    else if (from !== null) {
      found.push([from, index]);
      from = null;
    }
  });
  if (from !== null) found.push([from, levels.length]);
  return found.filter(([first, end]) => (end - first) * HOP >= WORD);
};

// {silent, longest, at, delay}: whether nothing was heard; the longest pause in seconds and where it begins,
// and how long it took to the first word; null where that can't be said.
export const measure = (samples, rate) => {
  const levels = levelsOf(samples, rate);
  const unknown = { silent: false, longest: null, at: null, delay: null };
  if (!levels.length) return unknown;
  const sorted = [...levels].sort((a, b) => a - b);
  const loud = percentile(sorted, 0.95);
  const floor = percentile(sorted, 0.05);
  if (loud < SILENT) return { ...unknown, silent: true };
  if (loud - floor < LEAST_RANGE) return unknown;
  const words = voiced(levels, Math.max(loud - BELOW, floor + ABOVE));
  if (!words.length) return unknown;
  const gaps = words.slice(1).map(([first], index) => [(first - words[index][1]) * HOP, words[index][1] * HOP]);
  const [longest, at] = gaps.reduce((best, gap) => (gap[0] > best[0] ? gap : best), [0, null]);
  const isPause = longest >= LEAST_PAUSE;
  return { silent: false, longest: isPause ? longest : 0, at: isPause ? at : null, delay: words[0][0] * HOP };
};
