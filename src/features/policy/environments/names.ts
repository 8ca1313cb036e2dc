import { nearMatch } from '../../../domain/near-match.ts';
import type { Queryable } from '../../../platform/database/index.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';

/** Every name that was ever set something in, also one that is empty now. */
async function namesOf(db: Queryable): Promise<string[]> {
  const rows = await db.query<{ name: string }>(
    'select distinct environment as name from policy.environment_images order by 1',
  );
  return rows.map(({ name }) => name);
}

/** Throws `environment_not_found`, with the name that was likely meant. */
export async function requireEnvironment(db: Queryable, name: string): Promise<void> {
  const names = await namesOf(db);
  if (names.includes(name)) return;
  const meant = nearMatch(name, names);
  const hint = meant === null ? '' : ` Did you mean “${meant}”?`;
  throw new PlumblineError('environment_not_found', { message: `There is no environment “${name}”.${hint}` });
}

/** Throws `environment_not_found` for a name that is none, but almost is: it is more likely a slip than a new environment. */
export async function requireNewName(db: Queryable, name: string): Promise<void> {
  const names = await namesOf(db);
  const meant = names.includes(name) ? null : nearMatch(name, names);
  if (meant === null) return;
  throw new PlumblineError('environment_not_found', {
    message: `There is no environment “${name}”. Did you mean “${meant}”?`,
    remedy: `Name ${meant}, or make a new one: plumbline environment set --new ${name} <image>.`,
  });
}
