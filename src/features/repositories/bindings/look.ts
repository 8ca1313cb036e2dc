import type { ProjectSettings } from '../../../connectors/contract.ts';
import type { Database } from '../../../platform/database/index.ts';
import { isPlumblineError, PlumblineError } from '../../../platform/errors/index.ts';
import { type Actor, audit } from '../../access/index.ts';
import type { Connecting, Connection } from '../../integrations/index.ts';
import { Origin } from './own-reports.ts';
import { inclusionOf } from './scanner.ts';
import { type BindingRow, findBinding, type Looked, saveLooked } from './store.ts';

export interface LookOptions {
  db: Database;
  connect: Connecting['connect'];
}

/** A person waits for it. */
const timeoutMs = 20_000;

/**
 * Asks SonarQube what it holds of a bound project, and limits a project of a mono repository to its folder. What goes
 * wrong is kept with the binding and shown there: the binding stands without it.
 */
export async function lookAtBinding(
  { db, connect }: LookOptions,
  { actor, signal }: { actor: Actor; signal: AbortSignal },
  id: number,
): Promise<void> {
  const row = await findBinding(db, id);
  if (row === undefined) return;
  const found = await looked(connect, row, AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]));
  await db.transaction(async (tx) => {
    await saveLooked(tx, id, found);
    if (found.inclusion === row.inclusion) return;
    const name = `${row.projectKey} of ${row.project}/${row.slug}`;
    await audit(tx, actor, 'binding.limit', { kind: 'binding', id, name }, { inclusions: found.inclusion });
  });
}

async function looked(connect: LookOptions['connect'], row: BindingRow, signal: AbortSignal): Promise<Looked> {
  const unknown = { origin: null, inclusion: row.inclusion, state: null, message: null };
  try {
    return await connect(row.sonarqube, signal, async (connection) => {
      const { settings, context } = settingsOf(connection);
      // Another system is asked: what it says is parsed before it is kept.
      const origin = Origin.parse(await settings.origin(context, row.projectKey));
      return { origin, ...(await limit(settings, context, row)) };
    });
  } catch (error) {
    if (!isPlumblineError(error) && !signal.aborted) throw error;
    const { message } = isPlumblineError(error) ? error : new PlumblineError('timeout');
    return { ...unknown, state: inclusionOf(row) === null ? null : 'unknown', message };
  }
}

export function settingsOf({ connector, context }: Connection): {
  settings: ProjectSettings<unknown>;
  context: unknown;
} {
  if (connector.projectSettings === undefined) throw new PlumblineError('connector_unknown');
  return { settings: connector.projectSettings as ProjectSettings<unknown>, context };
}

type Limited = Pick<Looked, 'inclusion' | 'state' | 'message'>;

/** What a person limited the project to stays; what the hub did follows the prefix. */
async function limit(settings: ProjectSettings<unknown>, context: unknown, row: BindingRow): Promise<Limited> {
  const wanted = inclusionOf(row);
  const nothing = { inclusion: null, state: null, message: null };
  if (wanted === null && row.inclusion === null) return nothing;
  const present = (await settings.inclusions(context, row.projectKey)).join(',');
  const isOurs = present === '' || present === row.inclusion;
  if (wanted !== null && present === wanted) return { inclusion: row.inclusion, state: 'set', message: null };
  if (!isOurs) {
    const message = `The project is limited to ${present} already.`;
    return wanted === null ? nothing : { inclusion: null, state: 'other', message };
  }
  try {
    if (wanted !== null || present !== '') await settings.include(context, row.projectKey, wanted);
    return { inclusion: wanted, state: wanted === null ? null : 'set', message: null };
  } catch (error) {
    if (!isPlumblineError(error, 'invalid_permissions')) throw error;
    return { inclusion: row.inclusion, state: 'refused', message: 'The token of the integration may not set it.' };
  }
}
