import type { Queryable } from '../../../platform/database/index.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';

/** Refuses a time that is still to come: what will be said then nobody knows. */
export async function requirePast(db: Queryable, at: string): Promise<void> {
  const { past } = await db.one<{ past: boolean }>('select $1::timestamptz <= now() as past', [at]);
  if (past) return;
  throw new PlumblineError('invalid_request', {
    message: `${at} is still to come.`,
    remedy: 'Name a time that is past, in UTC: 2026-09-30T12:00:00Z.',
  });
}
