import type { Database, Tx } from '../../platform/database/index.ts';
import { PlumblineError } from '../../platform/errors/index.ts';
import { type AuditActor, audit } from './audit.ts';
import { Email as emailShape } from './contract.ts';
import { requireGoodPassword } from './model.ts';
import { hashToken, newOpaqueToken, sameToken } from './opaque-tokens.ts';
import { hashPassword, type PasswordCost } from './passwords.ts';
import { deleteSetupSecret, lockSetup, saveSetupSecret, takeSetupSecret } from './store/setup.ts';
import { hasAdministrator, insertUser, type UserRow } from './store/users.ts';

export interface FirstAdministrator {
  email: string;
  name: string;
  password: string;
}

/** The secret of a new set-up link, valid for an hour; undefined when there is an administrator. */
export async function issueSetupSecret(db: Database): Promise<string | undefined> {
  const secret = newOpaqueToken();
  return db.transaction(async (tx) => {
    await lockSetup(tx);
    if (await hasAdministrator(tx)) {
      await deleteSetupSecret(tx);
      return undefined;
    }
    await saveSetupSecret(tx, hashToken(secret));
    return secret;
  });
}

/** Makes the first administrator with the secret of the set-up link. Throws `setup_finished` or `setup_link_invalid`. */
export async function finishSetup(
  options: { db: Database; cost: PasswordCost },
  secret: string,
  account: FirstAdministrator,
): Promise<UserRow> {
  return options.db.transaction(async (tx) => {
    await lockSetup(tx);
    if (await hasAdministrator(tx)) throw new PlumblineError('setup_finished');
    const expected = await takeSetupSecret(tx);
    if (expected === undefined || !sameToken(secret, expected)) throw new PlumblineError('setup_link_invalid');
    // Judged after the secret: a bad password must not use the link up, and a stranger learns nothing.
    requireGoodPassword(account.password, account.email);
    return insertAdministrator(tx, options.cost, account, { kind: 'system', name: 'set-up page' });
  });
}

/** The unattended way (PLUMBLINE_ADMIN_EMAIL). False when there was an administrator already: nothing changes then. */
export async function createFirstAdministrator(
  options: { db: Database; cost: PasswordCost },
  account: { email: string; password: string; name?: string },
): Promise<boolean> {
  const email = emailShape.safeParse(account.email);
  return options.db.transaction(async (tx) => {
    await lockSetup(tx);
    if (await hasAdministrator(tx)) return false;
    if (!email.success) {
      throw new PlumblineError('config_invalid', { message: 'PLUMBLINE_ADMIN_EMAIL is not an e-mail address.' });
    }
    requireGoodPassword(account.password, email.data);
    const administrator = { email: email.data, name: account.name ?? '', password: account.password };
    await insertAdministrator(tx, options.cost, administrator, { kind: 'system', name: 'unattended set-up' });
    return true;
  });
}

async function insertAdministrator(
  tx: Tx,
  cost: PasswordCost,
  account: FirstAdministrator,
  actor: AuditActor,
): Promise<UserRow> {
  const passwordHash = await hashPassword(account.password, cost);
  const user = await insertUser(tx, { email: account.email, name: account.name, role: 'admin', passwordHash });
  if (user === undefined) throw new PlumblineError('email_taken');
  await deleteSetupSecret(tx);
  await audit(tx, actor, 'user.created', { kind: 'user', id: user.id, name: user.email }, { role: 'admin' });
  return user;
}
