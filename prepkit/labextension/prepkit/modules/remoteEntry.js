// Where JupyterLab finds the extension: an object with `init` and `get`, as module federation wants it.
//
// JupyterLab loads this file as a classic script. The plugins are in the modules beside it, which the
// browser loads as they are: there is no build step.

(() => {
  const here = document.currentScript.src;
  let scope; // JupyterLab's own modules, by name and version

  const load = async () => {
    try {
      const { plugins } = await import(new URL("extension.js", here));
      return await plugins(scope);
    } catch (error) {
      // Perhaps a JupyterLab that is made differently: the pages work without the extension, too.
      console.warn("The extension of prepkit isn't used:", error);
      return [];
    }
  };

  (window._JUPYTERLAB ??= {}).prepkit = {
    init: (shared) => {
      scope = shared;
    },
    get: async () => {
      const plugins = await load();
      return () => ({ __esModule: true, default: plugins });
    },
  };
})();
