import type { Database } from '../../platform/database/index.ts';
import type { Reaction } from '../../platform/jobs/index.ts';
import * as affected from './deriving/affected.ts';
import type { Wanted } from './deriving/derive.ts';
import { everything, refreshFixesOf, refreshRows } from './deriving/refresh.ts';
import { noteFreshness } from './reading/freshness.ts';

const all = 'running.everything';
const fresh = 'running.freshness';
const fixes = 'running.fixes';

async function refresh(db: Database, wanted: Wanted): Promise<void> {
  await refreshRows(db, wanted);
  await refreshFixesOf(db, wanted);
}

/** Which reaction answers which change of other rooms; the key is the change’s id unless another is named. */
export const runningReactsTo = {
  deployment: 'running.deployment',
  deployment_links: 'running.deployment',
  execution: 'running.execution',
  executions_of_level: { name: all, key: 'all' },
  environment_image: 'running.entry',
  verdict: 'running.image',
  image_links: 'running.image',
  analysis: 'running.analysis',
  analyses_of_project: 'running.project',
  project: 'running.project',
  team_belongings: { name: all, key: 'all' },
  integration: { name: fresh, key: 'all' },
  run_ended: { name: fresh, key: 'all' },
} as const;

export function runningReactions({ db }: { db: Database }): Reaction[] {
  const some =
    (find: (db: Database, id: number) => Promise<Wanted> | Wanted) =>
    async (key: string): Promise<void> =>
      // A change of many names none of them.
      refresh(db, key === '0' ? everything : await find(db, Number(key)));
  const analyses = async (keys: readonly string[]): Promise<void> =>
    refresh(db, keys.includes('0') ? everything : await affected.ofAnalyses(db, keys.map(Number)));
  return [
    { name: 'running.deployment', handle: some(affected.ofDeployment) },
    { name: 'running.execution', handle: some(affected.ofExecution) },
    { name: 'running.entry', handle: some((_, id) => affected.ofEntry(id)) },
    { name: 'running.image', handle: some(affected.ofImage) },
    {
      name: 'running.analysis',
      handle: (key) => analyses([key]),
      handleTogether: analyses,
    },
    { name: 'running.project', handle: some(affected.ofProject) },
    {
      name: all,
      gatherSeconds: 5,
      // Owners of services and images come without a word.
      sweep: '*/15 * * * *',
      handle: () => refreshRows(db, everything),
    },
    { name: fixes, sweep: '41 2 * * *', handle: () => refreshFixesOf(db, everything) },
    { name: fresh, sweep: '*/5 * * * *', handle: () => noteFreshness(db) },
  ];
}
