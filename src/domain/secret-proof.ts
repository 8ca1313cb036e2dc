import { createHash, timingSafeEqual } from 'node:crypto';

/** True for equal texts. How long it takes tells nothing of either, not even their lengths: one of them is a secret. */
export function sameText(given: string, wanted: string): boolean {
  const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(hashOf(given), hashOf(wanted));
}

/** True when any secret makes it true; all are tried, so that time does not tell which. */
export function provenBy(secrets: readonly string[], proves: (secret: string) => boolean): boolean {
  return secrets.reduce((proven, secret) => proves(secret) || proven, false);
}
