import type { Database, Tx } from '../../../platform/database/index.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import { compareCounts } from '../audits/compare-counts.ts';
import { compareSlice } from '../audits/compare-slice.ts';
import type { PublishSummary } from '../sink.ts';
import type { Sources } from '../source.ts';
import { streamRoles } from '../stream-roles.ts';
import { readEvents } from '../store/staged-events.ts';
import { stagedReading } from '../store/staged-tasks.ts';
import { type LeasedTask, updateHeldTask } from '../store/tasks.ts';
import type { TaskVerdict } from './judge-task.ts';
import { publishSlice } from './publish-slice.ts';
import { sinkOf, type Sinks } from '../sinks.ts';
import { readingOf, type SliceReading } from './slice-reading.ts';

export interface PublishDependencies {
  db: Database;
  sources: Pick<Sources, 'confirmIdentity' | 'connector'>;
  sinks: Sinks;
  enqueueReactions(tx: Tx, changes: PublishSummary['changes']): Promise<void>;
  /** Called at named moments; tests end the process there. */
  reached(point: 'before_publish' | 'part_published' | 'after_publish'): void;
}

export interface TaskEnd {
  state: 'success' | 'partial';
  /** Of the publish, or of the comparison of an audit, in milliseconds. */
  publishMs: number;
}

/** Publishes, from the database alone, what a task read: this process need never have seen it. */
export async function publishTask(task: LeasedTask, deps: PublishDependencies): Promise<TaskEnd> {
  const started = performance.now();
  const staged = stagedReading(task);
  const reading = readingOf(await readEvents(deps.db, task.id), staged);
  await requireSameServer(task, reading, deps);
  deps.reached('before_publish');
  const { db } = deps;
  const { knownUnavailable, hashVersion, since, headline, hasHistory } = staged;
  const options = { db, sink: sinkOf(staged.kind, deps.sinks), task, reading, knownUnavailable };
  const { state } = await publish();
  deps.reached('after_publish');
  return { state, publishMs: Math.round(performance.now() - started) };

  async function publish(): Promise<TaskVerdict> {
    if (task.phase === 'audit') {
      const { essential, needed } = streamRoles(deps.sources.connector(staged.kind));
      return compareSlice({ ...options, essential, needed });
    }
    if (task.phase === 'count') return compareCounts(options);
    return publishSlice({
      ...options,
      hashVersion,
      historySince: since,
      headline,
      besideTotals: streamRoles(deps.sources.connector(staged.kind)).besideTotals,
      hasHistory,
      enqueueReactions: deps.enqueueReactions,
      partPublished: () => deps.reached('part_published'),
    });
  }
}

/** Another server behind the same address must not be mistaken for the old one with everything gone. */
async function requireSameServer(
  { integrationId }: LeasedTask,
  { serverId }: SliceReading,
  { sources }: PublishDependencies,
): Promise<void> {
  if (serverId === undefined || (await sources.confirmIdentity(integrationId, serverId))) return;
  throw new PlumblineError('server_identity_changed');
}

/** Rebuilds the roll-ups of one slice in every room that has some. */
export async function aggregateTask(task: LeasedTask, deps: PublishDependencies): Promise<void> {
  await deps.db.transaction(async (tx) => {
    await updateHeldTask(tx, task, 'stage_name = $3', ['Rebuilding roll-ups']);
    let changed = false;
    for (const sink of deps.sinks.values()) {
      if (await sink.aggregate({ tx, integrationId: task.integrationId, slice: task.slice })) changed = true;
    }
    if (changed) await deps.enqueueReactions(tx, [{ kind: 'roll_up', id: task.integrationId }]);
    await updateHeldTask(
      tx,
      task,
      `state = 'success', finished_at = now(), holder = null, lease_until = null, stage_name = null`,
    );
  });
}
