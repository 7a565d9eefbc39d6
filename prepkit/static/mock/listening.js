// A recording that is listened to: its length, its pauses, and a player that can jump.

import { measure } from "./pauses.js";

const RATE = 16000; // Hz: enough for a voice

// {seconds, silent, longest, at, delay} of a recording; null if this browser can't read it.
export const measureBlob = async (blob) => {
  try {
    const context = new OfflineAudioContext(1, 1, RATE);
    const sound = await context.decodeAudioData(await blob.arrayBuffer());
    return { seconds: sound.duration, ...measure(sound.getChannelData(0), sound.sampleRate) };
  } catch {
    return null;
  }
};

// A recording has no length of its own written in it: a browser knows it only after a jump to its end.
export const mend = (audio) => {
  const look = () => {
    if (audio.duration !== Infinity) return;
    const back = () => {
      audio.removeEventListener("timeupdate", back);
      audio.currentTime = 0;
    };
    audio.addEventListener("timeupdate", back);
    audio.currentTime = 1e9;
  };
  audio.addEventListener("loadedmetadata", look);
};
