import type { Queryable } from '../../../platform/database/index.ts';
import type { User } from '../contract.ts';
import type { Role } from '../model.ts';
import { nodesOfUser } from './sessions.ts';
import type { Given } from '../single-sign-on/mapping.ts';

export interface UserRow {
  id: number;
  email: string;
  name: string;
  role: Role;
  /** null: the whole organization. */
  nodes: number[] | null;
  /** null: signs in with single sign-on only. */
  passwordHash: string | null;
  /** What single sign-on calls this person; null: it does not know them. */
  subject: string | null;
  breakGlass: boolean;
  /** Since when single sign-on gives no role. */
  endedAt: Date | null;
  createdAt: Date;
  lastSignInAt: Date | null;
}

const columns = `u.id, u.email, u.name, u.role, ${nodesOfUser} as nodes, u.password_hash as "passwordHash", u.subject,
  u.break_glass as "breakGlass", u.ended_at as "endedAt", u.created_at as "createdAt", u.last_sign_in_at as "lastSignInAt"`;

export function toUser(row: UserRow): User {
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    role: row.role,
    nodes: row.nodes,
    createdAt: row.createdAt.toISOString(),
    lastSignInAt: row.lastSignInAt?.toISOString() ?? null,
  };
}

export function listUsers(db: Queryable): Promise<UserRow[]> {
  return db.query(`select ${columns} from access.users u order by email`);
}

export function findUser(db: Queryable, id: number): Promise<UserRow | undefined> {
  return db.maybeOne(`select ${columns} from access.users u where id = $1`, [id]);
}

export function findUserByEmail(db: Queryable, email: string): Promise<UserRow | undefined> {
  return db.maybeOne(`select ${columns} from access.users u where email = $1`, [email]);
}

/** undefined when the address is taken. */
export function insertUser(
  db: Queryable,
  user: { email: string; name: string; role: Role; passwordHash: string },
): Promise<UserRow | undefined> {
  return db.maybeOne(
    `insert into access.users as u (email, name, role, password_hash) values ($1, $2, $3, $4)
     on conflict (email) do nothing returning ${columns}`,
    [user.email, user.name, user.role, user.passwordHash],
  );
}

export function updateUser(
  db: Queryable,
  id: number,
  user: { email: string; name: string; role: Role; passwordHash: string | null },
): Promise<UserRow> {
  return db.one(
    `update access.users u set email = $2, name = $3, role = $4, password_hash = $5, updated_at = now()
      where id = $1 returning ${columns}`,
    [id, user.email, user.name, user.role, user.passwordHash],
  );
}

/** What an account works in: null is the whole organization. */
export async function putNodes(db: Queryable, id: number, nodes: readonly number[] | null, by: string): Promise<void> {
  await db.execute('update access.users set reach = $2, updated_at = now() where id = $1', [
    id,
    nodes === null ? 'organization' : 'nodes',
  ]);
  await db.execute('delete from access.user_nodes where user_id = $1 and node_id <> all ($2::bigint[])', [
    id,
    nodes ?? [],
  ]);
  await db.execute(
    `insert into access.user_nodes (user_id, node_id, given_by) select $1, unnest($2::bigint[]), $3
     on conflict do nothing`,
    [id, nodes ?? [], by],
  );
}

export async function deleteUser(db: Queryable, id: number): Promise<void> {
  await db.execute('delete from access.users where id = $1', [id]);
}

export async function hasAdministrator(db: Queryable): Promise<boolean> {
  return (
    (await db.query("select 1 from access.users where role = 'admin' limit 1 /* any: whether there is one */")).length >
    0
  );
}

/** Locks all administrators, so that two requests cannot each remove the other's last one. */
export async function lockAdministrators(db: Queryable): Promise<number[]> {
  const rows = await db.query<{ id: number }>(
    "select id from access.users where role = 'admin' order by id for update",
  );
  return rows.map((row) => row.id);
}

export async function touchSignIn(db: Queryable, id: number): Promise<void> {
  await db.execute('update access.users set last_sign_in_at = now() where id = $1', [id]);
}

/** One at a time: two first sign-ins of one person make one account. */
export async function lockUsersForSignIn(db: Queryable): Promise<void> {
  await db.execute("select pg_advisory_xact_lock(hashtext('plumbline.access.sign-in'))");
}

export function findUserBySubject(
  db: Queryable,
  { issuer, subject }: { issuer: string; subject: string },
): Promise<UserRow | undefined> {
  return db.maybeOne(`select ${columns} from access.users u where issuer = $1 and subject = $2`, [issuer, subject]);
}

export function insertLinkedUser(
  db: Queryable,
  user: { email: string; name: string; role: Role; issuer: string; subject: string },
): Promise<{ id: number }> {
  return db.one(
    'insert into access.users (email, name, role, issuer, subject) values ($1, $2, $3, $4, $5) returning id',
    [user.email, user.name, user.role, user.issuer, user.subject],
  );
}

export async function putLink(
  db: Queryable,
  id: number,
  { issuer, subject }: { issuer: string; subject: string },
): Promise<void> {
  await db.execute('update access.users set issuer = $2, subject = $3, updated_at = now() where id = $1', [
    id,
    issuer,
    subject,
  ]);
}

/** What groups gave; an account whose access had ended has it again. */
export async function putGiven(
  db: Queryable,
  id: number,
  { role, nodes }: Given,
  said: { email?: string; name?: string } = {},
): Promise<UserRow> {
  const put = (to: Role): Promise<UserRow> =>
    db.one(
      `update access.users u
          set role = $2, email = coalesce($3, email), name = coalesce($4, name), ended_at = null, updated_at = now()
        where id = $1 returning ${columns}`,
      [id, to, said.email ?? null, said.name ?? null],
    );
  // An administrator has no nodes: first what fits both roles, then the other.
  if (role !== 'admin') await put(role);
  await putNodes(db, id, nodes, 'single sign-on');
  return put(role);
}

export async function setEnded(db: Queryable, id: number): Promise<void> {
  await db.execute('update access.users set ended_at = now(), updated_at = now() where id = $1', [id]);
}

/** Whether somebody is named who signs in with a password when nothing else works. */
export async function hasBreakGlass(db: Queryable): Promise<boolean> {
  const row = await db.one<{ named: boolean }>(
    `select exists (select from access.users where break_glass and role = 'admin' and password_hash is not null) as named`,
  );
  return row.named;
}
