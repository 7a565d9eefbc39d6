// In a narrow window, JupyterLab's list of files leaves a page a few letters per line. So the list is
// folded away when a page of the workbook comes to the front there; its tab brings it back.

const NARROW = 760; // px

// `isOurs` tells whether a panel shows a page of the workbook.
export const narrowWindows = (shell, isOurs, page = window) => {
  let last = null;
  const look = () => {
    const front = shell.currentWidget;
    if (front === last || page.innerWidth >= NARROW || !isOurs(front)) return;
    last = front; // once: whoever opens the list again wants it
    shell.collapseLeft();
    shell.collapseRight();
  };
  shell.currentChanged.connect(look);
  return look;
};
