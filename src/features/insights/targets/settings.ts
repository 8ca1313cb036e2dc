import { targetSeverities } from '../../../domain/age-targets.ts';
import type { Day } from '../../../domain/time-buckets.ts';
import type { Database, Queryable, Tx } from '../../../platform/database/index.ts';
import { type Actor, audit } from '../../access/index.ts';
import { requireNodes } from '../../teams/index.ts';
import { type OwnTargets, type Targets, type TargetSettings, type TargetsInput } from './contract.ts';
import { noTargets, sameTargets, withOwn } from './standing.ts';

const organization = 0;
const usualWarnPercent = 25;

/** What holds now, or held at the end of the day `$1`, in UTC. */
export const held = (row: string): string =>
  `case when $1::date is null then ${row}.valid_to is null else ${row}.valid_from < ${endOf} and coalesce(${row}.valid_to, 'infinity') >= ${endOf} end`;
const endOf = `(($1::date + 1)::timestamp at time zone 'UTC')`;

export async function readOrganizationTargets(
  db: Queryable,
  at: Day | null = null,
): Promise<{ targets: Targets; warnPercent: number }> {
  const row = await db.one<{ targets: OwnTargets; warn: number }>(
    `select coalesce((select jsonb_object_agg(severity, days) from insights.age_targets a where a.node_id = ${organization} and ${held('a')}), '{}') as targets,
            coalesce((select warn_percent from insights.age_settings), ${usualWarnPercent}) as warn`,
    [at],
    'insights targets',
  );
  return { targets: withOwn(noTargets, row.targets), warnPercent: row.warn };
}

export async function readTargetSettings(db: Queryable): Promise<TargetSettings> {
  const { targets, warnPercent } = await readOrganizationTargets(db);
  const nodes = await db.query<TargetSettings['nodes'][number]>(
    `select n.id as node, n.name, t.name as tree, n.is_team as "isTeam", jsonb_object_agg(a.severity, a.days) as targets
       from insights.age_targets a join shared.org_nodes n on n.id = a.node_id join shared.org_trees t on t.id = n.tree_id
      where a.valid_to is null
      group by n.id, n.name, t.name, n.is_team order by t.name, n.name, n.id`,
  );
  return { organization: targets, warnPercent, nodes };
}

/** From now on, for everything that is open: nothing that is counted by them is stored. */
export function saveOrganizationTargets(db: Database, actor: Actor, wanted: TargetsInput): Promise<TargetSettings> {
  return db.transaction(async (tx) => {
    const before = await readOrganizationTargets(tx);
    if (before.warnPercent === wanted.warnPercent && sameTargets(before.targets, wanted.targets))
      return readTargetSettings(tx);
    await writeTargets(tx, actor, organization, wanted.targets);
    await tx.execute(
      `insert into insights.age_settings (warn_percent) values ($1)
       on conflict (id) do update set warn_percent = excluded.warn_percent`,
      [wanted.warnPercent],
    );
    const details = { ...toldOf(wanted.targets), warnPercent: wanted.warnPercent };
    await audit(tx, actor, 'insights.targets', { kind: 'insights', name: 'targets of the organization' }, details);
    return readTargetSettings(tx);
  });
}

/** Throws `org_node_not_found`. Nothing of its own: the node has those above it. */
export function saveNodeTargets(db: Database, actor: Actor, node: number, own: OwnTargets): Promise<TargetSettings> {
  return db.transaction(async (tx) => {
    const name = (await requireNodes(tx, [node])).get(node) ?? '';
    await writeTargets(tx, actor, node, own);
    await audit(tx, actor, 'insights.targets', { kind: 'org node', id: node, name }, toldOf(own));
    return readTargetSettings(tx);
  });
}

const toldOf = (own: OwnTargets): Record<string, number | null> =>
  Object.fromEntries(
    targetSeverities.flatMap((severity) => (own[severity] === undefined ? [] : [[severity, own[severity]]])),
  );

/** What is said anew holds from now on; what held until now is kept. */
async function writeTargets(tx: Tx, actor: Actor, node: number, own: OwnTargets): Promise<void> {
  const told = targetSeverities.filter((severity) => own[severity] !== undefined);
  const values = [node, told, told.map((severity) => own[severity] ?? null)];
  // Two people who say different things at once are told one after the other.
  await tx.execute('lock table insights.age_targets in share row exclusive mode');
  await tx.execute(
    `update insights.age_targets t set valid_to = now()
      where t.node_id = $1 and t.valid_to is null and not exists (
        select from unnest($2::text[], $3::int[]) own (severity, days)
         where own.severity = t.severity and own.days is not distinct from t.days)`,
    values,
  );
  await tx.execute(
    `insert into insights.age_targets (node_id, severity, days, changed_by)
     select $1, severity, days, $4 from unnest($2::text[], $3::int[]) own (severity, days) order by severity
     on conflict (node_id, severity) where valid_to is null do nothing`,
    [...values, actor.name],
  );
}
