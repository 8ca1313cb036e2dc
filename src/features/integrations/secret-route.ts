import { isDeepStrictEqual } from 'node:util';
import { type Connector, networkRoute } from '../../connectors/contract.ts';
import type { Database } from '../../platform/database/index.ts';
import { PlumblineError } from '../../platform/errors/index.ts';
import { type Actor, audit } from '../access/index.ts';
import type { Fields } from './model.ts';
import type { IntegrationRow } from './store/integrations.ts';

/** Names of the settings by which secrets would travel another way than the one they were entered for. */
export function changedRoute(connector: Connector, before: Fields, after: Fields): string[] {
  const names = [...new Set<string>([...connector.secretsTravelBy, ...networkRoute])];
  return names.filter((name) => !isDeepStrictEqual(given(before[name]), given(after[name])));
}

/** Left out and left empty mean the same. */
const given = (value: Fields[string] | undefined): unknown => (value === '' || value === undefined ? null : value);

/** Says no, and keeps who tried: somebody may be after a token that others entered. Throws `secrets_required`. */
export async function refuseRoute(
  db: Database,
  actor: Actor,
  { id, name }: IntegrationRow,
  route: readonly string[],
): Promise<never> {
  const changes = route.map((setting) => `settings.${setting}`);
  const about = { kind: 'integration', id, name };
  await db.transaction((tx) => audit(tx, actor, 'integration.change_refused', about, { changes }));
  throw new PlumblineError('secrets_required', {
    message: `With another ${route.join(', ')} the secrets would take another way than the one they were entered for.`,
    data: { fields: changes.map((path) => ({ path, message: 'needs the secrets to be entered again' })) },
  });
}
