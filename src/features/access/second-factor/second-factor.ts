import type { Database, Queryable } from '../../../platform/database/index.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import type { Vault } from '../../../platform/vault/index.ts';
import { type AuditActor, audit } from '../audit.ts';
import { hashToken } from '../opaque-tokens.ts';
import { findRules } from '../sign-in-rules/store.ts';
import type { UserRow } from '../store/users.ts';
import { newRecoveryCodes, newSecret, plainCode, stepOf, uriOf } from './codes.ts';
import type { NewSecondFactor, SecondFactor } from './contract.ts';
import {
  countRecoveryCodes,
  deleteFactor,
  type FactorRow,
  findFactor,
  nextFactorId,
  putFactor,
  putRecoveryCodes,
  takeRecoveryCode,
  takeStep,
} from './store.ts';

export interface SecondFactorOptions {
  db: Database;
  vault: Vault;
}

type Person = Pick<UserRow, 'id' | 'email' | 'role'>;

const place = (id: number) => ({ table: 'access.second_factors', row: id, field: 'secret' });

export async function describeFactor(db: Queryable, user: Person): Promise<SecondFactor> {
  const factor = await findFactor(db, user.id);
  return {
    enrolled: confirmed(factor),
    required: await isRequired(db, user),
    recoveryCodesLeft: await countRecoveryCodes(db, user.id),
  };
}

const confirmed = (factor: FactorRow | undefined): factor is FactorRow =>
  factor !== undefined && factor.confirmedAt !== null;

async function isRequired(db: Queryable, { role }: Person): Promise<boolean> {
  return (await findRules(db)).secondFactorFor.includes(role);
}

/** A new secret for the app of somebody who has none yet. Throws `second_factor_exists`. */
export async function beginFactor({ db, vault }: SecondFactorOptions, user: Person): Promise<NewSecondFactor> {
  const secret = newSecret();
  const id = await nextFactorId(db);
  const added = await db.transaction((tx) =>
    putFactor(tx, { id, userId: user.id, sealed: { secret: vault.seal(place(id), secret) } }),
  );
  if (!added) throw new PlumblineError('second_factor_exists');
  return { uri: uriOf(secret, user.email), secret };
}

/** The first code proves that the app has the secret. Throws `second_factor_wrong`; returns recovery codes, this once. */
export async function confirmFactor(
  options: SecondFactorOptions,
  actor: AuditActor,
  { user, code }: { user: Person; code: string },
): Promise<string[]> {
  const factor = await findFactor(options.db, user.id);
  if (factor === undefined || confirmed(factor)) throw new PlumblineError('second_factor_wrong');
  return options.db.transaction(async (tx) => {
    await takeCode(tx, options.vault, { factor, code });
    await audit(tx, actor, 'second_factor.enrolled', { kind: 'user', id: user.id, name: user.email });
    return renewCodes(tx, user.id);
  });
}

export async function renewRecoveryCodes(
  { db }: SecondFactorOptions,
  actor: AuditActor,
  user: Person,
): Promise<string[]> {
  if (!confirmed(await findFactor(db, user.id))) throw new PlumblineError('second_factor_missing');
  return db.transaction(async (tx) => {
    await audit(tx, actor, 'second_factor.codes_renewed', { kind: 'user', id: user.id, name: user.email });
    return renewCodes(tx, user.id);
  });
}

async function renewCodes(tx: Queryable, userId: number): Promise<string[]> {
  const codes = newRecoveryCodes();
  await putRecoveryCodes(
    tx,
    userId,
    codes.map((code) => hashToken(plainCode(code))),
  );
  return codes;
}

export async function removeFactor(db: Database, actor: AuditActor, user: Person): Promise<void> {
  await db.transaction(async (tx) => {
    if (!(await deleteFactor(tx, user.id))) throw new PlumblineError('second_factor_missing');
    await audit(tx, actor, 'second_factor.removed', { kind: 'user', id: user.id, name: user.email });
  });
}

/**
 * What a password alone is not enough for. Throws `second_factor_needed` without a code, `second_factor_wrong` for a wrong or used
 * one, `second_factor_enrolment_needed` where the rules ask for one that there is not. A secret that was begun at the door and is
 * shown by its first code counts from then on.
 */
export async function requireFactor(
  { db, vault }: SecondFactorOptions,
  user: Person,
  code: string | undefined,
): Promise<void> {
  const factor = await findFactor(db, user.id);
  if (!confirmed(factor)) {
    if (!(await isRequired(db, user))) return;
    if (factor === undefined || code === undefined) throw new PlumblineError('second_factor_enrolment_needed');
  } else if (code === undefined) throw new PlumblineError('second_factor_needed');
  await requireCode({ db, vault }, { user, factor, code });
}

/** Throws `second_factor_missing` or `second_factor_wrong`. */
export async function requireOwnCode(options: SecondFactorOptions, user: Person, code: string): Promise<void> {
  const factor = await findFactor(options.db, user.id);
  if (!confirmed(factor)) throw new PlumblineError('second_factor_missing');
  await requireCode(options, { user, factor, code });
}

async function requireCode(
  { db, vault }: SecondFactorOptions,
  { user, factor, code }: { user: Person; factor: FactorRow; code: string },
): Promise<void> {
  if (/^\d{6}$/.test(code)) return takeCode(db, vault, { factor, code });
  await db.transaction(async (tx) => {
    if (!(await takeRecoveryCode(tx, user.id, hashToken(plainCode(code)))))
      throw new PlumblineError('second_factor_wrong');
    const left = await countRecoveryCodes(tx, user.id);
    const actor = { kind: 'system', name: 'sign-in' } as const;
    await audit(
      tx,
      actor,
      'second_factor.recovery_code_used',
      { kind: 'user', id: user.id, name: user.email },
      { left },
    );
  });
}

async function takeCode(
  db: Queryable,
  vault: Vault,
  { factor, code }: { factor: FactorRow; code: string },
): Promise<void> {
  const secret = vault.open(place(factor.id), factor.sealed.secret);
  const step = stepOf(secret, code, new Date());
  if (step === undefined || !(await takeStep(db, factor.id, step))) throw new PlumblineError('second_factor_wrong');
}
