// A widget that gets no answer at all. Each of ours asks its host for something as soon as it is drawn. On a
// busy computer, anywidget may take it for broken (it waits two seconds for its script; in `prepkit lab` a
// minute, see labextension/prepkit/modules/patience.js) and then passes it no message ever again, although it is
// drawn and looks well. So it is told, as long as that lasts, to whoever can make it anew: in `prepkit lab`, the
// extension runs the page again.

const PAUSE = 5000; // ms

// `widget` is {render, initialize}; returns the same, watched.
export const withHearing = (widget) => ({
  ...widget,
  render: (context) => {
    const { model, el } = context;
    const watch = setInterval(() => {
      if (document.visibilityState === "hidden") return;
      window.dispatchEvent(new CustomEvent("prepkit:deaf", { detail: { source: el } }));
    }, PAUSE);
    const stop = () => {
      clearInterval(watch);
      model.off("msg:custom", stop);
    };
    model.on("msg:custom", stop);
    const leave = widget.render(context);
    return () => {
      stop();
      leave?.();
    };
  },
});
