import type { Route } from '../../src/features/access/index.ts';
import type { Database } from '../../src/platform/database/index.ts';
import { ask, paths } from '../insights/check-answers.ts';
import type { Question } from '../insights/questions.ts';
import type { Random } from '../insights/random.ts';
import { quantile, say } from './measure.ts';

export interface Node {
  id: number;
  name: string;
  /** Those it holds by what belongs to its teams, counted here. */
  projects: number[];
}

const nodeCount = 12;
const rounds = 3;

/** The nodes with most projects of each depth, and others by chance. */
export async function nodesOf(db: Database, random: Random): Promise<Node[]> {
  const rows = await db.query<Node & { depth: number }>(
    `with recursive below as (
       select p.node_id as top, p.node_id from teams.node_periods p where p.valid_to is null
       union all
       select b.top, p.node_id from below b join teams.node_periods p on p.parent_id = b.node_id and p.valid_to is null)
     select n.node_id as id, n.name, n.depth, array_agg(distinct t.project_id order by t.project_id) as projects
       from below b join teams.team_projects t on t.team_id = b.node_id and t.valid_to is null
       join teams.node_periods n on n.node_id = b.top and n.valid_to is null group by 1, 2, 3
      order by n.depth, count(*) desc, 1`,
  );
  const largest = [0, 1, 2].flatMap((depth) => rows.find((row) => row.depth === depth) ?? []);
  return [...largest, ...random.sample(rows, nodeCount - largest.length)].map(({ id, name, projects }) => ({
    id,
    name,
    projects: projects.map(Number),
  }));
}

type Timings = Map<string, number[]>;

/** Pages of nodes and of the organization in turns, so that whatever else the machine does slows both down alike. */
export async function timePages(
  routes: readonly Route[],
  { nodes, questions }: { nodes: readonly Node[]; questions: readonly Question[] },
): Promise<number> {
  const sides: { ofNode: Timings; ofAll: Timings } = { ofNode: new Map(), ofAll: new Map() };
  for (let round = 0; round < rounds; round++)
    for (const [index, question] of questions.entries()) {
      const node = nodes[(index + round) % nodes.length];
      if (node === undefined) continue;
      await page(routes, question, {}, sides.ofAll);
      await page(routes, question, { node: String(node.id) }, sides.ofNode);
    }
  const all = (timings: Timings): number[] => [...timings.values()].flat();
  for (const [name, own] of sides.ofNode) {
    const ms = (values: readonly number[], share: number): string => `${quantile(values, share).toFixed(1)} ms`;
    const other = sides.ofAll.get(name) ?? [];
    say(
      `  ${name.padEnd(12)} of a node p50 ${ms(own, 0.5)}, p95 ${ms(own, 0.95)}; of the organization p50 ${ms(other, 0.5)}, p95 ${ms(other, 0.95)}`,
    );
  }
  const whole = (timings: Timings): number => quantile(timings.get('whole page') ?? [], 0.95);
  say(
    `  every call p95: of a node ${quantile(all(sides.ofNode), 0.95).toFixed(1)} ms, of the organization ${quantile(all(sides.ofAll), 0.95).toFixed(1)} ms`,
  );
  return whole(sides.ofNode) / whole(sides.ofAll);
}

/** Everything that the page of Security Insights asks for, one after the other. */
async function page(
  routes: readonly Route[],
  { filters, trend, findings }: Question,
  node: Record<string, string>,
  timings: Timings,
): Promise<void> {
  let whole = 0;
  const asked = async (name: string, path: string, query: Record<string, string>): Promise<void> => {
    const start = performance.now();
    await ask(routes, path, { ...query, ...node });
    const taken = performance.now() - start;
    whole += taken;
    timings.set(name, [...(timings.get(name) ?? []), taken]);
  };
  await asked('summary', paths.summary, filters);
  await asked('trend', paths.trend, { ...filters, ...trend });
  await asked('ages', paths.ages, filters);
  await asked('targets', '/api/v1/insights/security/targets', filters);
  await asked('resolveTimes', paths.resolveTimes, { ...filters, ...trend });
  await asked('projects', paths.projects, filters);
  await asked('findings', paths.findings, { ...filters, ...findings });
  await asked('filters', paths.filters, { branchScope: filters['branchScope'] ?? 'main' });
  timings.set('whole page', [...(timings.get('whole page') ?? []), whole]);
}
