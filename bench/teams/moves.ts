import { followNodes } from '../../src/features/insights/index.ts';
import { saveRules } from '../../src/features/teams/belongings/belongings.ts';
import type { Database } from '../../src/platform/database/index.ts';
import { say } from './measure.ts';
import { actor } from './organization.ts';

interface Movable {
  id: number;
  key: string;
  team: number;
  /** Its own rows in the roll-ups that nodes have, too. */
  history: number;
}

/** Rows that were added, changed or removed, and blocks that were read, in tables of Insights. */
async function work(db: Database): Promise<{ written: number; read: number }> {
  await db.execute('select pg_stat_force_next_flush()');
  return db.one(
    `select sum(n_tup_ins + n_tup_upd + n_tup_del)::bigint as written, sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::bigint as read
       from pg_stat_user_tables where schemaname = 'insights' and relname not in ('node_projects', 'moving_projects', 'moving_nodes')`,
  );
}

/**
 * Moves projects of very different size from one team to another as a person would, and says what it took. False where it
 * wrote more than a row for each of a project's own, in each node that it left and each that it came to.
 */
export async function moveProjects(db: Database, { teams }: { teams: number }): Promise<boolean> {
  const options = { db, tell: async () => undefined };
  let fine = true;
  for (const project of await movable(db)) {
    const { id: to } = await db.one<{ id: number }>(
      `select node_id as id from teams.node_periods where leaf and valid_to is null and node_id <> $1
        order by abs(node_id - $1 - $2) limit 1`,
      [project.team, Math.floor(teams / 2)],
    );
    const start = performance.now();
    await changeRules(options, project.team, (rules) => rules.filter(({ value }) => value !== project.key));
    await changeRules(options, to, (rules) => [...rules, { kind: 'key', value: project.key }]);
    const ruled = performance.now();
    const before = await work(db);
    const steps = await followNodes(db);
    const after = await work(db);
    const taken = performance.now() - ruled;
    const written = after.written - before.written;
    say(
      `  a project with ${project.history} rows of its own moved: rules ${Math.round((ruled - start) / 2)} ms each, numbers of ${steps} nodes ${Math.round(taken)} ms, ${written} rows written, ${after.read - before.read} read`,
    );
    if (written > project.history * steps * 2) fine = false;
  }
  if (!fine) say('  DIFFERENT a project that moves costs more than its own history');
  return fine;
}

type Rule = Parameters<typeof saveRules>[2]['rules'][number];

async function changeRules(
  options: Parameters<typeof saveRules>[0],
  id: number,
  change: (rules: Rule[]) => Rule[],
): Promise<void> {
  const rules = await options.db.query<Rule>('select kind, value from teams.project_rules where team_id = $1', [id]);
  await saveRules(options, actor, { id, rules: change(rules) });
}

/** The largest that one team alone has by its key, one in the middle and a small one. */
async function movable(db: Database): Promise<Movable[]> {
  const all = await db.query<Movable>(
    `with own as (
       select project_id as id, count(*) as rows from code_quality.project_daily where branch_class <> 'pull_request' group by 1
       union all select node_id, count(*) from insights.open_ages where node_kind = 'project' group by 1
       union all select node_id, 2 * count(*) from insights.resolve_times where node_kind = 'project' group by 1
       union all select node_id, 2 * count(*) from insights.resolve_days where node_kind = 'project' group by 1
       union all select node_id, count(*) from insights.present where node_kind = 'project' group by 1)
     select p.id, p.source_key as key, min(t.team_id) as team, min(o.rows)::int as history
       from code_quality.projects p
       join (select id, sum(rows) as rows from own group by id) o on o.id = p.id
       join teams.project_rules r on r.kind = 'key' and r.value = p.source_key
       join teams.team_projects t on t.project_id = p.id and t.valid_to is null
      group by p.id, p.source_key having count(*) = 1 order by 4 desc, 1`,
  );
  return [0, Math.floor(all.length / 2), all.length - 1].flatMap((at) => all[at] ?? []);
}
