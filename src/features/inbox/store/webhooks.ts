import type { WebhookPlace } from '../../../connectors/contract.ts';
import { advisoryLocks, type Database, type Queryable, type Tx } from '../../../platform/database/index.ts';
import type { PlumblineError } from '../../../platform/errors/index.ts';

export interface WebhookRow {
  id: number;
  integrationId: number;
  /** Kind of place, in the connector’s words. */
  scope: string;
  /** Key of what it is for; '' for everything. */
  target: string;
  /** What the target lies in; null where its key says so. */
  within: string | null;
  wanted: boolean;
  /** It goes once those that are wanted instead work. */
  superseded: boolean;
  secretId: number;
  remoteKey: string | null;
  appliedName: string | null;
  appliedUrl: string | null;
  appliedSecretId: number | null;
  errorCode: string | null;
  errorMessage: string | null;
  errorRemedy: string | null;
  errorUpstream: string | null;
  attempts: number;
  busy: boolean;
  createdAt: Date;
  appliedAt: Date | null;
  comparedAt: Date | null;
}

const columns = `id, integration_id as "integrationId", scope, target, within, wanted, superseded, secret_id as "secretId",
  remote_key as "remoteKey", applied_name as "appliedName", applied_url as "appliedUrl", applied_secret_id as "appliedSecretId",
  error_code as "errorCode", error_message as "errorMessage", error_remedy as "errorRemedy", error_upstream as "errorUpstream",
  attempts, busy_until > now() as busy, created_at as "createdAt", applied_at as "appliedAt", compared_at as "comparedAt"`;

export const placeOf = ({ scope, target, within }: WebhookPlace): WebhookPlace => ({ scope, target, within });

/** Two people set up or rotate one after the other. */
export async function lockOwnWebhooks(tx: Tx, integrationId: number): Promise<void> {
  await tx.execute('select pg_advisory_xact_lock($1, $2)', [advisoryLocks.ownWebhooks, integrationId]);
}

export function listWebhooks(db: Queryable, integrationId: number): Promise<WebhookRow[]> {
  return db.query(`select ${columns} from inbox.webhooks where integration_id = $1 order by scope, target`, [
    integrationId,
  ]);
}

/** Wants a webhook at a place; one that was to be removed stays. */
export async function wantWebhook(
  tx: Queryable,
  wanted: {
    integrationId: number;
    scope: WebhookRow['scope'];
    target: string;
    within: string | null;
    secretId: number;
  },
): Promise<void> {
  await tx.execute(
    `insert into inbox.webhooks (integration_id, scope, target, within, secret_id) values ($1, $2, $3, $4, $5)
         on conflict (integration_id, scope, target) do update
        set wanted = true, superseded = false, secret_id = excluded.secret_id, within = excluded.within, try_after = '-infinity'`,
    [wanted.integrationId, wanted.scope, wanted.target, wanted.within, wanted.secretId],
  );
}

/** Wants none; what the server refused to take goes at once. */
export async function unwantAll(tx: Queryable, integrationId: number): Promise<void> {
  await dropRefused(tx, integrationId, []);
  await tx.execute(
    `update inbox.webhooks set wanted = false, superseded = false, try_after = '-infinity' where integration_id = $1`,
    [integrationId],
  );
}

/** Wants none but these in the end: the others go once all of these work, those that the server refused at once. */
export async function supersedeOthers(tx: Queryable, integrationId: number, kept: readonly number[]): Promise<void> {
  await dropRefused(tx, integrationId, kept);
  await tx.execute(
    `update inbox.webhooks set superseded = true where integration_id = $1 and id <> all ($2) and wanted`,
    [integrationId, kept],
  );
}

/** Webhooks the server never took: there is nothing to remove there. */
async function dropRefused(tx: Queryable, integrationId: number, kept: readonly number[]): Promise<void> {
  await tx.execute(
    `delete from inbox.webhooks
      where integration_id = $1 and id <> all ($2) and applied_at is null and error_code is not null and busy_until <= now()`,
    [integrationId, kept],
  );
}

/** Unwants what was superseded where everything that is wanted instead works; true when there was something. */
export async function retireSuperseded(db: Queryable, integrationId: number): Promise<boolean> {
  const retired = await db.execute(
    `update inbox.webhooks w set wanted = false, superseded = false, try_after = '-infinity'
      where w.integration_id = $1 and w.superseded and not exists (
        select from inbox.webhooks n where n.integration_id = w.integration_id and n.wanted and not n.superseded
           and (n.remote_key is null or n.error_code is not null or n.applied_secret_id is distinct from n.secret_id))`,
    [integrationId],
  );
  return retired > 0;
}

export async function signWith(tx: Queryable, integrationId: number, secretId: number): Promise<void> {
  await tx.execute(
    `update inbox.webhooks set secret_id = $2, try_after = '-infinity' where integration_id = $1 and wanted`,
    [integrationId, secretId],
  );
}

/** Longer than the calls of one change may take together. */
const busySeconds = 180;

/** Takes the webhook for one change; undefined when another process is at it, or it is gone. */
export function takeWebhook(db: Queryable, id: number): Promise<WebhookRow | undefined> {
  return db.maybeOne(
    `update inbox.webhooks set busy_until = now() + make_interval(secs => ${busySeconds})
      where id = $1 and busy_until <= now() returning ${columns}`,
    [id],
  );
}

export interface Applied {
  remoteKey: string;
  name: string;
  url: string;
  secretId: number;
}

export async function noteApplied(tx: Queryable, id: number, applied: Applied): Promise<void> {
  await tx.execute(
    `update inbox.webhooks
        set remote_key = $2, applied_name = $3, applied_url = $4, applied_secret_id = $5, applied_at = now(), busy_until = '-infinity',
            attempts = 0, broken_since = null, error_code = null, error_message = null, error_remedy = null, error_upstream = null
      where id = $1`,
    [id, applied.remoteKey, applied.name, applied.url, applied.secretId],
  );
}

export async function noteRemoved(tx: Queryable, id: number): Promise<void> {
  await tx.execute('delete from inbox.webhooks where id = $1', [id]);
}

export async function noteFailure(
  db: Queryable,
  id: number,
  error: Pick<PlumblineError, 'code' | 'message' | 'remedy' | 'upstream'>,
  retrySeconds: number,
): Promise<void> {
  await db.execute(
    `update inbox.webhooks
        set error_code = $2, error_message = $3, error_remedy = $4, error_upstream = $5, attempts = attempts + 1,
            broken_since = coalesce(broken_since, now()),
            try_after = now() + make_interval(secs => $6), busy_until = '-infinity'
      where id = $1`,
    [id, error.code, error.message.slice(0, 1_000), error.remedy, error.upstream ?? null, retrySeconds],
  );
}

export async function release(db: Queryable, id: number): Promise<void> {
  await db.execute(`update inbox.webhooks set busy_until = '-infinity' where id = $1`, [id]);
}

/** What the server was told is not so any more: somebody removed it there. It is set up again. */
export async function forgetApplied(db: Queryable, id: number): Promise<void> {
  await db.execute(
    `update inbox.webhooks set remote_key = null, applied_secret_id = null, try_after = '-infinity' where id = $1`,
    [id],
  );
}

/** Webhooks of integrations that are there and can be tried now. */
export async function listTryable(db: Queryable): Promise<(WebhookRow & { kind: string; integrationName: string })[]> {
  return db.query(
    `select ${columns}, (select i.kind from shared.integrations i where i.id = integration_id) as kind,
            (select i.name from shared.integrations i where i.id = integration_id) as "integrationName"
       from inbox.webhooks
      where try_after <= now() and busy_until <= now()
        and exists (select from shared.integrations i where i.id = integration_id and i.state <> 'deleting')
      order by inbox.webhooks.id`,
  );
}

export async function noteCompared(tx: Queryable, id: number): Promise<void> {
  await tx.execute('update inbox.webhooks set compared_at = now() where id = $1', [id]);
}

/** The old secret of a webhook that signs with a new one, unless another webhook still signs with it. */
export async function unusedSecrets(tx: Queryable, integrationId: number): Promise<number[]> {
  const rows = await tx.query<{ id: number }>(
    `select s.id from inbox.secrets s
      where s.integration_id = $1 and s.purpose = 'own' and s.retire_at is null
        and not exists (select from inbox.webhooks w where w.integration_id = $1 and s.id in (w.secret_id, w.applied_secret_id))`,
    [integrationId],
  );
  return rows.map(({ id }) => id);
}

/** Also their secrets: what the server sends to the original is not for us. */
export async function disownWebhooks(db: Database): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.execute('delete from inbox.webhooks');
    await tx.execute(`delete from inbox.secrets where purpose = 'own'`);
  });
}
