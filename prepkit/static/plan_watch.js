// Shows nothing, and tells the kernel when the candidate's plan was made or changed, on any page of this browser.
//
// Messages through `model`: to the host, look.

import { onChange } from "./shared/changes.js";

export function render({ model }) {
  const look = () => {
    try {
      model.send({ type: "look" });
    } catch {
      // the kernel that knew this page is gone: the page comes back with another one, which reads the plan anew
    }
  };
  look();
  return onChange(({ kind }) => kind === "plan" && look());
}

export default { render };
