import type { Database, Queryable, Tx } from '../../../../platform/database/index.ts';
import type { Reaction } from '../../../../platform/jobs/index.ts';
import type { Log } from '../../../../platform/telemetry/log.ts';
import type { Deriving } from '../contract.ts';
import { executionChanged } from '../../changes.ts';
import { type Derivation, derivation } from './derive.ts';
import { keepDeployments } from './keep.ts';

/*
 * After an upgrade that makes other deployments of executions, what is stored is made again from what is stored, nothing is
 * read for it. Each batch is one transaction with how far it is: whoever is killed leaves what was done, and any process
 * goes on from there. Until the last one is done the answers say so.
 */

/** Executions at once: bounds what is in memory, and how long places are held. */
const usualBatch = 500;
/** Of one call; the next one, a minute later at most, goes on. */
const batchesOfCall = 400;

export interface Again {
  by?: Derivation;
  batch?: number;
  signal?: AbortSignal;
  log?: Log;
  /** Tells other rooms, in the transaction of the change. */
  tell?(tx: Tx, changes: readonly { kind: string; id: number }[]): Promise<void>;
}

/** Makes all deployments again that an older derivation made. Returns how many executions that were. */
export async function deriveAgain(db: Database, options: Again = {}): Promise<number> {
  const { by = derivation, batch = usualBatch, signal, log, tell } = options;
  let done = 0;
  for (let n = 0; n < batchesOfCall && signal?.aborted !== true; n += 1) {
    const step = await db.transaction(async (tx) => {
      const step = await nextStep(tx, by.version);
      return step === undefined
        ? undefined
        : takeStep(tx, step, { by, batch, ...(tell === undefined ? {} : { tell }) });
    });
    if (step === undefined) break;
    done += step.done;
    log?.info(step, step.finished ? 'deployments are derived again' : 'deployments are being derived again');
    if (step.finished || step.done === 0) break;
  }
  return done;
}

/** How far it is; null: every deployment is as this version derives it. */
export async function readDeriving(db: Queryable, version: number = derivation.version): Promise<Deriving> {
  const { deriving } = await db.one<{ deriving: Deriving }>(
    `select case when version < $1 then jsonb_build_object('done', 0, 'total', null)
                 when finished_at is null then jsonb_build_object('done', done, 'total', total) end as deriving
       from deployments.derivation`,
    [version],
  );
  return deriving;
}

interface State {
  version: number;
  afterId: number;
  done: number;
  total: number;
  finished: boolean;
  /** Nobody looked for a day: a process of an older version may have written since. */
  due: boolean;
}

/** Held until the end of the transaction: one batch at a time, whichever process it is in. Undefined: nothing is to do. */
async function nextStep(tx: Tx, version: number): Promise<State | undefined> {
  const state = await tx.one<State>(
    `select version, after_id as "afterId", done, total, finished_at is not null as finished, checked_at < now() - interval '1 day' as due
       from deployments.derivation for update`,
  );
  if (state.version > version || (state.version === version && state.finished && !state.due)) return undefined;
  if (state.version === version && !state.finished) return state;
  const { total } = await tx.one<{ total: number }>(
    'select count(*) as total from deployments.executions where derivation < $1',
    [version],
  );
  await tx.execute(
    `update deployments.derivation set version = $1, after_id = 0, done = 0, total = $2::bigint, started_at = now(), checked_at = now(),
            finished_at = case when $2::bigint = 0 then coalesce(finished_at, now()) end`,
    [version, total],
  );
  return total === 0 ? undefined : { ...state, version, afterId: 0, done: 0, total };
}

interface Step {
  done: number;
  of: number;
  finished: boolean;
}

/** What a publish holds it makes anew itself; should it fail, the next round finds it. */
async function takeStep(
  tx: Tx,
  state: State,
  { by, batch, tell }: Required<Pick<Again, 'by' | 'batch'>> & Pick<Again, 'tell'>,
): Promise<Step> {
  const rows = await tx.query<{ id: number }>(
    `select id from deployments.executions where derivation < $1 and id > $2 order by id limit $3 for no key update skip locked`,
    [by.version, state.afterId, batch],
  );
  const ids = rows.map(({ id }) => id);
  if (ids.length > 0) {
    const kept = await keepDeployments(tx, ids, by);
    await tell?.(
      tx,
      kept.map((id) => ({ kind: executionChanged, id })),
    );
    const done = state.done + ids.length;
    await tx.execute(
      'update deployments.derivation set after_id = $1, done = $2::bigint, total = greatest(total, $2::bigint)',
      [ids.at(-1), done],
    );
    return { done: ids.length, of: state.total, finished: false };
  }
  const { left } = await tx.one<{ left: boolean }>(
    'select exists (select from deployments.executions where derivation < $1) as left',
    [by.version],
  );
  await tx.execute(
    'update deployments.derivation set after_id = 0, checked_at = now(), finished_at = case when $1::boolean then null else now() end',
    [left],
  );
  return { done: 0, of: state.total, finished: !left };
}

export const deriveAgainReaction = (db: Database, log: Log, tell: NonNullable<Again['tell']>): Reaction => ({
  name: 'deployments.derive-again',
  // Finds at once after a start what an upgrade left to do, and what a killed process left undone.
  sweep: '* * * * *',
  async handle(_key, signal) {
    await deriveAgain(db, { signal, log, tell });
  },
});
