import type { Tx } from '../../../platform/database/index.ts';
import { takenBy } from './rules.ts';
import { currentRules, ruledProjects, writeBelongings } from './store.ts';

/** Follows rules, projects and teams as they are now. */
export async function refresh(tx: Tx): Promise<void> {
  await writeBelongings(tx, takenBy(await currentRules(tx), await ruledProjects(tx)));
}
