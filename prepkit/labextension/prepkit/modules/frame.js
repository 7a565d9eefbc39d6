// What JupyterLab shows around a page: its side bars, status bar and title. A page of the workbook doesn't
// need them, so they go while one is in front, and come back for any other notebook.

const SIDES = ["left", "right"];

const showSides = (shell, shown) => {
  for (const side of SIDES) {
    if (shell.isSideTabBarVisible(side) !== shown) shell.toggleSideTabBarVisibility(side);
  }
};

const clear = (shell) => {
  const status = [...shell.widgets("bottom")].filter((widget) => !widget.isHidden);
  const isOpen = !shell.leftCollapsed;
  shell.collapseLeft();
  shell.collapseRight();
  showSides(shell, false);
  for (const widget of status) widget.setHidden(true);
  return { isOpen, status };
};

// JupyterLab remembers side bars as hidden that were hidden here before the page was loaded again. So they
// are shown, whatever was around the notebook before.
const bringBack = (shell, { isOpen, status }) => {
  showSides(shell, true);
  if (isOpen) shell.expandLeft();
  for (const widget of status) widget.setHidden(false);
};

// Returns a function that is called with whether a page is in front, whenever that may have changed.
export const frame = (shell) => {
  let before = null; // what was around the notebook before; null while no page is in front
  let isFirst = true;
  const hideTitle = () => {
    // Only in JupyterLab's simple mode: else the menus are in the same strip.
    const hidden = before !== null && shell.mode === "single-document";
    const [widget] = shell.widgets("top");
    widget?.parent?.setHidden(hidden);
  };
  shell.modeChanged.connect(hideTitle);
  return (isCalm) => {
    if (isCalm && before === null) before = clear(shell);
    else if (!isCalm && (before !== null || isFirst)) {
      bringBack(shell, before ?? { isOpen: false, status: [] });
      before = null;
    } else return;
    isFirst = false;
    hideTitle();
  };
};
