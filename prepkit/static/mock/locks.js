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

// Whether nobody records the take any more.
export const isFree = (take) =>
  navigator.locks
    ? navigator.locks.request(nameOf(take), { ifAvailable: true }, (lock) => lock !== null)
    : Promise.resolve(true);
