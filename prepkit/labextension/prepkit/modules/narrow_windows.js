// In a narrow window, JupyterLab's list of files leaves a notebook a few letters per line. So the list is
// folded away when a notebook of the workbook comes to the front there, and when the window gets narrow. Its
// tab brings it back.

const NARROW = "(max-width: 760px)";

// `isOurs` tells whether a panel shows a notebook of the workbook. Returns what to call when that has changed.
export const narrowWindows = (shell, isOurs, page = window) => {
  const narrow = page.matchMedia(NARROW);
  let last = null; // folded once for each page in front: whoever opens the list again wants it
  const look = () => {
    const front = shell.currentWidget;
    if (front === last || !narrow.matches || !isOurs(front)) return;
    last = front;
    shell.collapseLeft();
    shell.collapseRight();
  };
  shell.currentChanged.connect(look);
  narrow.addEventListener("change", () => {
    last = null;
    look();
  });
  return look;
};
