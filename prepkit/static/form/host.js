// What the form says of its host: a notebook's kernel, unless the host brings words of its own.
export const HOST_WORDS = {
  store: "your answers file",
  silent: "the notebook's kernel may be busy or stopped.",
  wait: "If a cell is still running, wait; otherwise run this cell again.",
  gone: "the notebook's kernel stopped or was restarted.",
  again: "Run this cell again (or Run ▸ Run All Cells) to go on.",
  recorded: "It decides when the question is due again.",
};

// How the kernel is, as far as a widget can know; `dead` is whether a message could not be sent.
export const kernelState = (model, dead) => {
  const kernel = model.widget_manager?.kernel;
  if (dead || kernel?.isDisposed) return "gone";
  if (!kernel) return "unknown";
  if (kernel.connectionStatus && kernel.connectionStatus !== "connected") return "unreachable";
  return kernel.status;
};
