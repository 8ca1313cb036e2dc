import { hash } from 'node:crypto';

/**
 * Content hash of a record as a UUID: 128 bits fit a 16 byte column that compares fast. Records come out of a strict
 * zod object, so their members are always in the same order. It recognises unchanged rows; it protects nothing.
 */
export function recordHash(hashVersion: number, recordJson: string): string {
  return hash('md5', `${hashVersion}\n${recordJson}`);
}
