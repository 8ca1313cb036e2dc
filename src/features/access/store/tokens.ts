import type { Queryable } from '../../../platform/database/index.ts';
import type { ApiToken } from '../contract.ts';
import type { Role, TokenPurpose } from '../model.ts';
import { nodesOfUser } from './sessions.ts';

export interface TokenRow {
  id: number;
  name: string;
  role: Role;
  only: TokenPurpose | null;
  nodes: number[] | null;
  prefix: string;
  madeBy: string | null;
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

const columns = `t.id, t.name, t.role, t.only_for as "only", t.prefix, ${nodesOfToken} as nodes, u.email as "madeBy", p.name as "madeWith", t.created_at as "createdAt",
  t.expires_at as "expiresAt", t.last_used_at as "lastUsedAt", coalesce(t.expires_at <= now(), false) as expired`;

const from = `access.api_tokens t left join access.users u on u.id = t.user_id
  left join access.api_tokens p on p.id = t.made_with_id`;

export function toApiToken(row: TokenRow): ApiToken {
  return {
    id: row.id,
    name: row.name,
    role: row.role,
    only: row.only,
    nodes: row.nodes,
    prefix: row.prefix,
    madeBy: row.madeBy,
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
    expiresAt: Date | null;
    madeWithId: number | null;
  },
): Promise<number> {
  const row = await db.one<{ id: number }>(
    `insert into access.api_tokens (name, token_hash, prefix, role, only_for, user_id, expires_at, made_with_id, reach)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning id`,
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
  userId: number | null;
  /** The maker's role now; null when it was made with the local token. */
  makerRole: Role | null;
  /** null: as far as its maker. */
  nodes: number[] | null;
  makerNodes: number[] | null;
  stale: boolean;
}

export function findLiveToken(db: Queryable, tokenHash: Buffer): Promise<LiveToken | undefined> {
  return db.maybeOne(
    `select t.id, t.name, t.role, t.only_for as "only", t.user_id as "userId", u.role as "makerRole",
            ${nodesOfToken} as nodes,
            ${nodesOfUser} as "makerNodes",
            coalesce(t.last_used_at < now() - interval '1 minute', true) as stale
       from access.api_tokens t left join access.users u on u.id = t.user_id
      where t.token_hash = $1 and (t.expires_at is null or t.expires_at > now()) and u.ended_at is null`,
    [tokenHash],
    'access_find_live_token',
  );
}

export function findLiveTokenById(
  db: Queryable,
  id: number,
): Promise<Pick<LiveToken, 'name' | 'role' | 'only' | 'userId'> | undefined> {
  return db.maybeOne(
    `select name, role, only_for as "only", user_id as "userId" from access.api_tokens
      where id = $1 and (expires_at is null or expires_at > now())`,
    [id],
  );
}

/** Those of `ids` that still let somebody in. */
export async function liveTokenIds(db: Queryable, ids: readonly number[]): Promise<Set<number>> {
  const rows = await db.query<{ id: number }>(
    'select id from access.api_tokens where id = any ($1) and (expires_at is null or expires_at > now())',
    [ids],
  );
  return new Set(rows.map(({ id }) => id));
}

export async function touchToken(db: Queryable, id: number): Promise<void> {
  await db.execute('update access.api_tokens set last_used_at = now() where id = $1', [id]);
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
