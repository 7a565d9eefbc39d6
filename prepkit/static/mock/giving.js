// Attempts on their way to the host: each is sent as often as it takes, and kept in this browser until then.

const AGAIN = 8000; // ms after the host has refused one
const REFUSALS = 3; // until an attempt is offered again, to be changed or forgotten

export class Giving {
  // `over.over` is set when the page is closed; `onnews` is called when something changes, `onarrived` with the
  // attempt that the host has.
  constructor(host, drafts, over, { onnews, onarrived }) {
    this.host = host;
    this.drafts = drafts;
    this.over = over;
    this.onnews = onnews;
    this.onarrived = onarrived;
    this.waiting = new Map(); // what is wrong with each, by draft; null as long as nothing is
  }

  tell(id, why) {
    this.waiting.set(id, why);
    this.onnews();
  }

  // Resolves to the host's answer, or to null if the page is closed before.
  async give(draft) {
    draft.stage = "given";
    this.drafts.keep(draft);
    this.tell(draft.id, null);
    const given = Object.assign(Object.create(this.over), { onsilence: (why) => this.tell(draft.id, why) });
    for (let refusals = 1; !this.over.over; refusals += 1) {
      try {
        const answer = await this.host.ask({ type: "attempt", ...draft.attempt }, given);
        return answer ? this.arrived(draft, answer) : null;
      } catch (error) {
        this.tell(draft.id, error.message);
        // At the next visit, the candidate may rate it differently or forget it.
        if (refusals === REFUSALS) this.drafts.keep({ ...draft, stage: "judging" });
        await new Promise((resolve) => setTimeout(resolve, AGAIN));
      }
    }
    return null;
  }

  arrived({ id, attempt }, { message }) {
    this.drafts.drop(id);
    this.waiting.delete(id);
    this.onnews();
    this.onarrived(attempt);
    return message;
  }
}
