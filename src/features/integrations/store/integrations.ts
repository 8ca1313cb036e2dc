import type { Capability, CheckResult, Json } from '../../../connectors/contract.ts';
import type { Queryable } from '../../../platform/database/index.ts';

export interface IntegrationRow {
  id: number;
  name: string;
  kind: string;
  tags: string[];
  settings: { [key: string]: Json };
  state: 'active' | 'paused' | 'deleting';
  /** Where it is read from. */
  place: 'hub' | 'satellite';
  capabilities: Capability[];
  facts: Record<string, Json>;
  checks: CheckResult[];
  checkedAt: Date | null;
  serverId: string | null;
  syncIntervalSeconds: number;
  version: number;
  createdAt: Date;
  updatedAt: Date;
}

const columns = `id, name, kind, tags, settings, state, place, capabilities, facts, checks, checked_at as "checkedAt",
  server_id as "serverId", sync_interval_seconds as "syncIntervalSeconds", version, created_at as "createdAt",
  updated_at as "updatedAt"`;

/** Names of the integrations that read a server, the oldest first. */
export async function namesOnServer(
  db: Queryable,
  server: { serverId: string; kind: string; except: number | null },
): Promise<string[]> {
  const rows = await db.query<{ name: string }>(
    `select name from integrations.integrations
      where server_id = $1 and kind = $2 and id is distinct from $3 and state <> 'deleting' order by id`,
    [server.serverId, server.kind, server.except],
  );
  return rows.map(({ name }) => name);
}

export interface IntegrationFilter {
  kind?: string | undefined;
  state?: string | undefined;
  text?: string | undefined;
}

export function listIntegrations(db: Queryable, filter: IntegrationFilter = {}): Promise<IntegrationRow[]> {
  return db.query(
    `select ${columns} from integrations.integrations
      where ($1::text is null or kind = $1)
        and ($2::text is null or state = $2)
        and ($3::text is null or position(lower($3) in lower(name)) > 0
             or exists (select 1 from unnest(tags) as tag where position(lower($3) in lower(tag)) > 0))
      order by lower(name), id`,
    [filter.kind, filter.state, filter.text],
  );
}

export function findById(db: Queryable, id: number): Promise<IntegrationRow | undefined> {
  return db.maybeOne(`select ${columns} from integrations.integrations where id = $1`, [id], 'integration by id');
}

export function findByName(db: Queryable, name: string): Promise<IntegrationRow | undefined> {
  return db.maybeOne(`select ${columns} from integrations.integrations where name = $1`, [name]);
}

export function lockById(db: Queryable, id: number): Promise<IntegrationRow | undefined> {
  return db.maybeOne(`select ${columns} from integrations.integrations where id = $1 for update`, [id]);
}

export interface NewIntegration {
  name: string;
  kind: string;
  tags: readonly string[];
  settings: { [key: string]: Json };
  syncIntervalSeconds: number;
  /** The hub when left out; it stays. */
  place?: IntegrationRow['place'] | undefined;
}

/** undefined when the name is taken. */
export function insertIntegration(db: Queryable, row: NewIntegration): Promise<IntegrationRow | undefined> {
  return db.maybeOne(
    `insert into integrations.integrations (name, kind, tags, settings, sync_interval_seconds, place)
     values ($1, $2, $3, $4, $5, $6) on conflict (name) do nothing returning ${columns}`,
    [row.name, row.kind, row.tags, JSON.stringify(row.settings), row.syncIntervalSeconds, row.place ?? 'hub'],
  );
}

/** Changes what a person declared; undefined when the new name is taken by another. */
export async function updateDeclared(
  db: Queryable,
  id: number,
  row: Omit<NewIntegration, 'kind' | 'place'>,
): Promise<IntegrationRow | undefined> {
  const other = await db.maybeOne('select 1 from integrations.integrations where name = $1 and id <> $2', [
    row.name,
    id,
  ]);
  if (other !== undefined) return undefined;
  return db.one(
    `update integrations.integrations
        set name = $2, tags = $3, settings = $4, sync_interval_seconds = $5, version = version + 1, updated_at = now()
      where id = $1 returning ${columns}`,
    [id, row.name, row.tags, JSON.stringify(row.settings), row.syncIntervalSeconds],
  );
}

/** Keeps what a check found. The server's identity is kept from first sight, or replaced when a person changed the address. */
export function saveReport(
  db: Queryable,
  id: number,
  report: { checks: CheckResult[]; capabilities: Capability[]; facts: Record<string, Json> },
  identity: { serverId: string | null; replace: boolean },
): Promise<IntegrationRow> {
  return db.one(
    `update integrations.integrations
        set checks = $2, capabilities = $3, facts = $4, checked_at = now(),
            server_id = case when $6 then $5 else coalesce(server_id, $5) end
      where id = $1 returning ${columns}`,
    [
      id,
      JSON.stringify(report.checks),
      JSON.stringify(report.capabilities),
      JSON.stringify(report.facts),
      identity.serverId,
      identity.replace,
    ],
  );
}

export function setState(db: Queryable, id: number, state: IntegrationRow['state']): Promise<IntegrationRow> {
  return db.one(
    `update integrations.integrations set state = $2, version = version + 1, updated_at = now()
      where id = $1 returning ${columns}`,
    [id, state],
  );
}

/** Remembers the identity at first sight; answers with the one that counts. */
export async function keepServerId(db: Queryable, id: number, serverId: string): Promise<string | null> {
  const row = await db.maybeOne<{ serverId: string | null }>(
    `update integrations.integrations set server_id = coalesce(server_id, $2) where id = $1
     returning server_id as "serverId"`,
    [id, serverId],
  );
  return row?.serverId ?? null;
}

export async function listDeleting(db: Queryable): Promise<number[]> {
  const rows = await db.query<{ id: number }>(
    "select id from integrations.integrations where state = 'deleting' order by id",
  );
  return rows.map((row) => row.id);
}

/** Takes the row for one batch of removal; undefined when it is gone or another process is at it. */
export function lockForRemoval(db: Queryable, id: number): Promise<IntegrationRow | undefined> {
  return db.maybeOne(
    `select ${columns} from integrations.integrations where id = $1 and state = 'deleting' for update skip locked`,
    [id],
  );
}

/** What is asked of a time before says that something is gone. */
export async function deleteIntegration(db: Queryable, id: number): Promise<void> {
  await db.execute(
    `insert into integrations.removed (integration_id, name, kind, created_at)
     select id, name, kind, created_at from integrations.integrations where id = $1`,
    [id],
  );
  await db.execute('delete from integrations.integrations where id = $1', [id]);
}
