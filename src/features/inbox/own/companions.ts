import { mainOfCompanion } from '../../../domain/companion-key.ts';
import type { WebhookPlace } from '../../../connectors/contract.ts';
import type { Queryable } from '../../../platform/database/index.ts';

/** A project that stands for a pull request of another one: where that one has a webhook of its own, so has this. */
export interface CompanionPlace {
  integrationId: number;
  key: string;
}

/** It is set up with the next look at what is wanted. */
export async function followMain(
  db: Queryable,
  { integrationId, key, of }: CompanionPlace & { of: string },
): Promise<void> {
  await db.execute(
    `insert into inbox.webhooks (integration_id, scope, target, within, secret_id)
     select w.integration_id, w.scope, $3, w.within, w.secret_id from inbox.webhooks w
      where w.integration_id = $1 and w.scope = 'project' and w.target = $2 and w.wanted and not w.superseded
     on conflict (integration_id, scope, target) do nothing`,
    [integrationId, of, key],
  );
}

/** The project is gone, and its webhook with it. */
export async function forgetCompanionPlace(db: Queryable, { integrationId, key }: CompanionPlace): Promise<void> {
  await db.execute(`delete from inbox.webhooks where integration_id = $1 and scope = 'project' and target = $2`, [
    integrationId,
    key,
  ]);
}

/** It is there because of one of these. */
export function followsOne({ scope, target }: WebhookPlace, targets: readonly WebhookPlace[]): boolean {
  const main = scope === 'project' ? mainOfCompanion(target) : null;
  return main !== null && targets.some((one) => one.scope === 'project' && one.target === main);
}
