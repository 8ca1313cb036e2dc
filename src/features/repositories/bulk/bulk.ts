import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { Database, Queryable, Tx } from '../../../platform/database/index.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import { type Actor, audit } from '../../access/index.ts';
import { requirePerson, tokensOf } from '../import/tokens.ts';
import type * as contract from './contract.ts';
import { type BulkRow, cancelBulk, findBulk, findBulks, findSame, insertBulk, type ItemRow, itemsOf } from './store.ts';

/** Kinds of integrations that repositories are imported from, and that projects are made on. */
export interface ImportKinds {
  code: readonly string[];
  projects: readonly string[];
}

/**
 * Begins an import; it is carried out in the background. The same request again answers with the one that is under way.
 * Throws `import_token_missing`, `import_token_refused`, `integration_not_found`, `integration_deleting`.
 */
export function startBulk(
  { db, kinds }: { db: Database; kinds: ImportKinds },
  actor: Actor,
  integrationId: number,
  wanted: z.output<typeof contract.BulkImportInput>,
): Promise<{ begun: boolean; answer: contract.OneBulkImport }> {
  const userId = requirePerson(actor);
  const { repositories: named, sonarqube, ...how } = wanted;
  const repositories = [...new Map(named.map((one) => [JSON.stringify([one.project, one.slug]), one])).values()];
  const requestHash = createHash('sha256')
    .update(JSON.stringify([repositories, sonarqube, how]))
    .digest('hex');
  return db.transaction(async (tx) => {
    const name = await requireKind(tx, integrationId, kinds.code);
    await requireKind(tx, sonarqube, kinds.projects);
    await requireToken(tx, userId, integrationId);
    const id = await insertBulk(tx, {
      integrationId,
      sonarqubeId: sonarqube,
      userId,
      tokenId: actor.tokenId,
      startedBy: actor.name,
      how,
      requestHash,
      repositories,
    });
    const found = id ?? (await findSame(tx, { integrationId, userId, requestHash }))?.id;
    if (found === undefined) throw new PlumblineError('import_running');
    if (id !== null) {
      const about = { import: id, repositories: repositories.length, sonarqube };
      await audit(tx, actor, 'import.start', { kind: 'integration', id: integrationId, name }, about);
    }
    return { begun: id !== null, answer: await oneBulk(tx, { integrationId, userId, id: found }) };
  });
}

async function requireKind(tx: Tx, id: number, kinds: readonly string[]): Promise<string> {
  const row = await tx.maybeOne<{ name: string; state: string }>(
    'select name, state from shared.integrations where id = $1 and kind = any ($2)',
    [id, [...kinds]],
  );
  if (row === undefined) throw new PlumblineError('integration_not_found');
  if (row.state === 'deleting') throw new PlumblineError('integration_deleting');
  return row.name;
}

/** It would stop before the first repository. */
async function requireToken(tx: Tx, userId: number, integrationId: number): Promise<void> {
  const token = (await tokensOf(tx, userId)).find((one) => one.integrationId === integrationId);
  if (token === undefined) throw new PlumblineError('import_token_missing');
  if (token.refusedAt !== null) throw new PlumblineError('import_token_refused');
}

export async function listBulks(db: Queryable, actor: Actor, integrationId: number): Promise<contract.BulkImportList> {
  const rows = await findBulks(db, integrationId, requirePerson(actor));
  return { imports: rows.map(shown) };
}

/** Throws `import_not_found`, as for one of somebody else: their token sees what others may not know of. */
export async function showBulk(
  db: Queryable,
  actor: Actor,
  { integrationId, id }: { integrationId: number; id: number },
): Promise<contract.BulkImportDetail> {
  const userId = requirePerson(actor);
  const { import: one } = await oneBulk(db, { integrationId, userId, id });
  return { import: one, repositories: (await itemsOf(db, id)).map(shownItem) };
}

/** The repository that is begun is ended, no other is. One that is ended stays so. Throws `import_not_found`. */
export function stopBulk(
  db: Database,
  actor: Actor,
  { integrationId, id }: { integrationId: number; id: number },
): Promise<contract.OneBulkImport> {
  const userId = requirePerson(actor);
  return db.transaction(async (tx) => {
    await oneBulk(tx, { integrationId, userId, id });
    if (await cancelBulk(tx, id)) {
      const about = { import: id };
      await audit(tx, actor, 'import.cancel', { kind: 'integration', id: integrationId, name: null }, about);
    }
    return oneBulk(tx, { integrationId, userId, id });
  });
}

async function oneBulk(
  db: Queryable,
  which: { integrationId: number; userId: number; id: number },
): Promise<contract.OneBulkImport> {
  const row = await findBulk(db, which);
  if (row === undefined) throw new PlumblineError('import_not_found');
  return { import: shown(row) };
}

const shown = ({ startedAt, endedAt, sonarqubeId, sonarqubeName, ...row }: BulkRow): contract.BulkImport => ({
  ...row,
  startedAt: startedAt.toISOString(),
  endedAt: endedAt?.toISOString() ?? null,
  sonarqube: { id: sonarqubeId, name: sonarqubeName },
});

const shownItem = ({ already, projectKey, bindingId, ...item }: ItemRow): contract.BulkImportItem => ({
  ...item,
  already: already ?? false,
  binding: projectKey === null ? null : { id: bindingId, projectKey },
});
