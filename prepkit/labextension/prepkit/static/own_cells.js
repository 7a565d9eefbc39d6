// Which code cells of a notebook came with prepkit and are unchanged.

const sourceOf = (cell) => cell.model.sharedModel.getSource();

// Returns a function that asks the server, and returns those cells of a panel, in order. There are none
// unless all of them are still there: see prepkit/workbook/copies.py.
export const ownCells = (settings, { makeRequest }) => async (panel) => {
  const cells = panel.content.widgets.filter((cell) => cell.model.type === "code");
  const body = JSON.stringify({ path: panel.context.path, code: cells.map(sourceOf) });
  const answer = await makeRequest(`${settings.baseUrl}prepkit/shipped`, { method: "POST", body }, settings);
  if (!answer.ok) return []; // a server that `prepkit lab` didn't start
  const { cells: places } = await answer.json();
  return places.map((place) => cells[place]);
};
