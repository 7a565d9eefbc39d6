// What may follow what in a mock interview. Pure.
//
// A run is {state, record, voice, question, questions, recorded, follow, followUps, problem, cause}: whether the
// candidate agreed to be recorded, and wants questions read out; the question's place and how many there are;
// whether anything of this question is recorded; which follow-up is answered (null for the question itself) and
// how many there are; what is wrong with the microphone; why a recording or an answer ended by itself.
//
// An event that has no meaning in a state changes nothing: a button may be pressed twice, and a device may say
// the same thing twice. Nothing here starts by the clock: at the end of the time to think, the screen asks.

export const READY = {
  state: "ready",
  record: false,
  voice: false,
  question: 0,
  questions: 0,
  recorded: false,
  follow: null,
  followUps: 0,
  problem: null,
  cause: null,
};

const NEW = { recorded: false, follow: null, problem: null, cause: null };

const ask = (run) => ({ ...run, ...NEW, state: run.voice ? "asking" : "thinking" });
const stay = (state) => (run) => ({ ...run, state });
const leave = () => READY;

// Back to where the answer began.
const beginning = (run) => (run.follow === null ? "thinking" : "follow-up");

// All is said that will be said to this question.
const close = (run) => ({ ...run, state: run.recorded ? "saving" : "listening", problem: null, cause: null });

// An answer is over: the next follow-up comes, if there is one.
const answered = (run) => {
  const follow = run.follow === null ? 0 : run.follow + 1;
  return follow < run.followUps ? { ...run, state: "follow-up", follow, problem: null, cause: null } : close(run);
};

// Stopped by itself, which the next screen has to say.
const full = (run) => ({ ...answered(run), cause: "full" });

const next = (run, { followUps }) =>
  run.question + 1 < run.questions
    ? ask({ ...run, question: run.question + 1, followUps })
    : { ...run, ...NEW, state: "done" };

const start = (run, { record }) => ({ ...run, problem: null, cause: null, state: record && run.record ? "allowing" : "answering" });
const cut = (run, { cause }) => ({ ...run, state: "cut", cause });

// Each state's ways out: {event: (run, details) => run}.
export const WAYS = {
  ready: {
    begin: (_, { record, voice, questions, followUps }) => ask({ ...READY, record, voice, questions, followUps }),
    reopen: (_, { recorded }) => close({ ...READY, questions: 1, recorded }),
  },
  asking: { spoken: stay("thinking"), skip: stay("thinking"), quit: leave },
  thinking: { start, quit: leave },
  allowing: {
    granted: (run) => ({ ...run, state: "answering", recorded: true }),
    refused: (run, { problem }) => ({ ...run, state: beginning(run), problem }),
    without: stay("answering"),
  },
  answering: { pause: stay("paused"), stop: answered, full, lost: cut },
  paused: { resume: stay("answering"), stop: answered, lost: cut },
  cut: {
    resume: (run) => ({ ...run, state: "answering", cause: null }), // by the clock alone
    stop: answered,
    again: (run) => ({ ...run, state: beginning(run), cause: null }),
  },
  "follow-up": { start, pass: answered, enough: close },
  saving: { kept: stay("listening"), go: stay("listening") },
  listening: { rate: stay("rating"), again: (run) => ({ ...run, ...NEW, state: "thinking" }), quit: leave },
  rating: { back: stay("listening"), next, quit: leave },
  done: { quit: leave },
};

export const step = (run, event, details = {}) => {
  const way = Object.hasOwn(WAYS[run.state], event) ? WAYS[run.state][event] : null;
  return way ? way(run, details) : run;
};
