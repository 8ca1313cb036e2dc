import type { Database } from '../../platform/database/index.ts';
import { PlumblineError } from '../../platform/errors/index.ts';
import { audit } from './audit.ts';
import { hashToken, newOpaqueToken } from './opaque-tokens.ts';
import { type PasswordCost, verifyPassword } from './passwords.ts';
import type { Actor, Transport } from './route.ts';
import { requireFactor, type SecondFactorOptions } from './second-factor/second-factor.ts';
import { findRules } from './sign-in-rules/store.ts';
import { findSettings } from './single-sign-on/store.ts';
import { countAttempt, deleteOldAttempts, forgetAttempts, uncountAttempt } from './store/attempts.ts';
import { deleteDeadSessions, deleteSession, insertSession, type NewProviderSession } from './store/sessions.ts';
import { findUserByEmail, touchSignIn, type UserRow } from './store/users.ts';

export interface SignInOptions extends SecondFactorOptions {
  db: Database;
  cost: PasswordCost;
  /** True when the operator accepted sign-in over plain HTTP. */
  insecureHttp: boolean;
}

export interface Caller {
  transport: Transport;
  remoteAddress: string;
  requestId: string;
  headers?: Record<string, string | string[] | undefined>;
}

export interface StartedSession {
  token: string;
  expiresAt: Date;
  user: UserRow;
  actor: Actor;
}

/** Throws `insecure_transport` where a password would cross a network in the clear. */
export function requireSafeTransport(transport: Transport, insecureHttp: boolean): void {
  if (transport === 'http' && !insecureHttp) throw new PlumblineError('insecure_transport');
}

// Per 15 minutes. One address may lock an account for itself only; locking it for everybody takes many addresses.
const limits = { accountFromAddress: 10, address: 50, account: 100 };

function attemptKeys(email: string, remoteAddress: string): Record<keyof typeof limits, string> {
  const account = hashToken(email).toString('hex').slice(0, 32);
  const address = network(remoteAddress);
  return {
    accountFromAddress: `both:${account}:${address}`,
    address: `address:${address}`,
    account: `account:${account}`,
  };
}

/** One customer of an IPv6 provider holds a /64: single addresses would be no limit. */
function network(address: string): string {
  if (!address.includes(':') || address.startsWith('::ffff:')) return address.replace('::ffff:', '');
  const [head = '', tail] = address.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const filled = [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right];
  return `${filled.slice(0, 4).join(':')}::/64`;
}

interface Attempt {
  email: string;
  remoteAddress: string;
  requestId: string;
}

/**
 * Throws `sign_in_throttled` or counts the attempt; the same whether the account exists or not. Of a series that is
 * refused unseen the trail has the first: a row for each would let a stranger fill it.
 */
async function throttle(db: Database, attempt: Attempt): Promise<void> {
  const keys = attemptKeys(attempt.email, attempt.remoteAddress);
  for (const name of ['address', 'accountFromAddress', 'account'] as const) {
    const count = await countAttempt(db, keys[name]);
    if (count === limits[name] + 1) await refused(db, attempt, null, { throttled: true });
    if (count > limits[name]) throw new PlumblineError('sign_in_throttled');
  }
}

async function refused(
  db: Database,
  { email, remoteAddress, requestId }: Attempt,
  id: number | null,
  more: { throttled?: true } = {},
): Promise<void> {
  const actor = { kind: 'system', name: 'sign-in' } as const;
  const details = { remoteAddress, requestId, ...more };
  await db.transaction((tx) => audit(tx, actor, 'session.refused', { kind: 'user', id, name: email }, details));
}

/**
 * Starts a session. Throws `sign_in_failed` (never telling whether the account exists), `sign_in_throttled`,
 * `insecure_transport`, where single sign-on decides `sso_required` or `sso_no_access`, and what `requireFactor` throws. `previous` is a session the browser already had; it ends.
 */
export async function signIn(
  options: SignInOptions,
  credentials: { email: string; password: string; code?: string | undefined },
  caller: Caller & { previous: Actor | undefined },
): Promise<StartedSession> {
  const { db } = options;
  const user = await provePassword(options, credentials, caller);
  const breakGlass = await requirePasswordsAllowed(db, user);
  await requireFactor(options, user, credentials.code);
  const session = await startSession(db, user, { ...caller, breakGlass });
  const keys = attemptKeys(credentials.email, caller.remoteAddress);
  await forgetAttempts(db, keys.accountFromAddress);
  await uncountAttempt(db, keys.address);
  await uncountAttempt(db, keys.account);
  await deleteDeadSessions(db);
  await deleteOldAttempts(db);
  return session;
}

/** The account of an address and its password. Each call counts as an attempt, whatever else is asked for afterwards. */
export async function provePassword(
  { db, cost, insecureHttp }: SignInOptions,
  { email, password }: { email: string; password: string },
  { transport, remoteAddress, requestId }: Caller,
): Promise<UserRow> {
  requireSafeTransport(transport, insecureHttp);
  const attempt = { email, remoteAddress, requestId };
  await throttle(db, attempt);
  const user = await findUserByEmail(db, email);
  const stored = user?.passwordHash ?? undefined;
  if (!(await verifyPassword(password, stored, cost)) || user === undefined) {
    await refused(db, attempt, user?.id ?? null);
    throw new PlumblineError('sign_in_failed');
  }
  return user;
}

/**
 * Only who knows the password learns that it is not enough. Throws `sso_required` or `sso_no_access`; true where the break-glass
 * administrator goes past single sign-on.
 */
async function requirePasswordsAllowed(db: Database, user: UserRow): Promise<boolean> {
  const singleSignOn = (await findSettings(db))?.settings.enabled === true;
  if (!singleSignOn) return false;
  if (user.endedAt !== null) throw new PlumblineError('sso_no_access');
  if (!user.breakGlass && (await findRules(db)).passwords === 'break_glass') throw new PlumblineError('sso_required');
  return user.breakGlass;
}

/** A new session with a token never seen before, whatever the browser had. */
export async function startSession(
  db: Database,
  user: UserRow,
  caller: Caller & { previous: Actor | undefined; provider?: NewProviderSession; breakGlass?: boolean },
): Promise<StartedSession> {
  const token = newOpaqueToken();
  const userAgent = caller.headers?.['user-agent'];
  const seen = { remoteAddress: caller.remoteAddress, userAgent: typeof userAgent === 'string' ? userAgent : null };
  return db.transaction(async (tx) => {
    if (caller.previous?.sessionId !== undefined) await deleteSession(tx, caller.previous.sessionId);
    const { id, expiresAt } = await insertSession(tx, {
      tokenHash: hashToken(token),
      userId: user.id,
      seen,
      provider: caller.provider,
    });
    await touchSignIn(tx, user.id);
    const origin = { remoteAddress: caller.remoteAddress, requestId: caller.requestId };
    const base = { kind: 'user' as const, userId: user.id, tokenId: null, name: user.email, role: user.role };
    const actor: Actor = { ...base, sessionId: id, origin };
    const how =
      caller.breakGlass === true
        ? { way: 'break_glass' }
        : caller.provider === undefined
          ? {}
          : { way: 'single_sign_on' };
    await audit(tx, actor, 'session.started', { kind: 'user', id: user.id, name: user.email }, how);
    return { token, expiresAt, user, actor };
  });
}

export async function signOut(db: Database, actor: Actor): Promise<void> {
  const { sessionId } = actor;
  if (sessionId === undefined) return;
  await db.transaction(async (tx) => {
    await deleteSession(tx, sessionId);
    await audit(tx, actor, 'session.ended', { kind: 'user', id: actor.userId, name: actor.name });
  });
}
