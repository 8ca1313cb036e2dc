import { setTimeout as sleep } from 'node:timers/promises';

/** Resolves when the thing is there; throws an error whose message says what is missing. */
export type HealthCheck = () => Promise<void>;

export interface Readiness {
  ready: boolean;
  /** By name of the check: `ok`, or why not. */
  checks: Record<string, string>;
}

const checkTimeoutMs = 2_000;

export interface ReadinessOptions {
  /** Of each check. */
  timeoutMs?: number;
  /** What is shown beside the checks and never makes the answer negative. */
  notes?(): Record<string, string>;
}

/** Answers `/readyz`: all checks at once, each with a time limit. `/livez` needs no check: who answers, lives. */
export function createReadiness(
  checks: Readonly<Record<string, HealthCheck>>,
  { timeoutMs = checkTimeoutMs, notes = () => ({}) }: ReadinessOptions = {},
) {
  return async (): Promise<Readiness> => {
    const outcomes = await Promise.all(
      Object.entries(checks).map(async ([name, check]) => [name, await outcomeOf(check, timeoutMs)] as const),
    );
    return {
      ready: outcomes.every(([, outcome]) => outcome === 'ok'),
      checks: { ...Object.fromEntries(outcomes), ...notes() },
    };
  };
}

async function outcomeOf(check: HealthCheck, timeoutMs: number): Promise<string> {
  const stop = new AbortController();
  const late = sleep(timeoutMs, 'no answer in time', { signal: stop.signal });
  try {
    return await Promise.race([check().then(() => 'ok'), late]);
  } catch (error) {
    return error instanceof Error ? error.message.slice(0, 200) : 'failed';
  } finally {
    stop.abort();
    await late.catch(() => undefined);
  }
}

interface Queryable {
  query(text: string): Promise<unknown[]>;
}

export function databaseAnswers(db: Queryable): HealthCheck {
  return async () => {
    await db.query('select 1').catch(throwInOurWords);
  };
}

/** Of the migrations that this version has, by room and number. */
export function migrationsApplied(
  db: Queryable,
  known: readonly { room: string; number: number; name: string }[],
): HealthCheck {
  return async () => {
    const rows = await db.query('select room, number from platform.migrations').catch((error: unknown) => {
      // No table of migrations: nothing is applied yet. Whatever else fails says nothing of migrations.
      if ((error as { code?: string }).code === '42P01' || (error as { code?: string }).code === '3F000') return [];
      return throwInOurWords(error);
    });
    const applied = new Set(
      (rows as { room: string; number: number }[]).map(({ room, number }) => `${room} ${number}`),
    );
    const missing = known.find(({ room, number }) => !applied.has(`${room} ${number}`));
    if (missing !== undefined) throw new Error(`migration ${missing.name} is not applied yet`);
  };
}

/** The driver's words may name the host and user of the database. */
function throwInOurWords(error: unknown): never {
  const exhausted = (error as { code?: string }).code === '53300';
  throw new Error(exhausted ? 'the database has no connection left' : 'the database does not answer');
}
