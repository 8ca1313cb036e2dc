import type { Database, Queryable } from '../../../platform/database/index.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import { audit } from '../audit.ts';
import type { Actor } from '../route.ts';
import { findSettings } from '../single-sign-on/store.ts';
import { findUser } from '../store/users.ts';
import { requirePerson } from '../users.ts';
import type { SignInSettings } from './contract.ts';
import { findBreakGlass, findRules, putBreakGlass, putRules } from './store.ts';

export async function describeRules(db: Queryable): Promise<SignInSettings> {
  return { ...(await findRules(db)), breakGlassUserId: await findBreakGlass(db) };
}

/**
 * Throws `user_not_found`, `break_glass_needed` where single sign-on would be left without one, and `not_authorized` for a token.
 */
export async function saveRules(db: Database, actor: Actor, wanted: SignInSettings): Promise<SignInSettings> {
  requirePerson(actor);
  const { breakGlassUserId, ...rules } = wanted;
  return db.transaction(async (tx) => {
    const before = await describeRules(tx);
    await requireBreakGlass(tx, breakGlassUserId, rules.passwords);
    await putRules(tx, rules, actor.name);
    await putBreakGlass(tx, breakGlassUserId);
    const names = Object.keys(wanted) as (keyof SignInSettings)[];
    const fields = names.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(wanted[name]));
    if (fields.length > 0)
      await audit(tx, actor, 'sign_in_rules.changed', { kind: 'sign_in_rules' }, { fields, ...wanted });
    return describeRules(tx);
  });
}

async function requireBreakGlass(tx: Queryable, userId: number | null, passwords: string): Promise<void> {
  if (userId !== null) {
    const user = await findUser(tx, userId);
    if (user === undefined) throw new PlumblineError('user_not_found');
    if (user.role !== 'admin' || user.passwordHash === null || user.subject !== null)
      throw new PlumblineError('break_glass_needed', {
        message:
          'The break-glass administrator must be an administrator with a password, not linked to single sign-on.',
      });
    return;
  }
  const enabled = (await findSettings(tx))?.settings.enabled === true;
  if (enabled || passwords === 'break_glass') throw new PlumblineError('break_glass_needed');
}
