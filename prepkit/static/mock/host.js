// What the interview says to its host, and hears from it: see `Host.ask` for how. The requests are
//   offer · draw · comebacks · attempt · attempts · chunk · finish · takes · play · delete
// and each answer repeats the request's `view` and `seq`. An error says what is wrong in words of its own.

import { HOST_WORDS, kernelState, whatIsWrong } from "../form/host.js";
import { countUp, newId } from "../shared/ids.js";

const PATIENCE = 5000; // ms until a request without an answer is sent again
const PAUSES = [2000, 4000, 8000, 15000]; // ms before it is

// The host has said that it can't do something; its message is for the candidate.
export class Refusal extends Error {}

export class Host {
  constructor(model) {
    this.model = model;
    this.view = newId();
    this.numbers = countUp();
    this.waiting = new Map(); // what hears the answers, by the request's number
    this.dead = false;
    this.onstate = () => {};
    this.hear = (message, buffers) => this.receive(message, buffers);
    model.on("msg:custom", this.hear);
  }

  get words() {
    return { ...HOST_WORDS, ...this.model.get("words") };
  }

  // What to say while a request has no answer.
  get silence() {
    const { silent, wait, gone, again } = this.words;
    return kernelState(this.model, this.dead) === "gone" ? `${gone} ${again}` : `${silent} ${wait}`;
  }

  receive(message, buffers) {
    if (message.view === this.view) this.waiting.get(message.seq)?.(message, buffers ?? []);
  }

  // Sends a request, and again until it is answered or `given.over` is true; resolves to {message, buffers}, the
  // last answer, or to null if it is over. `given.buffers` go with it; `given.more(message, buffers)` hears every
  // answer, and says whether another one has to come; `given.onsilence` hears why there is none. Throws a Refusal
  // if the host says that something is wrong.
  async ask(message, given = {}) {
    const seq = this.numbers.next().value;
    for (let tries = 0; !given.over; tries += 1) {
      const answer = await this.once({ ...message, view: this.view, seq }, given);
      if (answer?.message.type === "error") throw new Refusal(whatIsWrong(answer.message));
      if (answer) return answer;
      given.onsilence?.(this.silence);
      await new Promise((resolve) => setTimeout(resolve, PAUSES[Math.min(tries, PAUSES.length - 1)]));
    }
    return null;
  }

  // Resolves to the answer, or to null if there is none in time.
  once(message, { buffers = [], more = () => false, patience = PATIENCE }) {
    return new Promise((resolve) => {
      let timer;
      const end = (answer) => {
        clearTimeout(timer);
        this.waiting.delete(message.seq);
        resolve(answer);
      };
      const wait = () => {
        clearTimeout(timer);
        timer = setTimeout(end, patience, null);
      };
      this.waiting.set(message.seq, (answer, received) => {
        if (answer.type !== "error" && more(answer, received)) wait();
        else end({ message: answer, buffers: received });
      });
      wait();
      try {
        this.model.send(message, undefined, buffers);
        this.dead = false;
      } catch {
        this.dead = true; // the kernel that knew this widget is gone
        end(null);
      }
    });
  }

  close() {
    this.model.off("msg:custom", this.hear);
  }
}
