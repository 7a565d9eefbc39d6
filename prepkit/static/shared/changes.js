// That something was stored: an answer, a rating, a story, a mock interview, a debrief. Pages that show what
// is stored ask their kernels again when they hear of it, in this window and in others of this browser.
//
// `what` is {kind, subject}, such as {kind: "answer", subject: "technical-leadership/06"}. It never has a
// text that somebody wrote.

const NAME = "prepkit";
const EVENT = "prepkit:changed";

// The script of each widget is loaded on its own, with a copy of this module. All copies of a window share
// one channel: a channel doesn't hear what it sends itself, so nobody is told twice.
const PLACE = Symbol.for("prepkit.changes");

const dispatch = (page, what) => page.dispatchEvent(new CustomEvent(EVENT, { detail: what }));

const channelOf = (page) => {
  if (page[PLACE] === undefined) {
    page[PLACE] = null;
    try {
      const opened = new BroadcastChannel(NAME);
      opened.onmessage = ({ data }) => dispatch(page, data);
      page[PLACE] = opened;
    } catch {
      // a browser that keeps its pages apart: only this window is told
    }
  }
  return page[PLACE];
};

// Tells everybody who listens.
export const tellChange = (what) => {
  dispatch(window, what);
  channelOf(window)?.postMessage(what);
};

// Calls `listen` with each change, until the returned function is called.
export const onChange = (listen) => {
  channelOf(window);
  const hear = ({ detail }) => listen(detail);
  window.addEventListener(EVENT, hear);
  return () => window.removeEventListener(EVENT, hear);
};
