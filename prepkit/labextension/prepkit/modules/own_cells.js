// What of a notebook came with prepkit and is unchanged, and which pages the workbook has.

const sourceOf = (cell) => cell.model.sharedModel.getSource();

// Returns a function that asks the server at an address below the workbook's; null without an answer.
const asking = (settings, { makeRequest }) => async (name, options) => {
  const answer = await makeRequest(`${settings.baseUrl}prepkit/${name}`, options, settings);
  return answer.ok ? answer.json() : null; // not ok: a server that `prepkit lab` didn't start
};

// Returns a function that asks whether prepkit copied a panel's notebook, and which of its cells are prepkit's
// own: code, which may be run, and texts. There are none of these unless it is a page, and all of its code is
// still there: see prepkit/workbook/copies.py.
export const ownCells = (settings, connection) => async (panel) => {
  const { widgets } = panel.content;
  const cells = widgets.map((cell) => ({ cell_type: cell.model.type, source: sourceOf(cell) }));
  const body = JSON.stringify({ path: panel.context.path, cells });
  const answer = await asking(settings, connection)("shipped", { method: "POST", body });
  const at = (places) => (places ?? []).map((place) => widgets[place]);
  return { isCopied: answer?.copied ?? false, own: at(answer?.code), texts: at(answer?.text) };
};

// Returns the pages: [{path, label, runs}], where `runs` tells whether a page is run when it is opened.
export const pagesOf = async (settings, connection) =>
  (await asking(settings, connection)("pages", { method: "GET" }))?.pages ?? [];
