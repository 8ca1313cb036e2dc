import type { Tx } from '../../../platform/database/index.ts';
import { type ErrorCode, PlumblineError } from '../../../platform/errors/index.ts';
import { audit } from '../audit.ts';
import { Email } from '../contract.ts';
import { deleteSessionsOf } from '../store/sessions.ts';
import {
  findUserByEmail,
  findUserBySubject,
  insertLinkedUser,
  lockUsersForSignIn,
  putGiven,
  putLink,
  setEnded,
  type UserRow,
} from '../store/users.ts';
import type { SingleSignOn } from './contract.ts';
import { type Given, givenBy } from './mapping.ts';
import type { Identity } from './start.ts';

const actor = { kind: 'system', name: 'single sign-on' } as const;

/** An account that may go on, or the code of why there is none. */
export type Admitted = { user: UserRow } | { refused: ErrorCode };

/**
 * Finds, links or makes the account of an identity and gives it what its groups give. Who may not is noted in the same
 * transaction: sessions end and tokens do nothing from then on.
 */
export async function admit(tx: Tx, settings: SingleSignOn, identity: Identity): Promise<Admitted> {
  await lockUsersForSignIn(tx);
  const linked = await findUserBySubject(tx, identity);
  const given = givenBy(settings, identity.groups);
  if (typeof given === 'string') {
    if (linked !== undefined) await endAccess(tx, linked, given);
    return { refused: given === 'no_access' ? 'sso_no_access' : 'sso_groups_missing' };
  }
  if (linked !== undefined)
    return { user: await give(tx, linked, given, { ...identity, trusted: trusts(settings, identity) }) };
  const email = trusts(settings, identity) ? emailOf(identity) : undefined;
  if (email === undefined) return { refused: 'sso_email_missing' };
  const found = await findUserByEmail(tx, email);
  if (found !== undefined) return link(tx, found, identity, given);
  if (!settings.createAccounts) return { refused: 'sso_account_unknown' };
  const made = await insertLinkedUser(tx, { ...identity, email, name: identity.name ?? '', role: given.role });
  await audit(
    tx,
    actor,
    'user.created',
    { kind: 'user', id: made.id, name: email },
    { role: given.role, ...(given.nodes === null ? {} : { nodes: given.nodes }), issuer: identity.issuer },
  );
  return { user: await putGiven(tx, made.id, given) };
}

/** Throws where `admit` refused. */
export function requireAdmitted(admitted: Admitted): UserRow {
  if ('refused' in admitted) throw new PlumblineError(admitted.refused);
  return admitted.user;
}

const trusts = (settings: SingleSignOn, identity: Identity): boolean => settings.trustEmails || identity.emailVerified;

const emailOf = ({ email }: Identity): string | undefined => {
  const parsed = Email.safeParse(email);
  return parsed.success ? parsed.data : undefined;
};

/** An account of this address that nobody else is linked to. The break-glass administrator is nobody's but its own. */
async function link(tx: Tx, found: UserRow, identity: Identity, given: Given): Promise<Admitted> {
  if (found.breakGlass || found.subject !== null) return { refused: 'sso_account_taken' };
  await putLink(tx, found.id, identity);
  await audit(tx, actor, 'user.linked', { kind: 'user', id: found.id, name: found.email }, { issuer: identity.issuer });
  return { user: await give(tx, found, given, { ...identity, trusted: false }) };
}

async function give(tx: Tx, user: UserRow, given: Given, said: Identity & { trusted: boolean }): Promise<UserRow> {
  const email = said.trusted ? emailOf(said) : undefined;
  const moved = email !== undefined && email !== user.email && (await findUserByEmail(tx, email)) === undefined;
  const after = await putGiven(tx, user.id, given, {
    email: moved ? email : user.email,
    name: said.name ?? user.name,
  });
  const fields = (['email', 'name', 'role', 'nodes'] as const).filter(
    (field) => JSON.stringify(user[field]) !== JSON.stringify(after[field]),
  );
  if (user.endedAt !== null)
    await audit(tx, actor, 'user.access_restored', { kind: 'user', id: user.id, name: after.email });
  if (fields.length > 0) {
    const roles = user.role === after.role ? {} : { roleBefore: user.role, roleAfter: after.role };
    const places = fields.includes('nodes') ? { nodesBefore: user.nodes, nodesAfter: after.nodes } : {};
    const what = { kind: 'user', id: user.id, name: after.email };
    await audit(tx, actor, 'user.changed', what, { fields, ...roles, ...places });
  }
  return after;
}

async function endAccess(tx: Tx, user: UserRow, reason: string): Promise<void> {
  const sessionsEnded = await deleteSessionsOf(tx, user.id, null);
  if (user.endedAt === null) await setEnded(tx, user.id);
  else if (sessionsEnded === 0) return;
  await audit(
    tx,
    actor,
    'user.access_ended',
    { kind: 'user', id: user.id, name: user.email },
    { reason, sessionsEnded },
  );
}
