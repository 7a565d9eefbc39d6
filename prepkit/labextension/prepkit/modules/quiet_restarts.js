// When a kernel has died, JupyterLab shows the dialog "Kernel Restarting", which takes the keys of
// whoever is typing. `isQuiet` is asked whether the page says it in another way.

export const quietRestarts = (panel, isQuiet) => {
  const { statusChanged } = panel.sessionContext;
  const show = panel._onSessionStatusChanged; // private to JupyterLab: without it, the dialog stays
  if (typeof show !== "function" || !statusChanged.disconnect(show, panel)) return;
  statusChanged.connect((session, status) => {
    if (!isQuiet()) show.call(panel, session, status);
  });
};
