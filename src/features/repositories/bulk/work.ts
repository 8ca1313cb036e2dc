import { databaseFault } from '../../../platform/database/index.ts';
import { isPlumblineError, PlumblineError } from '../../../platform/errors/index.ts';
import type { Log } from '../../../platform/telemetry/log.ts';
import { type Actor, actorNow, may } from '../../access/index.ts';
import { ImportInput } from '../contract.ts';
import { type ImportOptions, setUp } from '../import/set-up.ts';
import {
  beginItem,
  type BegunItem,
  endBulkIfDone,
  endItem,
  type HeldBulk,
  keepBulk,
  letBulkGo,
  type Outcome,
  takeDueBulk,
} from './held.ts';
import { forbidBulk, How } from './store.ts';

export interface BulkOptions extends ImportOptions {
  log: Log;
  leaseSeconds: number;
}

/** Somebody else is setting the same repository up: it is tried again after so long. */
const againSeconds = 5;

/**
 * Does one step of the import that is due: sets up one repository, or ends the import. False when none is due. What a
 * process that ended in the middle has begun is gone on with first.
 */
export async function workOnBulk(options: BulkOptions, signal: AbortSignal): Promise<boolean> {
  const { db, leaseSeconds } = options;
  const held = await takeDueBulk(db, leaseSeconds);
  if (held === undefined) return false;
  const lost = new AbortController();
  // A call may take longer than the hold lasts.
  const renewing = setInterval(() => {
    keepBulk(db, held, leaseSeconds).then(
      (kept) => (kept ? undefined : lost.abort()),
      () => undefined,
    );
  }, leaseSeconds * 300);
  try {
    await step(options, held, AbortSignal.any([signal, lost.signal]));
  } finally {
    clearInterval(renewing);
    await letBulkGo(db, held);
  }
  return true;
}

async function step(options: BulkOptions, held: HeldBulk, signal: AbortSignal): Promise<void> {
  const { db } = options;
  const actor = await actorNow(db, held);
  if (actor === undefined || !may(actor, 'integrations:write')) {
    await db.transaction((tx) => forbidBulk(tx, held.id));
    return;
  }
  const item = await beginItem(db, held);
  if (item === undefined) {
    await endBulkIfDone(db, held);
    return;
  }
  const outcome = await outcomeOf(options, { held, item, actor, signal });
  if (outcome !== null) await endItem(db, held, item.position, outcome);
}

interface Step {
  held: HeldBulk;
  item: BegunItem;
  actor: Actor;
  signal: AbortSignal;
}

/** Null: nothing was found out, and whoever takes the import next goes on with the repository. */
async function outcomeOf(options: BulkOptions, step: Step): Promise<Outcome | null> {
  const { held, item, actor, signal } = step;
  const { project, slug } = item;
  const wanted = ImportInput.parse({ ...How.parse(held.how), project, slug, sonarqube: held.sonarqubeId });
  try {
    const { already, binding } = await setUp(options, { actor, signal }, held.integrationId, wanted);
    // A process that ended before it could note it has bound it for this import.
    const isOurs = item.resumed && new Date(binding.createdAt) >= item.startedAt && binding.createdBy === actor.name;
    return { state: 'done', already: already && !isOurs, bindingId: binding.id, projectKey: binding.project.key };
  } catch (error) {
    if (signal.aborted) return null;
    if (databaseFault(error) !== undefined) throw error;
    return failureOf(options.log, error);
  }
}

function failureOf(log: Log, error: unknown): Outcome {
  if (isPlumblineError(error, 'import_running')) return { state: 'later', seconds: againSeconds };
  if (isPlumblineError(error, 'import_token_refused') || isPlumblineError(error, 'import_token_missing')) {
    return { state: 'token' };
  }
  if (!isPlumblineError(error)) log.error({ error: String(error) }, 'a repository could not be imported');
  const known = isPlumblineError(error) ? error : new PlumblineError('internal_server_error');
  const { code, message, remedy, upstream } = known;
  return { state: 'failed', error: { code, message, remedy, upstream: upstream ?? null } };
}
