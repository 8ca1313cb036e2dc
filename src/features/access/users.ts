import type { Database, Tx } from '../../platform/database/index.ts';
import { PlumblineError } from '../../platform/errors/index.ts';
import { audit } from './audit.ts';
import { type Role, requireGoodPassword } from './model.ts';
import { hashPassword, type PasswordCost, verifyPassword } from './passwords.ts';
import type { Actor } from './route.ts';
import { requireNodes } from './reach.ts';
import type { ScopeResolver } from './scope-resolver.ts';
import { findRules } from './sign-in-rules/store.ts';
import { deleteSessionsOf } from './store/sessions.ts';
import {
  deleteUser,
  findUser,
  findUserByEmail,
  insertUser,
  lockAdministrators,
  putNodes,
  type UserRow,
  updateUser,
} from './store/users.ts';

export interface UsersOptions {
  db: Database;
  cost: PasswordCost;
  teams: ScopeResolver;
}

/** Throws `email_taken`, `weak_password`, or `not_authorized` for a token. */
export async function addUser(
  options: UsersOptions,
  actor: Actor,
  user: { email: string; name: string; role: Role; nodes: readonly number[] | null; password: string },
): Promise<UserRow> {
  requirePerson(actor);
  await requireNodes(options, user);
  requireGoodPassword(user.password, user.email, await findRules(options.db));
  const passwordHash = await hashPassword(user.password, options.cost);
  return options.db.transaction(async (tx) => {
    const row = await insertUser(tx, { email: user.email, name: user.name, role: user.role, passwordHash });
    if (row === undefined) throw new PlumblineError('email_taken');
    await putNodes(tx, row.id, user.nodes, actor.name);
    const details = { role: row.role, ...(user.nodes === null ? {} : { nodes: [...user.nodes] }) };
    await audit(tx, actor, 'user.created', { kind: 'user', id: row.id, name: row.email }, details);
    return requireUser(tx, row.id);
  });
}

export interface UserChange {
  email?: string | undefined;
  name?: string | undefined;
  role?: Role | undefined;
  /** null: the whole organization. */
  nodes?: readonly number[] | null | undefined;
  password?: string | undefined;
}

/** Throws `user_not_found`, `email_taken`, `last_administrator`, `break_glass_needed` or `weak_password`. A new password ends the user's sessions. */
export async function changeUser(
  options: UsersOptions,
  actor: Actor,
  id: number,
  change: UserChange,
): Promise<UserRow> {
  const { password } = change;
  if ([change.email, change.role, change.nodes, password].some((value) => value !== undefined)) requirePerson(actor);
  const passwordHash = password === undefined ? undefined : await hashPassword(password, options.cost);
  return options.db.transaction(async (tx) => {
    const administrators = await lockAdministrators(tx);
    const before = await requireUser(tx, id);
    const email = change.email ?? before.email;
    if (password !== undefined) requireGoodPassword(password, email, await findRules(tx));
    if (change.role !== undefined && change.role !== 'admin') requireNotNeeded(before, administrators);
    if (email !== before.email && (await findUserByEmail(tx, email)) !== undefined)
      throw new PlumblineError('email_taken');
    const role = change.role ?? before.role;
    const nodes = change.nodes === undefined ? before.nodes : change.nodes;
    await requireNodes(options, { role, nodes, kept: change.nodes === undefined });
    // First the reach that fits both roles, then the other.
    if (role !== 'admin') await updateUser(tx, id, { ...before, role });
    if (change.nodes !== undefined) await putNodes(tx, id, nodes, actor.name);
    const after = await updateUser(tx, id, {
      email,
      name: change.name ?? before.name,
      role,
      passwordHash: passwordHash ?? before.passwordHash,
    });
    if (passwordHash !== undefined) await deleteSessionsOf(tx, id, ownSession(actor, id));
    const changed = (['email', 'name', 'role', 'nodes'] as const).filter(
      (field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]),
    );
    const fields = passwordHash === undefined ? [...changed] : [...changed, 'credentials'];
    if (fields.length > 0) {
      const roles = before.role === after.role ? {} : { roleBefore: before.role, roleAfter: after.role };
      const given = changed.includes('nodes') ? { nodesBefore: before.nodes, nodesAfter: after.nodes } : {};
      await audit(tx, actor, 'user.changed', { kind: 'user', id, name: after.email }, { fields, ...roles, ...given });
    }
    return after;
  });
}

/** Removes the account with its sessions and API tokens. Throws `user_not_found`, `last_administrator` or `break_glass_needed`. */
export async function removeUser(
  options: UsersOptions & { forgetUser(tx: Tx, userId: number): Promise<void> },
  actor: Actor,
  id: number,
): Promise<void> {
  await options.db.transaction(async (tx) => {
    const administrators = await lockAdministrators(tx);
    const user = await requireUser(tx, id);
    requireNotNeeded(user, administrators);
    await options.forgetUser(tx, id);
    await deleteUser(tx, id);
    await audit(tx, actor, 'user.removed', { kind: 'user', id, name: user.email }, { role: user.role });
  });
}

/** Changes one's own password and ends every other session. Throws `wrong_password` or `weak_password`. */
export async function changeOwnPassword(
  options: UsersOptions,
  actor: Actor,
  passwords: { current: string; next: string },
): Promise<void> {
  const { db, cost } = options;
  if (actor.kind !== 'user' || actor.userId === null) throw new PlumblineError('not_authorized');
  const user = await requireUser(db, actor.userId);
  if (!(await verifyPassword(passwords.current, user.passwordHash ?? undefined, cost)))
    throw new PlumblineError('wrong_password');
  requireGoodPassword(passwords.next, user.email, await findRules(db));
  const passwordHash = await hashPassword(passwords.next, cost);
  await db.transaction(async (tx) => {
    await updateUser(tx, user.id, { ...user, passwordHash });
    const ended = await deleteSessionsOf(tx, user.id, actor.sessionId ?? null);
    await audit(
      tx,
      actor,
      'user.password_changed',
      { kind: 'user', id: user.id, name: user.email },
      { sessionsEnded: ended },
    );
  });
}

/**
 * A token could otherwise leave an account behind that outlives it, or take over its maker's. The local token is the
 * person who may read the state directory.
 */
export function requirePerson(actor: Actor): void {
  if (actor.kind !== 'token') return;
  throw new PlumblineError('not_authorized', {
    message: 'An API token may not give people accounts, addresses, roles or passwords.',
    remedy: 'Sign in and do it on the pages, or on the hub’s own machine.',
  });
}

async function requireUser(db: Database | Tx, id: number): Promise<UserRow> {
  const user = await findUser(db, id);
  if (user === undefined) throw new PlumblineError('user_not_found');
  return user;
}

/** The last administrator, and the one who is named for when single sign-on fails, stay what they are. */
function requireNotNeeded({ id, breakGlass }: UserRow, administrators: readonly number[]): void {
  if (breakGlass)
    throw new PlumblineError('break_glass_needed', {
      message: 'This is the break-glass administrator.',
      remedy: 'Name another one under Settings, Sign-in, first.',
    });
  if (administrators.length === 1 && administrators[0] === id) throw new PlumblineError('last_administrator');
}

const ownSession = (actor: Actor, userId: number): number | null =>
  actor.userId === userId ? (actor.sessionId ?? null) : null;
