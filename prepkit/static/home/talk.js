// Questions to the kernel, and its answers. A host's messages reach every window that shows the widget, so
// each has the id of the view that asked.

import { PATIENCE } from "../form/retry.js";
import { countUp } from "../shared/ids.js";

export class Talk {
  constructor(model, view) {
    this.model = model;
    this.view = view;
    this.numbers = countUp();
    this.waiting = new Map(); // by number, what to call with the answer
    this.dead = false; // whether the last message could not even be sent
    this.hear = (message) => this.receive(message);
    model.on("msg:custom", this.hear);
  }

  // Resolves to the answer, or to null if there is none for a while.
  ask(message) {
    const seq = this.numbers.next().value;
    return new Promise((resolve) => {
      const end = (answer) => {
        clearTimeout(timer);
        this.waiting.delete(seq);
        resolve(answer);
      };
      const timer = setTimeout(() => end(null), message.patience ?? PATIENCE);
      this.waiting.set(seq, end);
      try {
        const { patience, ...rest } = message;
        this.model.send({ ...rest, view: this.view, seq });
        this.dead = false;
      } catch {
        this.dead = true; // the kernel that knew this page is gone
        end(null);
      }
    });
  }

  receive(message) {
    if (message.view === this.view) this.waiting.get(message.seq)?.(message);
  }

  stop() {
    this.model.off("msg:custom", this.hear);
    for (const end of [...this.waiting.values()]) end(null);
  }
}
