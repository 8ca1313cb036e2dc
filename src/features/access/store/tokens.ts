import type { Queryable } from '../../../platform/database/index.ts';
import type { ApiToken } from '../contract.ts';
import { lesserRole, type Role, type TokenPurpose } from '../model.ts';
import { nodesOfServiceAccount, nodesOfUser } from './sessions.ts';

export interface TokenRow {
  id: number;
  name: string;
  role: Role;
  only: TokenPurpose | null;
  nodes: number[] | null;
  prefix: string;
  /** The account that bounds it: of its maker, or of who answers for its service account. */
  holderId: number | null;
  userId: number | null;
  madeWithId: number | null;
  madeBy: string | null;
  serviceAccountId: number | null;
  serviceAccount: string | null;
  accountRole: Role | null;
  accountNodes: number[] | null;
  /** Name of the token it was made with. */
  madeWith: string | null;
  createdAt: Date;
  expiresAt: Date | null;
  lastUsedAt: Date | null;
  expired: boolean;
}

/** Of the token `t`: null where nothing bounds it but its maker. */
const nodesOfToken = `case when t.reach = 'nodes' then
  (select coalesce(jsonb_agg(n.node_id order by n.node_id), '[]') from access.token_nodes n where n.token_id = t.id) end`;

const columns = `t.id, t.name, t.role, t.only_for as "only", t.prefix, ${nodesOfToken} as nodes, u.id as "holderId",
  t.user_id as "userId", t.made_with_id as "madeWithId", u.email as "madeBy", s.id as "serviceAccountId", s.name as "serviceAccount",
  s.role as "accountRole", ${nodesOfServiceAccount} as "accountNodes", p.name as "madeWith", t.created_at as "createdAt",
  t.expires_at as "expiresAt", t.last_used_at as "lastUsedAt", coalesce(t.expires_at <= now(), false) as expired`;

/** Each with who bounds it: its maker, or who answers for its service account. */
const held = `access.api_tokens t left join access.service_accounts s on s.id = t.service_account_id
  left join access.users u on u.id = coalesce(t.user_id, s.user_id)`;

const from = `${held} left join access.api_tokens p on p.id = t.made_with_id`;

/** One that lets somebody in: not expired, and whoever bounds it is there and has access. */
const live = `(t.expires_at is null or t.expires_at > now()) and u.ended_at is null
  and (s.id is null or (s.enabled and (s.of_machine or s.user_id is not null)))`;

export function toApiToken(row: TokenRow): ApiToken {
  return {
    id: row.id,
    name: row.name,
    role: row.accountRole === null ? row.role : lesserRole(row.role, row.accountRole),
    only: row.only,
    nodes: row.nodes ?? row.accountNodes,
    prefix: row.prefix,
    madeBy: row.madeBy,
    serviceAccount: row.serviceAccount,
    madeWith: row.madeWith,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt?.toISOString() ?? null,
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    expired: row.expired,
  };
}

export function listTokens(db: Queryable): Promise<TokenRow[]> {
  return db.query(`select ${columns} from ${from} order by t.id desc`);
}

export function findToken(db: Queryable, id: number): Promise<TokenRow | undefined> {
  return db.maybeOne(`select ${columns} from ${from} where t.id = $1`, [id]);
}

export async function insertToken(
  db: Queryable,
  token: {
    name: string;
    tokenHash: Buffer;
    prefix: string;
    role: Role;
    only: TokenPurpose | null;
    nodes: readonly number[] | null;
    userId: number | null;
    serviceAccountId: number | null;
    expiresAt: Date | null;
    madeWithId: number | null;
  },
): Promise<number> {
  const row = await db.one<{ id: number }>(
    `insert into access.api_tokens (name, token_hash, prefix, role, only_for, user_id, expires_at, made_with_id, reach,
       service_account_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning id`,
    [
      token.name,
      token.tokenHash,
      token.prefix,
      token.role,
      token.only,
      token.userId,
      token.expiresAt,
      token.madeWithId,
      token.nodes === null ? 'organization' : 'nodes',
      token.serviceAccountId,
    ],
  );
  await db.execute('insert into access.token_nodes (token_id, node_id) select $1, unnest($2::bigint[])', [
    row.id,
    token.nodes ?? [],
  ]);
  return row.id;
}

export interface LiveToken {
  id: number;
  name: string;
  role: Role;
  only: TokenPurpose | null;
  /** Who made it; null: the machine, or a service account holds it. */
  userId: number | null;
  serviceAccount: string | null;
  /** The role that its service account was given; null: it has none. */
  accountRole: Role | null;
  /** The role now of who bounds it; null when that is the hub's machine. */
  makerRole: Role | null;
  /** null: as far as its maker. */
  nodes: number[] | null;
  accountNodes: number[] | null;
  makerNodes: number[] | null;
  stale: boolean;
}

const liveColumns = `t.id, t.name, t.role, t.only_for as "only", t.user_id as "userId", s.name as "serviceAccount",
  s.role as "accountRole", u.role as "makerRole", ${nodesOfToken} as nodes, ${nodesOfServiceAccount} as "accountNodes",
  ${nodesOfUser} as "makerNodes", coalesce(t.last_used_at < now() - interval '1 minute', true) as stale`;

export function findLiveToken(db: Queryable, tokenHash: Buffer): Promise<LiveToken | undefined> {
  return db.maybeOne(
    `select ${liveColumns} from ${held} where t.token_hash = $1 and ${live}`,
    [tokenHash],
    'access_find_live_token',
  );
}

export function findLiveTokenById(db: Queryable, id: number): Promise<LiveToken | undefined> {
  return db.maybeOne(`select ${liveColumns} from ${held} where t.id = $1 and ${live}`, [id]);
}

/** Those of `ids` that still let somebody in. */
export async function liveTokenIds(db: Queryable, ids: readonly number[]): Promise<Set<number>> {
  const rows = await db.query<{ id: number }>(`select t.id from ${held} where t.id = any ($1) and ${live}`, [ids]);
  return new Set(rows.map(({ id }) => id));
}

export async function touchToken(db: Queryable, id: number): Promise<void> {
  await db.execute(
    `with used as (update access.api_tokens set last_used_at = now() where id = $1 returning service_account_id)
     update access.service_accounts s set last_used_at = now() from used where s.id = used.service_account_id`,
    [id],
  );
}

/** It and those made with it live no longer than this. */
export async function shortenToken(db: Queryable, id: number, expiresAt: Date): Promise<void> {
  await db.execute(
    `with recursive chain as (
       select id from access.api_tokens where id = $1
       union
       select t.id from access.api_tokens t join chain c on t.made_with_id = c.id
     )
     update access.api_tokens t set expires_at = least(t.expires_at, $2) from chain c where t.id = c.id`,
    [id, expiresAt],
  );
}

/** Ends all that a service account holds; how many there were. */
export function deleteTokensOfServiceAccount(db: Queryable, id: number): Promise<number> {
  return db.execute('delete from access.api_tokens where service_account_id = $1', [id]);
}

/** With those made with it, and so on; the others' names. */
export async function deleteToken(db: Queryable, id: number): Promise<string[]> {
  const rows = await db.query<{ id: number; name: string }>(
    `with recursive chain as (
       select id from access.api_tokens where id = $1
       union
       select t.id from access.api_tokens t join chain c on t.made_with_id = c.id
     )
     delete from access.api_tokens t using chain c where t.id = c.id returning t.id, t.name`,
    [id],
  );
  return rows.filter((row) => row.id !== id).map(({ name }) => name);
}
