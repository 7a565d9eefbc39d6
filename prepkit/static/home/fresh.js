// When to ask again: something was stored, here or in another window; the window or the page comes back
// into view. Gathered, so that somebody who types doesn't keep the kernel busy.

import { Retry } from "../form/retry.js";
import { onChange } from "../shared/changes.js";

const PAUSE = 500; // ms from one question to the next, at least

export class Fresh {
  // `ask` returns a promise of whether there was an answer; `node` is what the page shows.
  constructor(ask, node) {
    this.ask = ask;
    this.node = node;
    this.asking = false;
    this.again = false; // whether something has changed since the last question
    this.last = -PAUSE;
    this.retry = new Retry(() => this.now());
  }

  start() {
    const look = () => {
      if (document.visibilityState === "visible") this.soon();
    };
    const sight = new IntersectionObserver((seen) => {
      if (seen.some(({ isIntersecting }) => isIntersecting)) this.soon();
    });
    sight.observe(this.node);
    const stopHearing = onChange(() => this.soon());
    window.addEventListener("focus", look);
    document.addEventListener("visibilitychange", look);
    this.stop = () => {
      sight.disconnect();
      stopHearing();
      window.removeEventListener("focus", look);
      document.removeEventListener("visibilitychange", look);
      clearTimeout(this.timer);
      this.timer = null;
      this.retry.stop();
      this.stopped = true;
    };
  }

  soon() {
    if (this.asking) this.again = true;
    else this.timer ??= setTimeout(() => this.now(), Math.max(0, this.last + PAUSE - Date.now()));
  }

  async now() {
    clearTimeout(this.timer);
    this.timer = null;
    this.retry.stop();
    this.again = this.asking;
    if (this.asking || this.stopped) return;
    this.asking = true;
    this.last = Date.now();
    const answered = await this.ask();
    this.asking = false;
    if (this.stopped) return;
    if (answered) this.retry.reset();
    else this.retry.later();
    if (this.again) this.soon();
  }
}
