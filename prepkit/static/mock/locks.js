// Which takes are being recorded in a window that is open: the browser frees the lock of one that is closed.

const nameOf = (take) => `prepkit-take:${take}`;

// Resolves, once the lock is held, to the function that frees it.
export const heldLock = (take) =>
  new Promise((resolve) => {
    if (!navigator.locks) {
      resolve(() => {});
      return;
    }
    navigator.locks.request(nameOf(take), () => new Promise((free) => resolve(free)));
  });

const PATIENCE = 1500; // ms; a view that was just taken away needs a moment to store its last piece

// Whether nobody records the take any more.
export const isFree = async (take) => {
  if (!navigator.locks) return true;
  try {
    return await navigator.locks.request(nameOf(take), { signal: AbortSignal.timeout(PATIENCE) }, () => true);
  } catch {
    return false; // another window holds it
  }
};
