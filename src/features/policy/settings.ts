import type { Database, Queryable } from '../../platform/database/index.ts';
import { type Actor, audit } from '../access/index.ts';
import type { PolicySettings } from './model.ts';
import { readSettings, writeSettings } from './store/settings.ts';

/** Changes the settings; every image is judged again when they differ. */
export async function changeSettings(
  db: Database,
  actor: Actor,
  { settings, changed }: { settings: PolicySettings; changed(tx: Queryable): Promise<void> },
): Promise<PolicySettings> {
  return db.transaction(async (tx) => {
    const before = await readSettings(tx);
    const wanted = {
      ...settings,
      excludedIntegrations: [...new Set(settings.excludedIntegrations)].sort((a, b) => a - b),
    };
    const names = (Object.keys(wanted) as (keyof PolicySettings)[]).filter(
      (name) => JSON.stringify(before[name]) !== JSON.stringify(wanted[name]),
    );
    if (names.length === 0) return before;
    await writeSettings(tx, wanted, actor.name);
    const details = Object.fromEntries(names.map((name) => [name, wanted[name]]));
    await audit(tx, actor, 'policy.settings', { kind: 'policy', name: 'settings' }, details);
    await changed(tx);
    return wanted;
  });
}
