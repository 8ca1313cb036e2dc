import type { Tx } from '../../../platform/database/index.ts';
import { belongingsChanged, type Telling } from '../changes.ts';
import { takenBy } from './rules.ts';
import { currentRules, ruledProjects, writeBelongings } from './store.ts';

/** Follows rules, projects and teams as they are now. */
export async function refresh(tx: Tx, { tell }: Pick<Telling, 'tell'>): Promise<void> {
  await writeBelongings(tx, takenBy(await currentRules(tx), await ruledProjects(tx)));
  await tell(tx, [{ kind: belongingsChanged, id: 0 }]);
}
