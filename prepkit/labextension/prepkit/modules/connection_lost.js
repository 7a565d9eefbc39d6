// When the server is gone, JupyterLab shows a dialog, which takes the keys of whoever is typing. A form
// says it in its own bar, where no key is lost. Without a form on the page, the dialog is shown as ever.

export const connectionLost = ({ ConnectionLost, IConnectionLost }, page = document) => ({
  id: "prepkit:connection-lost",
  description: "No dialog over a form when the server is gone.",
  autoStart: true,
  provides: IConnectionLost,
  activate: () => async (...details) => {
    if (!page.querySelector(".pk-form")) await ConnectionLost(...details);
  },
});
