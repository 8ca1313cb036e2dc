import type { Database, Tx } from '../../platform/database/index.ts';

/** People were added, changed or removed; one change for all of them, its id is 0. */
export const peopleChanged = 'people_changed';

/** What belongs to teams, or where they stand, changed; one change for all of it, its id is 0. */
export const belongingsChanged = 'team_belongings';

export const teamChanges: readonly string[] = [peopleChanged, belongingsChanged];

export interface Telling {
  db: Database;
  /** Tells other rooms, in the transaction of the change. */
  tell(tx: Tx, changes: readonly { kind: string; id: number }[]): Promise<void>;
}
