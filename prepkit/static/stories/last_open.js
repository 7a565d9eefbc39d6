// Which story is open in this window: after a crash, the same is shown again, with what was typed into it.

const keyOf = (workbook) => `prepkit.story.${workbook}`;

export const lastOpen = (workbook) => {
  try {
    return sessionStorage.getItem(keyOf(workbook));
  } catch {
    return null; // the browser keeps nothing: then no story is open at first
  }
};

export const keepOpen = (workbook, story) => {
  try {
    sessionStorage.setItem(keyOf(workbook), story);
  } catch {
    // as above
  }
};
