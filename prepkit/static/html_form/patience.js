// A browser's storage may never answer, such as that of a damaged profile: nobody waits for it for ever.

const PATIENCE = 5000; // ms

// Resolves as `promise` does, or rejects when it takes too long.
export const inTime = (promise, patience = PATIENCE) => {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error("no answer in time")), patience);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
};
