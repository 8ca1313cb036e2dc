import pg from 'pg';
import type { Tx } from '../../../platform/database/index.ts';

const { escapeIdentifier } = pg;

interface KeptView {
  name: string;
  materialized: boolean;
  definition: string;
}

/**
 * Makes the views of schema `custom` again that went with those they read. They may read each other, in an order that
 * nobody wrote down: so as long as one succeeds the others are tried again. One whose columns are gone keeps its definition
 * and says why; it is tried at each start.
 */
export async function rebuildKeptViews(tx: Tx, owner: string): Promise<void> {
  const { there } = await tx.one<{ there: boolean }>(`select to_regclass('platform.kept_views') is not null as there`);
  if (!there) return;
  let waiting = await tx.query<KeptView>(
    'select name, materialized, definition from platform.kept_views order by name',
  );
  for (let made = -1; made !== 0 && waiting.length > 0; ) {
    const failed: KeptView[] = [];
    for (const view of waiting) if (!(await rebuild(tx, owner, view))) failed.push(view);
    made = waiting.length - failed.length;
    waiting = failed;
  }
}

/** As its owner, and as one statement: what stands in a definition can do no more than that role. */
async function rebuild(tx: Tx, owner: string, { name, materialized, definition }: KeptView): Promise<boolean> {
  await tx.execute('savepoint rebuild');
  try {
    await tx.execute(`set local role ${escapeIdentifier(owner)}`);
    const kind = materialized ? 'materialized view' : 'view';
    await tx.client.query({
      text: `create ${kind} custom.${escapeIdentifier(name)} as ${definition}`,
      queryMode: 'extended',
    } as pg.QueryConfig);
    await tx.execute('reset role');
    await tx.execute('delete from platform.kept_views where name = $1', [name]);
    await tx.execute('release savepoint rebuild');
    return true;
  } catch (error) {
    await tx.execute('rollback to savepoint rebuild');
    await tx.execute('update platform.kept_views set error = $2 where name = $1', [name, (error as Error).message]);
    return false;
  }
}
