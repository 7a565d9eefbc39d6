// Unique names and numbers.

// crypto.randomUUID would need https or localhost.
export const newId = () => Array.from({ length: 2 }, () => Math.random().toString(36).slice(2, 10)).join("");

export function* countUp() {
  for (let number = 1; ; number += 1) yield number;
}

// Identifies a text without keeping it: its length and two checksums.
export const fingerprint = (text) => {
  let a = 7;
  let b = 11;
  for (let i = 0; i < text.length; i += 1) {
    a = (Math.imul(a, 31) + text.charCodeAt(i)) | 0;
    b = (Math.imul(b, 131) ^ text.charCodeAt(i)) | 0;
  }
  return `${text.length}.${a}.${b}`;
};
