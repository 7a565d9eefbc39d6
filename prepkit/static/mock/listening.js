// A recording that is listened to: its length, its pauses, and a sound that a player can jump in.

import { measure } from "./pauses.js";

const RATE = 16000; // Hz: enough for a voice

// Samples from -1 to 1 as a WAV file. Pure.
export const wavOf = (samples, rate) => {
  const head = new DataView(new ArrayBuffer(44));
  const write = (at, text) => [...text].forEach((letter, index) => head.setUint8(at + index, letter.charCodeAt(0)));
  const size = 2 * samples.length;
  write(0, "RIFF");
  head.setUint32(4, 36 + size, true);
  write(8, "WAVEfmt ");
  head.setUint32(16, 16, true); // bytes of this part
  head.setUint16(20, 1, true); // plain samples
  head.setUint16(22, 1, true); // of one channel
  head.setUint32(24, rate, true);
  head.setUint32(28, 2 * rate, true); // bytes a second
  head.setUint16(32, 2, true); // bytes a sample
  head.setUint16(34, 16, true); // bits a sample
  write(36, "data");
  head.setUint32(40, size, true);
  const whole = Int16Array.from(samples, (sample) => Math.round(32767 * Math.max(-1, Math.min(1, sample))));
  return new Blob([head, whole], { type: "audio/wav" });
};

// What is heard of a recording: {sound, measured}. A recording has neither its length nor an index in it, so
// Firefox can't jump in it; the sound is the same as a file that has both. Where this browser can't decode it,
// the sound is the recording itself, and `measured` is null; else {seconds, silent, longest, at, delay}.
export const hear = async (blob) => {
  try {
    const context = new OfflineAudioContext(1, 1, RATE);
    const decoded = await context.decodeAudioData(await blob.arrayBuffer());
    const samples = decoded.getChannelData(0);
    const measured = { seconds: decoded.duration, ...measure(samples, decoded.sampleRate) };
    return { sound: wavOf(samples, decoded.sampleRate), measured };
  } catch {
    return { sound: blob, measured: null };
  }
};
