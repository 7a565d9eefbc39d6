// anywidget gives a widget two seconds to start, and three to answer. On a busy computer, above all while
// JupyterLab itself starts, it needs longer, and is then passed no message ever again, although it is drawn.
// So no time limit of this kind is shorter than a minute here.

const LEAST = 60_000; // ms

export const bePatient = (signals = AbortSignal) => {
  const timeout = signals.timeout.bind(signals);
  signals.timeout = (ms) => timeout(Math.max(ms, LEAST));
};
