import type { Queryable } from '../../../platform/database/index.ts';
import { SignInRules } from './contract.ts';

export async function findRules(db: Queryable): Promise<SignInRules> {
  const row = await db.maybeOne<{ rules: unknown }>(
    'select rules from access.sign_in_rules',
    [],
    'access_sign_in_rules',
  );
  return SignInRules.parse(row?.rules ?? {});
}

export async function putRules(db: Queryable, rules: SignInRules, updatedBy: string): Promise<void> {
  await db.execute(
    `insert into access.sign_in_rules (rules, updated_by) values ($1, $2)
     on conflict (only_row) do update set rules = excluded.rules, updated_by = excluded.updated_by, updated_at = now()`,
    [JSON.stringify(rules), updatedBy],
  );
}

export async function findBreakGlass(db: Queryable): Promise<number | null> {
  const row = await db.maybeOne<{ id: number }>('select id from access.users where break_glass');
  return row?.id ?? null;
}

export async function putBreakGlass(db: Queryable, id: number | null): Promise<void> {
  await db.execute('update access.users set break_glass = false where break_glass and id is distinct from $1', [id]);
  await db.execute('update access.users set break_glass = true where id = $1', [id]);
}
