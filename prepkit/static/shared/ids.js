// Names and numbers that tell things apart.

// crypto.randomUUID would need https or localhost.
export const newId = () => Array.from({ length: 2 }, () => Math.random().toString(36).slice(2, 10)).join("");

export function* countUp() {
  for (let number = 1; ; number += 1) yield number;
}

// Tells texts apart without keeping them: two checksums and the length.
export const fingerprint = (text) => {
  let a = 7;
  let b = 11;
  for (let i = 0; i < text.length; i += 1) {
    a = (Math.imul(a, 31) + text.charCodeAt(i)) | 0;
    b = (Math.imul(b, 131) ^ text.charCodeAt(i)) | 0;
  }
  return `${text.length}.${a}.${b}`;
};
