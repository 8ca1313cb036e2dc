import type { Queryable } from '../../../platform/database/index.ts';
import { catalogue, type ErrorCode, PlumblineError } from '../../../platform/errors/index.ts';
import type { AsOf, TraceAnswer, Untold } from '../contract.ts';
import { readingAt } from '../history/past.ts';
import { differencesOf } from './differences.ts';
import { traceOf } from './trace.ts';

interface Moment {
  at: Date;
  now: Date;
  /** Seconds; null: any. */
  maxAge: number | null;
}

/**
 * What was said of a text at a time: what it meant then, the line that went through it and why that ended where it did, all by
 * what was kept of that time and by nothing that is known since. What is said now stands beside it where it differs.
 */
export async function traceAsOf(db: Queryable, text: string, { at, now, maxAge }: Moment): Promise<TraceAnswer> {
  if (at > now)
    throw new PlumblineError('invalid_request', {
      message: `${at.toISOString()} is still to come.`,
      remedy: 'Name a time that is past, in UTC: 2026-09-30T12:00:00Z.',
    });
  const { since } = await db.one<{ since: Date | null }>('select min(since) as since from trace.kept');
  if (since === null || since > at) {
    const present = await traceOf(db, text, { now, maxAge });
    const untold = [inWords('said_before_history', since === null ? [] : [since.toISOString()])];
    return {
      text,
      found: [],
      line: null,
      asOf: { at: at.toISOString(), untold, now: { ...known(present), differences: [] } },
    };
  }
  const past = await traceOf(readingAt(db, at), text, { now: at, maxAge, past: true });
  const [only] = past.found;
  // The same station, whatever the text means now.
  const present = await traceOf(db, past.line === null || only === undefined ? text : only.ref, { now, maxAge });
  const differences = differencesOf(past, present);
  return {
    ...past,
    asOf: {
      at: at.toISOString(),
      untold: await untoldOf(db, at),
      now: differences.length === 0 ? null : { ...known(present), differences },
    },
  };
}

const known = ({ found, line }: TraceAnswer): Pick<NonNullable<AsOf['now']>, 'found' | 'line'> => ({ found, line });

/** What of a time is gone, with why. */
async function untoldOf(db: Queryable, at: Date): Promise<Untold[]> {
  const removed = await db.query<{ name: string }>(
    `select name from shared.removed_integrations where created_at <= $1 and (removed_at is null or removed_at > $1) order by name, integration_id`,
    [at],
  );
  const forgotten = await readingAt(db, at).query<{ name: string }>(
    `select i.name from shared.integrations i join shared.integration_freshness f on f.integration_id = i.id where f.forgotten order by i.name`,
  );
  return [
    ...(removed.length === 0 ? [] : [inWords('said_by_removed', removed.map(nameOf))]),
    ...(forgotten.length === 0 ? [] : [inWords('readings_forgotten', forgotten.map(nameOf))]),
  ];
}

const nameOf = ({ name }: { name: string }): string => name;

function inWords(code: ErrorCode, details: readonly string[]): Untold {
  const { title, remedy } = catalogue[code];
  return { code, message: title, remedy, details: [...details] };
}
