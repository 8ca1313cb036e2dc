import type { Database, Queryable } from '../../platform/database/index.ts';
import type { Reaction } from '../../platform/jobs/index.ts';
import * as affected from './links/affected.ts';
import { registryHosts } from './links/lookup.ts';
import type { Tell } from './changes.ts';
import { recordGrounds } from './history/record.ts';
import { type Owner, owners } from './links/model.ts';
import { beginning, rebuildStep } from './links/rebuild.ts';
import { refreshLinks } from './links/refresh.ts';

/** Which reaction answers which change of other rooms; the key is the change’s id. */
export const traceReactsTo: Readonly<Record<string, string>> = {
  pull_request_changed: 'trace.pull_request',
  bindings_changed: 'trace.bindings',
  analysis: 'trace.analysis',
  analyses_of_project: 'trace.project',
  image_published: 'trace.image',
  image_tags_moved: 'trace.image',
  execution: 'trace.execution',
  executions_of_level: 'trace.executions',
  deployment: 'trace.deployment',
  environment_image: 'trace.environment_image',
  integration: 'trace.integration',
  project: 'trace.project_name',
  run_ended: 'trace.systems',
  report_changed: 'trace.report',
};

/** Everything may differ: a registry is named otherwise, or it is night. Key: the kind of record and the one after which to go on. */
const everything = 'trace.everything';

/** Reactions that the room asks for itself. */
export const traceAsksFor: readonly string[] = [everything];

/** Executions of one job; it asks for the next one itself, so that no job runs for long. */
const executionsPerJob = 500;
/** Steps of one job of everything. */
const stepsPerJob = 20;

export interface TraceReactionOptions {
  db: Database;
  enqueue(db: Queryable, name: string, key: string): Promise<void>;
  /** Tells other rooms of links that changed. */
  tell?: Tell;
}

export function traceReactions({ db, enqueue, tell }: TraceReactionOptions): Reaction[] {
  const refresh = (owner: Owner, ids: readonly number[]): Promise<void> => refreshLinks(db, owner, ids, tell);
  const executions = async (ids: readonly number[]): Promise<void> => {
    await refresh('execution', ids);
    const deployed: number[] = [];
    for (const id of ids) deployed.push(...(await affected.deploymentsOfExecution(db, id)));
    await refresh('deployment', deployed);
  };
  const one =
    (owner: Owner) =>
    (key: string): Promise<void> =>
      refresh(owner, [Number(key)]);
  return [
    {
      name: 'trace.pull_request',
      async handle(key) {
        await one('pull_request')(key);
        await refresh('analysis', await affected.analysesOfPullRequest(db, Number(key)));
      },
    },
    {
      name: 'trace.bindings',
      async handle(key) {
        await recordGrounds(db, ['repository'], [Number(key)]);
        await refresh('analysis', await affected.analysesOfRepository(db, Number(key)));
      },
    },
    {
      name: 'trace.analysis',
      handle: one('analysis'),
      handleTogether: (keys) => refreshLinks(db, 'analysis', keys.map(Number)),
    },
    {
      name: 'trace.project',
      handle: async (key) => refresh('analysis', await affected.analysesOfProject(db, Number(key))),
    },
    {
      name: 'trace.image',
      async handle(key) {
        await one('image')(key);
        const naming = await affected.namingImage(db, Number(key));
        for (const owner of ['execution', 'deployment'] as const) {
          const ids = naming.filter((each) => each.owner === owner).map(({ id }) => Number(id));
          await refresh(owner, ids);
        }
      },
    },
    { name: 'trace.execution', handle: (key) => executions([Number(key)]) },
    {
      name: 'trace.executions',
      async handle(key) {
        const [level = 0, after = 0] = key.split('/').map(Number);
        const ids = await affected.executionsOfLevel(db, { level, after, limit: executionsPerJob });
        await executions(ids);
        if (ids.length === executionsPerJob) await enqueue(db, 'trace.executions', `${level}/${ids.at(-1)}`);
      },
    },
    { name: 'trace.deployment', handle: one('deployment') },
    { name: 'trace.environment_image', handle: one('environment_image') },
    {
      name: 'trace.integration',
      async handle() {
        await recordGrounds(db, ['integration']);
        await followRegistries({ db, enqueue });
      },
    },
    {
      name: 'trace.report',
      handle: async (key) => refresh('analysis', await affected.analysesOfReport(db, Number(key))),
    },
    { name: 'trace.project_name', handle: (key) => recordGrounds(db, ['project'], [Number(key)]) },
    {
      name: 'trace.systems',
      // How old a word is changes with time alone, and some names change without a word.
      sweep: '2-59/10 * * * *',
      handle: (key) =>
        Number(key) > 0
          ? recordGrounds(db, ['integration'], [Number(key)])
          : recordGrounds(db, ['project', 'repository', 'image_repository', 'integration']),
    },
    {
      name: everything,
      sweep: '23 2 * * *',
      async handle(key, signal) {
        const [kind, after] = key.split('/');
        const owner = owners.find((each) => each === kind);
        let place: typeof beginning | undefined =
          owner === undefined ? beginning : { owner, after: Number(after ?? 0) };
        for (let step = 0; step < stepsPerJob && place !== undefined; step += 1) {
          signal.throwIfAborted();
          place = await rebuildStep(db, place, tell);
        }
        if (place !== undefined) await enqueue(db, everything, `${place.owner}/${place.after}`);
      },
    },
  ];
}

/**
 * Has everything looked at again when registries are called otherwise than before, and when nothing was yet: the first time
 * that this version runs, and after a backup was loaded. Noted with the request, so that neither is there without the other.
 */
export async function followRegistries({ db, enqueue }: TraceReactionOptions): Promise<void> {
  await db.transaction(async (tx) => {
    if (await noteHosts(tx)) await enqueue(tx, everything, '');
  });
}

/** True when registries are called otherwise than when they were noted last. */
async function noteHosts(tx: Queryable): Promise<boolean> {
  const begun = { id: 0, host: '' };
  const hosts = [begun, ...[...(await registryHosts(tx))].map(([id, host]) => ({ id, host }))];
  const given = '(select * from jsonb_to_recordset($1::jsonb) as w (id bigint, host text)) w';
  const rows = JSON.stringify(hosts);
  const gone = await tx.execute(
    `delete from trace.registry_hosts h where not exists (select from ${given} where w.id = h.integration_id and w.host = h.host)`,
    [rows],
  );
  const come = await tx.execute(
    `insert into trace.registry_hosts (integration_id, host) select w.id, w.host from ${given} on conflict do nothing`,
    [rows],
  );
  return gone + come > 0;
}
