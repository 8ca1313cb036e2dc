import type { Queryable } from '../../../../platform/database/index.ts';

/** One stage that deployed, as the execution tells it now. Times as PostgreSQL writes them in JSON. */
export interface Leaf {
  node: string;
  /** Of its stage, inside the pipeline. */
  identifier: string | null;
  service: string | null;
  service_name: string | null;
  environment: string | null;
  environment_name: string | null;
  environment_type: string | null;
  infrastructure: string | null;
  status: string;
  status_class: string;
  started_at: string | null;
  ended_at: string | null;
  is_rollback: boolean;
  image: string | null;
  tag: string | null;
  digest: string | null;
  version: string | null;
}

/** What only the steps of a stage tell. */
export interface Outcome {
  node: string;
  rolledBack: boolean;
  commit: string | null;
  images: { direction: 'in' | 'out'; image: string | null; tag: string | null; digest: string | null }[];
}

export type LeafPlace = Pick<Leaf, 'service' | 'environment' | 'infrastructure'>;

/** Everything stored that the deployments of one execution are made of. */
export interface ExecutionFacts {
  id: number;
  integrationId: number;
  key: string;
  organization: string;
  project: string;
  settled: boolean;
  mode: string | null;
  rolledBack: boolean;
  link: string | null;
  endedAt: Date | null;
  /** When it began, as well as anybody knows. */
  begun: Date;
  /** The head of what it built. */
  commit: string | null;
  leaves: Leaf[];
  outcomes: Outcome[];
  /** A later execution went on from where this one failed, and deployed again what `retriedPlaces` names. */
  retried: boolean;
  retriedPlaces: LeafPlace[];
}

export function readFacts(db: Queryable, ids: readonly number[]): Promise<ExecutionFacts[]> {
  return db.query(
    `select e.id, e.integration_id as "integrationId", e.source_key as key, e.organization, e.project, e.settled, e.mode,
            e.rolled_back as "rolledBack", e.link, e.ended_at as "endedAt", coalesce(e.started_at, e.created_at, e.ended_at, e.first_seen_at) as begun,
            (select c.sha from deployments.execution_commits c where c.execution_id = e.id order by c.ordinal limit 1) as commit,
            coalesce((select jsonb_agg(to_jsonb(d) || jsonb_build_object('identifier', s.identifier) order by d.ordinal)
                        from deployments.execution_deployments d
                        left join deployments.execution_stages s on s.execution_id = d.execution_id and s.node = d.node
                       where d.execution_id = e.id), '[]') as leaves,
            coalesce((select jsonb_agg(jsonb_build_object('node', o.node, 'rolledBack', o.rolled_back, 'commit', o.commit, 'images', o.images) order by o.node)
                        from deployments.stage_outcomes o where o.integration_id = e.integration_id and o.execution = e.source_key), '[]') as outcomes,
            exists (select from deployments.executions r where ${retries}) as retried,
            coalesce((select jsonb_agg(jsonb_build_object('service', d.service, 'environment', d.environment, 'infrastructure', d.infrastructure))
                        from deployments.executions r join deployments.execution_deployments d on d.execution_id = r.id where ${retries}), '[]') as "retriedPlaces"
       from deployments.executions e where e.id = any ($1) order by e.id`,
    [ids],
  );
}

const retries =
  'r.integration_id = e.integration_id and r.is_retry and r.previous_execution = e.source_key and r.id <> e.id';

/** The executions themselves, and those whose place they take: these are told of by their retry alone. */
export async function withRetried(db: Queryable, ids: readonly number[]): Promise<number[]> {
  const rows = await db.query<{ id: number }>(
    `select e.id from deployments.executions r
       join deployments.executions e on e.integration_id = r.integration_id and e.source_key = r.previous_execution
      where r.id = any ($1) and r.is_retry`,
    [ids],
  );
  return [...new Set([...ids, ...rows.map(({ id }) => id)])];
}

/** Executions whose steps told something in this publish. */
export async function toldBySteps(
  db: Queryable,
  { integrationId, runId }: { integrationId: number; runId: number },
): Promise<number[]> {
  const rows = await db.query<{ id: number }>(
    `select distinct e.id from deployments.stage_outcomes o
       join deployments.executions e on e.integration_id = o.integration_id and e.source_key = o.execution
      where o.integration_id = $1 and o.run_id = $2 and o.synced_at = now()`,
    [integrationId, runId],
  );
  return rows.map(({ id }) => id);
}
