import type { Decision } from '../../../connectors/work/index.ts';
import type { Database, Tx } from '../../../platform/database/index.ts';
import type { PublishSummary } from '../sink.ts';
import { finishRun } from '../store/runs.ts';
import {
  endTask,
  failPendingTasks,
  giveBackTask,
  type LeasedTask,
  returnTask,
  type TaskTraffic,
} from '../store/tasks.ts';
import { afterFailure, type AfterFailure } from './retry-policy.ts';

export interface GiveUpDependencies {
  db: Database;
  now(): Date;
  /** 0 to 1, for jitter. */
  random(): number;
  enqueueReactions(tx: Tx, changes: PublishSummary['changes']): Promise<void>;
}

/** Decides what becomes of a task that was not carried out, and does it. Done twice it is done once. */
export async function giveUp(
  task: LeasedTask,
  error: unknown,
  traffic: TaskTraffic,
  deps: GiveUpDependencies,
): Promise<Decision> {
  const next = afterFailure(error, task.retries, deps.random(), deps.now());
  await store(next, task, traffic, deps.db);
  await endRun(task, deps).catch(() => undefined);
  return { action: next.action, delaySeconds: next.action === 'retry' ? next.delaySeconds : null };
}

async function store(next: AfterFailure, task: LeasedTask, traffic: TaskTraffic, db: Database): Promise<void> {
  switch (next.action) {
    case 'drop':
      return;
    case 'cancel': {
      const failure = { code: 'cancelled', message: 'A person cancelled the run.', upstream: null };
      return endTask(db, task, 'cancelled', failure, traffic);
    }
    case 'give_back':
      return giveBackTask(db, task);
    case 'retry':
      return returnTask(db, task, next.failure, next.delaySeconds, traffic);
    case 'fail':
      await endTask(db, task, 'failed', next.failure, traffic);
      if (next.wholeRun) await failPendingTasks(db, task.runId, next.failure);
      return;
    default:
      next satisfies never;
  }
}

/** The rooms that look at how runs end are told; what is lost here is found by their sweeps. */
export async function endRun(
  { runId, integrationId }: LeasedTask,
  { db, enqueueReactions }: Pick<GiveUpDependencies, 'db' | 'enqueueReactions'>,
): Promise<void> {
  const ended = await finishRun(db, runId);
  if (ended.length === 0) return;
  await db.transaction((tx) => enqueueReactions(tx, [{ kind: 'run_ended', id: integrationId }]));
}
