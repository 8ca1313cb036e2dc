import type { Tx } from '../../../platform/database/index.ts';
import { spanStages } from './spans-store.ts';
import type { Stage } from './stages.ts';
import { dailyKey, key, someSum, sums } from './store.ts';

const moved = 'moved_projects';

/** `of` are rows of days, of the projects that move. */
export const movedDays = (of: string): string => `
  insert into insights.node_daily as n (node_kind, node_id, ${dailyKey}, ${sums.join(', ')})
  select 'tree_node', m.node_id, ${dailyKey}, ${sums.map((name) => `sum(${name} * sign)::int`).join(', ')}
    from ${moved} m join (${of}) d using (project_id)
   group by m.node_id, ${dailyKey} having ${someSum.replaceAll('sum(', 'sum(sign * ')}
   order by m.node_id, ${dailyKey}
  on conflict (node_kind, node_id, counting, branch_class, class, state, day, axis, raw_level, asset_type, part)
  do update set ${sums.map((name) => `${name} = n.${name} + excluded.${name}`).join(', ')}`;

export const movedPresent = `
  insert into insights.present as p (node_kind, node_id, ${key}, present)
  select 'tree_node', m.node_id, ${key}, sum(present * sign)::int
    from ${moved} m join insights.present o on o.node_kind = 'project' and o.node_id = m.project_id
   group by m.node_id, ${key} having sum(present * sign) <> 0 order by m.node_id, ${key}
  on conflict (node_kind, node_id, counting, branch_class, class, state, axis, raw_level, asset_type)
  do update set present = p.present + excluded.present`;

const days: Stage = {
  place: [
    ...(['counting', 'branch_class', 'class', 'state'] as const).map((column) => ({ column, type: 'text' as const })),
    { column: 'day', type: 'date' },
  ],
  rows: (condition) =>
    ['shared.project_daily', 'shared.daily_changes'].map(
      (table) => `select * from ${table} where project_id = $1 and branch_class <> 'pull_request' and ${condition}`,
    ),
  // As they were taken over: without what waits.
  move: (condition) =>
    movedDays(`
      select project_id, ${dailyKey}, ${sums.join(', ')} from shared.project_daily
       where project_id = $1 and branch_class <> 'pull_request' and ${condition}
      union all
      select project_id, ${dailyKey}, ${sums.map((name) => `-${name}`).join(', ')} from shared.daily_changes
       where project_id = $1 and branch_class <> 'pull_request' and ${condition}`),
};

const stages: readonly Stage[] = [days, ...spanStages(moved)];

interface Moving {
  project: number;
  stage: number;
  place: string[] | null;
  nodes: number;
}

/**
 * Goes on with a project that is moved in parts: one part, about `rows` rows in all of its nodes. Nothing of the project
 * is taken over meanwhile, so that a part is the same whenever it is done. Nodes hold the project from the last part on;
 * until then their numbers are those of their projects. Returns how many nodes it came to or left: 0 before the last
 * part, undefined where nothing is being moved.
 */
export async function movePart(tx: Tx, rows: number): Promise<number | undefined> {
  const moving = await tx.maybeOne<Moving>(
    `select p.project_id as project, p.stage, p.place, (select count(*) from insights.moving_nodes n where n.project_id = p.project_id) as nodes
       from insights.moving_projects p order by p.began_at, p.project_id limit 1`,
  );
  if (moving === undefined) return undefined;
  const { project, stage, place, nodes } = moving;
  const current = stages[stage];
  if (current === undefined) return finish(tx, project);
  await tx.execute(
    `create temporary table ${moved} on commit drop as select node_id, project_id, sign from insights.moving_nodes where project_id = ${project}`,
  );
  const end = await endOfPart(tx, current, {
    project,
    place,
    rows: Math.max(1, Math.floor(rows / Math.max(1, nodes))),
  });
  const bounds = [
    ...(place === null ? [] : [after(current, 2)]),
    ...(end === null ? [] : [upTo(current, 2 + (place?.length ?? 0))]),
  ];
  await tx.execute(current.move(bounds.length === 0 ? 'true' : bounds.join(' and ')), [
    project,
    ...(place ?? []),
    ...(end ?? []),
  ]);
  await tx.execute(`drop table ${moved}`);
  await tx.execute('update insights.moving_projects set stage = $2, place = $3::text[] where project_id = $1', [
    project,
    end === null ? stage + 1 : stage,
    end,
  ]);
  return 0;
}

const columnsOf = ({ place }: Stage): string => place.map(({ column }) => column).join(', ');
const valuesOf = ({ place }: Stage, first: number): string =>
  place.map(({ type }, index) => `$${first + index}::${type}`).join(', ');
const after = (stage: Stage, first: number): string => `(${columnsOf(stage)}) > (${valuesOf(stage, first)})`;
const upTo = (stage: Stage, first: number): string => `(${columnsOf(stage)}) <= (${valuesOf(stage, first)})`;

/** The place of the last row of a part; null: the rest is no more than a part. All rows of a place are of one part. */
async function endOfPart(
  tx: Tx,
  stage: Stage,
  { project, place, rows }: { project: number; place: readonly string[] | null; rows: number },
): Promise<string[] | null> {
  const columns = columnsOf(stage);
  const found = stage
    .rows(place === null ? 'true' : after(stage, 2))
    .map((text) => `(select ${columns} from (${text}) r order by ${columns} limit ${rows})`);
  const row = await tx.maybeOne<{ place: string[] }>(
    `select array[${stage.place.map(({ column }) => `${column}::text`).join(', ')}] as place
       from (${found.join(' union all ')}) r order by ${columns} offset ${rows - 1} limit 1`,
    [project, ...(place ?? [])],
  );
  return row?.place ?? null;
}

/** What there is now is a few rows: they come with the end. */
async function finish(tx: Tx, project: number): Promise<number> {
  await tx.execute(
    `create temporary table ${moved} on commit drop as select node_id, project_id, sign from insights.moving_nodes where project_id = ${project}`,
  );
  await tx.execute(movedPresent);
  await tx.execute(`insert into insights.node_projects select node_id, project_id from ${moved} where sign = 1`);
  await tx.execute(
    `delete from insights.node_projects h using ${moved} m where m.sign = -1 and h.node_id = m.node_id and h.project_id = m.project_id`,
  );
  const { n } = await tx.one<{ n: number }>(`select count(*) as n from ${moved}`);
  await tx.execute(`drop table ${moved}`);
  await tx.execute('delete from insights.moving_projects where project_id = $1', [project]);
  return n;
}
