import type { Queryable } from '../../../platform/database/index.ts';
import type { Role } from '../model.ts';
import { nodesOfServiceAccount } from '../store/sessions.ts';

export interface ServiceAccountRow {
  id: number;
  name: string;
  description: string;
  role: Role;
  /** null: the whole organization. */
  nodes: number[] | null;
  enabled: boolean;
  ofMachine: boolean;
  /** Who answers for it; null and not `ofMachine`: nobody any more. */
  userId: number | null;
  answeredBy: string | null;
  answererRole: Role | null;
  answererEnded: boolean;
  createdAt: Date;
  lastUsedAt: Date | null;
}

const columns = `s.id, s.name, s.description, s.role, ${nodesOfServiceAccount} as nodes, s.enabled, s.of_machine as "ofMachine",
  s.user_id as "userId", u.email as "answeredBy", u.role as "answererRole", u.ended_at is not null as "answererEnded",
  s.created_at as "createdAt", s.last_used_at as "lastUsedAt"`;

const from = 'access.service_accounts s left join access.users u on u.id = s.user_id';

export function listServiceAccounts(db: Queryable): Promise<ServiceAccountRow[]> {
  return db.query(`select ${columns} from ${from} order by s.name`);
}

export function findServiceAccount(db: Queryable, id: number): Promise<ServiceAccountRow | undefined> {
  return db.maybeOne(`select ${columns} from ${from} where s.id = $1`, [id]);
}

/** The same, and nobody else changes it meanwhile. */
export function lockServiceAccount(db: Queryable, id: number): Promise<ServiceAccountRow | undefined> {
  return db.maybeOne(`select ${columns} from ${from} where s.id = $1 for update of s`, [id]);
}

export async function serviceAccountNamed(db: Queryable, name: string): Promise<number | undefined> {
  const row = await db.maybeOne<{ id: number }>('select id from access.service_accounts where name = $1', [name]);
  return row?.id;
}

/** undefined when the name is taken. */
export async function insertServiceAccount(
  db: Queryable,
  account: { name: string; description: string; role: Role; ofMachine: boolean; userId: number | null },
): Promise<number | undefined> {
  const row = await db.maybeOne<{ id: number }>(
    `insert into access.service_accounts (name, description, role, of_machine, user_id) values ($1, $2, $3, $4, $5)
     on conflict (name) do nothing returning id`,
    [account.name, account.description, account.role, account.ofMachine, account.userId],
  );
  return row?.id;
}

export async function putServiceAccount(
  db: Queryable,
  id: number,
  account: { name: string; description: string; role: Role; nodes: readonly number[] | null; enabled: boolean },
): Promise<void> {
  await db.execute(
    `update access.service_accounts
        set name = $2, description = $3, role = $4, reach = $5, enabled = $6, updated_at = now()
      where id = $1`,
    [
      id,
      account.name,
      account.description,
      account.role,
      account.nodes === null ? 'organization' : 'nodes',
      account.enabled,
    ],
  );
  await db.execute('delete from access.service_account_nodes where service_account_id = $1', [id]);
  await db.execute(
    'insert into access.service_account_nodes (service_account_id, node_id) select $1, unnest($2::bigint[]) on conflict do nothing',
    [id, account.nodes ?? []],
  );
}

export async function putAnswerer(
  db: Queryable,
  id: number,
  answerer: { ofMachine: boolean; userId: number | null },
): Promise<void> {
  await db.execute(
    'update access.service_accounts set of_machine = $2, user_id = $3, updated_at = now() where id = $1',
    [id, answerer.ofMachine, answerer.userId],
  );
}

export async function deleteServiceAccount(db: Queryable, id: number): Promise<void> {
  await db.execute('delete from access.service_accounts where id = $1', [id]);
}
