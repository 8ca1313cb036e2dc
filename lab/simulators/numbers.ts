/** Deterministic 32-bit mixing: the same seed, index and purpose always give the same number. */
export function mix(seed: number, index: number, purpose: number): number {
  let h = (seed ^ Math.imul(index + 1, 0x9e3779b1) ^ Math.imul(purpose + 1, 0x85ebca6b)) >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x7feb352d);
  h = Math.imul(h ^ (h >>> 15), 0x846ca68b);
  return (h ^ (h >>> 16)) >>> 0;
}

/** A number in [0, 1) by the same rule. */
export function share(seed: number, index: number, purpose: number): number {
  return mix(seed, index, purpose) / 0x1_0000_0000;
}

/** `00` to `ff`: ten times as fast as formatting each number, and keys are most of what is written. */
const hexBytes = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Eight hexadecimal digits of a 32-bit number. */
export function hex8(n: number): string {
  return `${hexBytes[n >>> 24]}${hexBytes[(n >>> 16) & 255]}${hexBytes[(n >>> 8) & 255]}${hexBytes[n & 255]}`;
}

/** A UUID that depends on its arguments only. */
export function uuidOf(seed: number, index: number, purpose: number): string {
  return uuidOfWords(mix(seed, index, purpose), mix(seed, index, purpose + 101), mix(seed, index, purpose + 202));
}

/** Layout: w1 - high half of w2 - 4 and 12 bits of w3 - 8 and 12 bits - low half of w2 and w3 again. */
export function uuidOfWords(w1: number, w2: number, w3: number): string {
  const second = hex8(w2);
  const third = hex8(w3);
  return `${hex8(w1)}-${second.slice(0, 4)}-4${third.slice(0, 3)}-8${third.slice(3, 6)}-${second.slice(4)}${third}`;
}

/** FNV-1a, to derive seeds from names. */
export function seedOf(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
}
