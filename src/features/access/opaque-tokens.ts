import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** SHA-256: enough for tokens of 256 random bits, which nobody can guess from a hash. */
export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/** Compares without telling by its time how much of it was right. */
export function sameToken(token: string, hash: Buffer): boolean {
  return timingSafeEqual(hashToken(token), hash);
}

/** 32 random bytes, base64url. */
export function newOpaqueToken(): string {
  return randomBytes(32).toString('base64url');
}

const tokenForm = /^plb_([A-Za-z0-9_-]{43})([0-9a-f]{8})$/;
const checksum = (random: string): string => createHash('sha256').update(`plb_${random}`).digest('hex').slice(0, 8);

/** `plb_`, 43 random characters, 8 of a checksum by which secret scanners recognise it without asking us. */
export function newApiToken(): string {
  const random = newOpaqueToken();
  return `plb_${random}${checksum(random)}`;
}

/** False for anything that cannot be one of ours, before the database is asked. */
export function looksLikeApiToken(text: string): boolean {
  const match = tokenForm.exec(text);
  return match?.[1] !== undefined && match[2] === checksum(match[1]);
}
