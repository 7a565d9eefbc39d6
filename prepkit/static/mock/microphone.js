// The microphone: which format to record in, what to say when it isn't there, and one recording of it.

import { t } from "../shared/language.js";

const FORMATS = ["audio/webm;codecs=opus", "audio/mp4"];
const RATE = 32000; // bits a second: about 250 kB a minute
const PIECE = 1000; // ms

const PROBLEMS = {
  NotAllowedError: t("The microphone was not allowed. Nothing is recorded. Allow it in the address bar, then press Record again, or go on with the clock only."),
  NotFoundError: t("No microphone was found. Plug one in, then press Record again, or go on with the clock only."),
  NotReadableError: t("Another program holds the microphone. Close it, then press Record again, or go on with the clock only."),
  format: t("This browser can't record sound. Use another browser, or go on with the clock only."),
  storage: t("This browser doesn't let the page store data, so a recording could be lost. Allow it in the browser's settings, or go on with the clock only."),
};

// What to tell, by an error or its name.
export const problemOf = (error) => {
  const name = error?.name ?? error;
  if (name === "SecurityError") return PROBLEMS.NotAllowedError;
  if (["OverconstrainedError", "DevicesNotFoundError"].includes(name)) return PROBLEMS.NotFoundError;
  if (name === "AbortError") return PROBLEMS.NotReadableError;
  if (name === "NotSupportedError") return PROBLEMS.format;
  return PROBLEMS[name] ?? t("The microphone can't be used ({name}). Press Record again, or go on with the clock only.", { name });
};

const LOCAL = "Open the page at http://127.0.0.1 or http://localhost instead of this address";

// What is wrong before anything is tried; null if nothing is. `remedy` is for an address without a microphone.
export const missing = ({ isSecureContext, navigator, MediaRecorder }, remedy = LOCAL) => {
  if (!isSecureContext || !navigator.mediaDevices) {
    return t("This address can't use a microphone. {remedy}, or go on with the clock only.", { remedy });
  }
  return formatOf(MediaRecorder) ? null : problemOf("format");
};

// The first format that this browser writes.
export const formatOf = (Recorder) => FORMATS.find((format) => Recorder?.isTypeSupported(format)) ?? null;

export class Microphone {
  // `onpiece` gets each piece, a Blob; `onlost` is called if the recording ended without `stop`.
  constructor(page, { onpiece, onlost }) {
    this.page = page;
    this.onpiece = onpiece;
    this.onlost = onlost;
    this.stream = null;
    this.recorder = null;
  }

  get mime() {
    return this.recorder.mimeType;
  }

  // Asks for the microphone; nothing is recorded yet.
  async open() {
    this.stream = await this.page.navigator.mediaDevices.getUserMedia({ audio: true });
    const options = { mimeType: formatOf(this.page.MediaRecorder), audioBitsPerSecond: RATE };
    this.recorder = new this.page.MediaRecorder(this.stream, options);
    this.ended = new Promise((resolve) => {
      this.recorder.onstop = () => {
        this.release();
        resolve();
        if (!this.stopped) this.onlost();
      };
    });
    this.recorder.ondataavailable = ({ data }) => {
      if (data.size) this.onpiece(data); // a browser may give an empty one
    };
    for (const track of this.stream.getTracks()) track.onended = () => this.lose();
  }

  // Resolves once it records, with the format that is written.
  start() {
    return new Promise((resolve) => {
      this.recorder.onstart = () => resolve(this.mime);
      this.recorder.start(PIECE);
    });
  }

  pause() {
    if (this.recorder.state === "recording") this.recorder.pause();
  }

  resume() {
    if (this.recorder.state === "paused") this.recorder.resume();
  }

  // Has what was said so far given out at once, such as before the page may be put to sleep.
  flush() {
    if (this.recorder?.state === "recording") this.recorder.requestData();
  }

  lose() {
    if (this.recorder.state !== "inactive") this.recorder.stop();
  }

  // Stops at once; resolves when the last piece is there.
  stop() {
    this.stopped = true;
    if (this.recorder && this.recorder.state !== "inactive") this.recorder.stop();
    this.release();
    return this.ended;
  }

  release() {
    for (const track of this.stream?.getTracks() ?? []) track.stop();
  }
}
