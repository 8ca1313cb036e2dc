import { mix, uuidOfWords } from '../../numbers.ts';

/**
 * Issue keys hold batch and index, scrambled reversibly: that is what lets `issues=<500 keys>` find 500 of five million
 * issues without a table of keys.
 */
const odd = 0x9e3779b1;
/** Inverse of `odd` modulo 2^32, by Newton's iteration. */
const inverse = (() => {
  let x = odd;
  for (let i = 0; i < 5; i += 1) x = Math.imul(x, 2 - Math.imul(odd, x));
  return x >>> 0;
})();

/** First word of the key: a bijection of the index within its batch. Sorting by it is sorting by key. */
export function keyOrder(seed: number, batch: number, index: number): number {
  return Math.imul(index ^ mix(seed, batch, 7), odd) >>> 0;
}

const check = (seed: number, batch: number, index: number): number => mix(seed ^ batch, index, 9);

export function issueKey(seed: number, batch: number, index: number, uuid: boolean): string {
  const w1 = keyOrder(seed, batch, index);
  const w2 = (batch ^ mix(seed, w1, 8)) >>> 0;
  const w3 = check(seed, batch, index);
  if (uuid) return uuidOfWords(w1, w2, w3);
  const bytes = Buffer.from([0x01, 0xa1, 0xfc, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  bytes.writeUInt32BE(w1, 3);
  bytes.writeUInt32BE(w2, 7);
  bytes.writeUInt32BE(w3, 11);
  return bytes.toString('base64url');
}

/** Batch and index of a key, or null for a key that this server never gave out. */
export function parseIssueKey(seed: number, key: string, uuid: boolean): { batch: number; index: number } | null {
  const words = uuid ? uuidWords(key) : base64Words(key);
  if (!words) return null;
  const batch = (words.w2 ^ mix(seed, words.w1, 8)) >>> 0;
  const index = (Math.imul(words.w1, inverse) ^ mix(seed, batch, 7)) >>> 0;
  return issueKey(seed, batch, index, uuid) === key ? { batch, index } : null;
}

function uuidWords(key: string): { w1: number; w2: number } | null {
  if (!/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/.test(key)) return null;
  return { w1: Number.parseInt(key.slice(0, 8), 16), w2: Number.parseInt(key.slice(9, 13) + key.slice(24, 28), 16) };
}

function base64Words(key: string): { w1: number; w2: number } | null {
  if (!/^[\w-]{20}$/.test(key)) return null;
  const bytes = Buffer.from(key, 'base64url');
  return bytes.length === 15 ? { w1: bytes.readUInt32BE(3), w2: bytes.readUInt32BE(7) } : null;
}
