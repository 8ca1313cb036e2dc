import { createHash } from 'node:crypto';

/** What the first row goes on from. */
export const beginning = '0'.repeat(64);

/**
 * Every field of `access.audit_events` of `e` as text, in the order in which it is hashed. Times to the microsecond, details
 * as PostgreSQL writes them; null stays null.
 */
export const hashedFields = `array[e.id::text, to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), e.actor_kind,
  e.actor_name, e.user_id::text, e.token_id::text, e.action, e.object_kind, e.object_id, e.object_name, e.details::text,
  e.remote_address, e.request_id]`;

export interface HashedRow {
  sequence: number;
  fields: readonly (string | null)[];
  /** Hash of the row before. */
  previous: string;
}

/**
 * SHA-256, in hexadecimal digits, over a text that no two rows share: each field with its length in bytes before it, or a dash
 * where there is none.
 */
export function hashOfRow({ sequence, fields, previous }: HashedRow): string {
  const hash = createHash('sha256').update('plumbline audit 1\n');
  for (const field of [String(sequence), ...fields, previous])
    hash.update(field === null ? '-\n' : `${Buffer.byteLength(field)}:${field}\n`);
  return hash.digest('hex');
}
