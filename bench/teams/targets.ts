import type { SecurityTargets } from '../../src/features/insights/contract.ts';
import { saveNodeTargets, saveOrganizationTargets } from '../../src/features/insights/targets/settings.ts';
import type { Route } from '../../src/features/access/index.ts';
import type { Database } from '../../src/platform/database/index.ts';
import { ask } from '../insights/check-answers.ts';
import { quantile, say } from './measure.ts';
import { actor } from './organization.ts';
import type { Node } from './pages.ts';

const days = { critical: 7, high: 30, medium: 90, low: null };
const ownDays = 3;
const path = '/api/v1/insights/security/targets';

/** Of the organization, and of every twentieth team its own for what is critical. */
export async function setTargets(db: Database): Promise<void> {
  await saveOrganizationTargets(db, actor, { targets: days, warnPercent: 25 });
  const [first] = await db.query<{ id: number }>(
    'select node_id as id from teams.node_periods where leaf and valid_to is null order by 1 limit 1',
  );
  if (first === undefined) return;
  await saveNodeTargets(db, actor, first.id, { critical: ownDays });
  await db.execute(
    `insert into insights.age_targets (node_id, severity, days, changed_by)
     select node_id, 'critical', ${ownDays}, 'bench' from (
       select node_id, row_number() over (order by node_id) as place from teams.node_periods where leaf and valid_to is null) t
      where place > 1 and place % 20 = 1`,
  );
}

/** Which targets were broken on a day, found by looking at every period of every finding. */
async function plainBroken(db: Database, at: string, projects: readonly number[] | null): Promise<number> {
  const { n } = await db.one<{ n: number }>(
    `with own as (
       select distinct t.project_id from teams.team_projects t join insights.age_targets a on a.node_id = t.team_id where t.valid_to is null)
     select count(*) as n from bench.periods p
      where p.class = 'vulnerability' and p.state = 'open' and p.branch_class = 'main' and p.from_day <= $1::date and coalesce(p.to_day, 'infinity') > $1::date
        and ($2::bigint[] is null or p.project_id = any ($2))
        and $1::date - (p.opened_at at time zone 'UTC')::date > case p.severity
              when 'critical' then case when p.project_id in (select project_id from own) then ${ownDays} else ${days.critical} end
              when 'high' then ${days.high} when 'medium' then ${days.medium} else 1000000 end`,
    [at, projects],
  );
  return n;
}

/** The targets of now and of a day that is over, held against a plain count; then how long they and the list of teams take. */
export async function timeTargets(
  db: Database,
  routes: readonly Route[],
  { nodes, now }: { nodes: readonly Node[]; now: Date },
): Promise<string[]> {
  const today = now.toISOString().slice(0, 10);
  const past = new Date(now.getTime() - 100 * 86_400_000).toISOString().slice(0, 10);
  const timings = new Map<string, number[]>();
  const timed = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const start = performance.now();
    const result = await work();
    timings.set(name, [...(timings.get(name) ?? []), performance.now() - start]);
    return result;
  };
  const wrong: string[] = [];
  for (const node of [undefined, ...nodes.slice(0, 5)]) {
    const who = node === undefined ? 'the organization' : 'a node';
    for (const at of [today, past]) {
      const query = {
        ...(node === undefined ? {} : { node: String(node.id) }),
        ...(at === today ? {} : { at, targets: 'now' }),
      };
      const name = at === today ? `targets of ${who}` : `targets of ${who}, 100 days ago`;
      for (let round = 0; round < 3; round++) {
        const { open } = await timed(name, () => ask<SecurityTargets>(routes, path, query));
        if (round > 0) continue;
        const counted = await plainBroken(db, at, node?.projects ?? null);
        if (open.broken !== counted)
          wrong.push(`${name} (${node?.name ?? ''}): answered ${open.broken} broken, counted ${counted}`);
      }
    }
  }
  for (const sort of ['name', 'open', 'broken'])
    for (let round = 0; round < 5; round++)
      await timed(`teams by ${sort}`, () => ask(routes, '/api/v1/insights/teams', { sort, direction: 'desc' }));
  for (const [name, values] of timings)
    say(`  ${name}: p50 ${quantile(values, 0.5).toFixed(0)} ms, longest ${quantile(values, 1).toFixed(0)} ms`);
  return wrong;
}
