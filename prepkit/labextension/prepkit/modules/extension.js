// The plugins of the extension. Each is in a module of its own, and does one thing to JupyterLab.

import { connectionLost } from "./connection_lost.js";
import { pages } from "./pages.js";
import { bePatient } from "./patience.js";

const MODULES = {
  application: "@jupyterlab/application",
  lumino: "@lumino/widgets",
  notebook: "@jupyterlab/notebook",
  services: "@jupyterlab/services",
};

// JupyterLab's own copy of a module: other extensions may have brought copies of theirs.
const shared = async (scope, name) => {
  const copies = Object.values(scope[name]);
  const copy = copies.find(({ from }) => from === "CORE_FEDERATION") ?? copies[0];
  return (await copy.get())();
};

export const plugins = async (scope) => {
  bePatient();
  const loaded = Object.entries(MODULES).map(async ([name, module]) => [name, await shared(scope, module)]);
  const modules = Object.fromEntries(await Promise.all(loaded));
  return [connectionLost(modules.application), pages(modules)];
};
