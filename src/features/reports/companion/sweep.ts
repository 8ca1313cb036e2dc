import { isPlumblineError } from '../../../platform/errors/index.ts';
import type { Reaction } from '../../../platform/jobs/index.ts';
import {
  type CompanionStanding,
  companionFailed,
  companionGone,
  standingCompanions,
} from '../../code-quality/index.ts';
import type { ScanOptions } from './scan-parameters.ts';

/** Companions of pull requests that nobody can merge any more are deleted on their server. */
const sweepReaction = 'reports.companions';

/** At first within minutes, in the end once a day. */
const retrySeconds = (attempts: number): number => Math.min(300 * 2 ** Math.min(attempts, 9), 86_400);

/** Holds between a deletion that is under way and a pull request that is opened again. */
export function companionReactions(options: ScanOptions): Reaction[] {
  return [
    {
      name: sweepReaction,
      sweep: '*/5 * * * *',
      handle: (_, signal) => deleteCompanions(options, signal),
    },
  ];
}

export async function deleteCompanions(options: ScanOptions, signal: AbortSignal): Promise<void> {
  const { db } = options;
  const standing = await standingCompanions(db, null);
  if (standing.length === 0) return;
  const open = await db.query<{ id: number }>(
    `select id from shared.pull_requests where id = any ($1) and state = 'open' and deleted_at is null`,
    [standing.map(({ pullRequestId }) => pullRequestId)],
  );
  const kept = new Set(open.map(({ id }) => id));
  for (const companion of standing) if (!kept.has(companion.pullRequestId)) await deleteOne(options, companion, signal);
}

async function deleteOne(
  { db, connect, webhooks }: ScanOptions,
  { id, integrationId, key, attempts }: CompanionStanding,
  signal: AbortSignal,
): Promise<void> {
  try {
    await connect(integrationId, signal, async ({ connector, context }) => {
      await connector.companionProjects?.remove(context, key);
    });
    await companionGone(db, id);
    await webhooks.forget(db, { integrationId, key });
  } catch (error) {
    if (signal.aborted || !isPlumblineError(error)) throw error;
    const { code, message } = error;
    await companionFailed(db, id, { code, message, retrySeconds: retrySeconds(attempts) });
  }
}
