// The plugins of the extension. Each is in a module of its own, and does one thing to JupyterLab.

import { connectionLost } from "./connection_lost.js";
import { pages } from "./pages.js";

// JupyterLab's own copy of a module: other extensions may have brought copies of theirs.
const shared = async (scope, name) => {
  const copies = Object.values(scope[name]);
  const copy = copies.find(({ from }) => from === "CORE_FEDERATION") ?? copies[0];
  return (await copy.get())();
};

export const plugins = async (scope) => {
  const [application, notebook, services] = await Promise.all(
    ["@jupyterlab/application", "@jupyterlab/notebook", "@jupyterlab/services"].map((name) => shared(scope, name)),
  );
  return [connectionLost(application), pages(notebook, application, services)];
};
