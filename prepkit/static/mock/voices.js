// Reading a question out loud, by voices of this device only.
//
// A browser may offer voices that send the text to a server, and may make one of them its default. So nothing
// is ever said without one that is known to be local. Firefox on Linux calls none of its voices local, though
// all of them come from the device's speech-dispatcher.

import { bankLanguage, t } from "../shared/language.js";

const REMOTE = /Online|^Google /;
const DEVICE = "urn:moz-tts:speechd:";
const PATIENCE = 4000; // ms without a sound

export const NO_VOICE = t("No voice on this device; read the question.");

export const isLocal = ({ localService, voiceURI, name }) =>
  (localService === true || voiceURI.startsWith(DEVICE)) && !REMOTE.test(name) && !REMOTE.test(voiceURI);

// The voice to read with, in the language of the questions; null if there is none.
export const chooseVoice = (voices) => {
  const allowed = voices.filter((voice) => isLocal(voice) && voice.lang.split(/[-_]/)[0].toLowerCase() === bankLanguage);
  return allowed.find((voice) => voice.default) ?? allowed[0] ?? null;
};

export class Speaker {
  // `page` is the window.
  constructor(page = window) {
    this.page = page;
    this.end = null;
  }

  get voice() {
    return chooseVoice(this.page.speechSynthesis?.getVoices() ?? []);
  }

  // Calls `listener` now and whenever there are other voices, until the returned function is called. Voices
  // come late, and not every browser says so.
  follow(listener) {
    const { speechSynthesis } = this.page;
    let told;
    const look = () => {
      const { voice } = this;
      if (voice !== told) listener(voice);
      told = voice;
    };
    look();
    const poll = setInterval(look, 1000);
    speechSynthesis?.addEventListener?.("voiceschanged", look);
    return () => {
      clearInterval(poll);
      speechSynthesis?.removeEventListener?.("voiceschanged", look);
    };
  }

  // Resolves to whether the whole text was said.
  say(text) {
    this.stop();
    const { voice } = this;
    if (!voice) return Promise.resolve(false);
    const words = new this.page.SpeechSynthesisUtterance(text);
    words.voice = voice;
    words.lang = voice.lang;
    return new Promise((resolve) => {
      const end = (said) => {
        clearTimeout(unheard);
        if (this.end === end) this.end = null;
        resolve(said);
      };
      const unheard = setTimeout(() => {
        if (this.end === end) this.stop();
      }, PATIENCE);
      this.end = end;
      words.onstart = () => clearTimeout(unheard);
      words.onend = () => end(true);
      words.onerror = () => end(false);
      this.page.speechSynthesis.cancel();
      this.page.speechSynthesis.speak(words);
    });
  }

  stop() {
    if (!this.end) return;
    const { end } = this;
    this.end = null;
    this.page.speechSynthesis.cancel();
    end(false);
  }
}
