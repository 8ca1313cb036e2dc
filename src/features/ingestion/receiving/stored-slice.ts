import type { Bookmark } from '../../../connectors/contract.ts';
import type { Database } from '../../../platform/database/index.ts';
import type { Holdings, Sink } from '../sink.ts';
import { readBookmark } from '../store/bookmarks.ts';
import { wantBehind } from '../store/repeats.ts';
import type { LeasedTask } from '../store/tasks.ts';

/** Reasons that a reading of what changed answers. Any other says that what is stored may be wrong. */
const changeReasons: ReadonlySet<string> = new Set(['discovery', 'webhook', 'poll']);

/** What a reading of changes may build upon. */
export interface StoredState {
  bookmark(stream: string, scope: string): Promise<Bookmark | null>;
  counts: Holdings['counts'];
}

/**
 * What is stored of the task's slice, for a reading of what changed since; undefined when everything shall be listed:
 * a full run, an audit, and another look at what an audit or an incomplete listing left in doubt.
 */
export async function storedSlice(
  db: Database,
  task: LeasedTask,
  { sink, hashVersion }: { sink: Sink; hashVersion: number },
): Promise<StoredState | undefined> {
  if (task.phase === 'audit' || sink.holdings === undefined) return undefined;
  const run = await db.one<{ full: boolean }>(
    'select full_listing as full from ingestion.runs where id = $1',
    [task.runId],
    'full listing of run',
  );
  if (run.full) return undefined;
  const { reasons, unread } = await wantBehind(db, task);
  // What was read beside something unread is in no doubt.
  if (unread === null && reasons.some((reason) => !changeReasons.has(reason))) return undefined;
  const { integrationId, slice } = task;
  return {
    counts: sink.holdings(db, integrationId, slice).counts,
    bookmark: (stream, scope) => readBookmark(db, { integrationId, slice, stream, scope, hashVersion }),
  };
}
