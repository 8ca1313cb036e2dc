import type { CodeImport } from '../../../connectors/contract.ts';
import type { Database, Queryable, Tx } from '../../../platform/database/index.ts';
import { isPlumblineError, PlumblineError } from '../../../platform/errors/index.ts';
import type { Vault } from '../../../platform/vault/index.ts';
import { type Actor, audit } from '../../access/index.ts';
import type { Connecting, Connection } from '../../integrations/index.ts';

export interface TokenOptions {
  db: Database;
  vault: Vault;
  connectAs: Connecting['connectAs'];
}

const table = 'repositories.user_tokens';
const field = 'secret';

export interface StoredToken {
  id: number;
  integrationId: number;
  account: string;
  enteredAt: Date;
  refusedAt: Date | null;
}

/** Throws `import_needs_person` for a caller behind whom there is no person. */
export function requirePerson({ userId }: Actor): number {
  if (userId === null) throw new PlumblineError('import_needs_person');
  return userId;
}

export function tokensOf(db: Queryable, userId: number): Promise<StoredToken[]> {
  return db.query(
    `select id, integration_id as "integrationId", account, entered_at as "enteredAt", refused_at as "refusedAt"
       from repositories.user_tokens where user_id = $1`,
    [userId],
  );
}

export function importOf({ connector, context }: Connection): { codeImport: CodeImport<unknown>; context: unknown } {
  if (connector.codeImport === undefined) throw new PlumblineError('connector_unknown');
  return { codeImport: connector.codeImport as CodeImport<unknown>, context };
}

/** Keeps a token that the server accepts, in place of an earlier one. Throws `import_token_refused`. */
export async function enterToken(
  { db, vault, connectAs }: TokenOptions,
  { actor, signal }: { actor: Actor; signal: AbortSignal },
  { integrationId, token }: { integrationId: number; token: string },
): Promise<void> {
  const userId = requirePerson(actor);
  const account = await connectAs(integrationId, { token }, signal, (connection) => {
    const { codeImport, context } = importOf(connection);
    return codeImport.whoAmI(context);
  }).catch((error: unknown) => {
    throw isPlumblineError(error, 'invalid_credentials')
      ? refusedBy(error, 'Bitbucket does not accept this access token.')
      : error;
  });
  await db.transaction(async (tx) => {
    await tx.execute('delete from repositories.user_tokens where integration_id = $1 and user_id = $2', [
      integrationId,
      userId,
    ]);
    const { id } = await tx.one<{ id: number }>(
      "select nextval(pg_get_serial_sequence('repositories.user_tokens', 'id')) as id",
    );
    const sealed = JSON.stringify(vault.seal({ table, row: id, field }, token.trim()));
    await tx.execute(
      `insert into repositories.user_tokens (id, integration_id, user_id, sealed, account) overriding system value
       values ($1, $2, $3, $4, $5)`,
      [id, integrationId, userId, sealed, account],
    );
    await audit(tx, actor, 'import_token.enter', { kind: 'integration', id: integrationId, name: null }, { account });
  });
}

/** One that is not there is no error: what was wanted is so. */
export async function removeToken(db: Database, actor: Actor, integrationId: number): Promise<void> {
  const userId = requirePerson(actor);
  await db.transaction(async (tx) => {
    const removed = await tx.execute(
      'delete from repositories.user_tokens where integration_id = $1 and user_id = $2',
      [integrationId, userId],
    );
    if (removed === 0) return;
    await audit(tx, actor, 'import_token.remove', { kind: 'integration', id: integrationId, name: null });
  });
}

/** With the account go its tokens. */
export async function forgetTokensOf(tx: Tx, userId: number): Promise<void> {
  await tx.execute('delete from repositories.user_tokens where user_id = $1', [userId]);
}

/**
 * Asks the server as a person. One that is not accepted any more is marked, so that the person is asked for another.
 * Throws `import_token_missing`, `import_token_refused`.
 */
export async function asPerson<T>(
  { db, vault, connectAs }: TokenOptions,
  { actor, signal }: { actor: Actor; signal: AbortSignal },
  integrationId: number,
  use: (codeImport: CodeImport<unknown>, context: unknown) => Promise<T>,
): Promise<T> {
  const userId = requirePerson(actor);
  const row = await db.maybeOne<{ id: number; sealed: unknown }>(
    'select id, sealed from repositories.user_tokens where integration_id = $1 and user_id = $2',
    [integrationId, userId],
  );
  if (row === undefined) throw new PlumblineError('import_token_missing');
  const token = vault.open({ table, row: row.id, field }, row.sealed);
  try {
    const answer = await connectAs(integrationId, { token }, signal, (connection) => {
      const { codeImport, context } = importOf(connection);
      return use(codeImport, context);
    });
    await markRefused(db, row.id, false);
    return answer;
  } catch (error) {
    if (!isPlumblineError(error, 'invalid_credentials')) throw error;
    await markRefused(db, row.id, true);
    throw refusedBy(error);
  }
}

/** What a person can do about a token of their own is not what they can do about that of the integration. */
const refusedBy = ({ upstream }: PlumblineError, message?: string): PlumblineError =>
  new PlumblineError('import_token_refused', {
    ...(message === undefined ? {} : { message }),
    ...(upstream === undefined ? {} : { upstream }),
  });

async function markRefused(db: Queryable, id: number, refused: boolean): Promise<void> {
  await db.execute(
    `update repositories.user_tokens set refused_at = case when $2 then coalesce(refused_at, now()) end
      where id = $1 and (refused_at is not null) <> $2`,
    [id, refused],
  );
}
