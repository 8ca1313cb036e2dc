import type { Owner } from '../links/model.ts';

/** What is kept by value: stations, and what they lie in. */
export const grounds = ['project', 'repository', 'image_repository', 'place', 'integration'] as const;
export type Ground = (typeof grounds)[number];
export type Thing = Exclude<Owner, 'environment_image'> | Ground;

const object = (columns: string, alias: string): string =>
  `jsonb_build_object(${columns
    .trim()
    .split(/,\s*/)
    .map((name) => `'${name}', ${alias}.${name}`)
    .join(', ')})`;

/** The condition that leaves the wanted ones, by the column with their number. */
type Wanted = (id: string) => string;

/**
 * Of each kind of thing what its room says of it now, with the columns `id`, `group_id`, `integration_id` and `value`: of those
 * that are wanted. Whatever a line shows, or is explained by, is in it: `pastViews` reads nothing else.
 */
export const presentOf: Record<Thing, (wanted: Wanted) => string> = {
  pull_request: (wanted) => `
    select p.id, p.repository_id as group_id, p.integration_id,
           ${object('source_key, title, state, source_branch, target_branch, head, merge_commit, updated_at, closed_at, link, deleted_at', 'p')} as value
      from shared.pull_requests p where ${wanted('p.id')}`,
  analysis: (wanted) => `
    select a.id, a.project_id as group_id, a.integration_id,
           ${object('branch, is_main, scope, revision, analyzed_at, gate_status, gate_evaluated, at_source, counts, deleted_at', 'a')} || jsonb_build_object('conditions',
             coalesce((select jsonb_agg(${object('metric, status, actual_value, threshold, operator', 'c')} order by c.metric, c.id)
                         from shared.gate_conditions c where c.analysis_id = a.id), '[]'), 'reports',
             coalesce((select jsonb_agg(${object('repository_id, commit, result, state, error_code, conditions', 'r')} order by r.id)
                         from shared.reports r where a.scope = 'companion' and r.project_id = a.project_id and r.commit = a.revision), '[]')) as value
      from shared.analyses a where ${wanted('a.id')}`,
  image: (wanted) => `
    select i.id, i.repository_id as group_id, i.integration_id,
           ${object('repository, digest, untagged_at, gone_at, created_at, first_seen_at', 'i')} || jsonb_build_object('tags',
             (select coalesce(jsonb_agg(t.name order by t.name), '[]') from shared.image_tags t where t.image_id = i.id), 'platforms',
             (select coalesce(jsonb_agg(${object('digest, platform, outcome, trust, commit, commit_exact, dirty, signature', 'p')} order by p.digest, p.platform), '[]')
                from shared.image_platforms p where p.image_id = i.id)) as value
      from shared.images i where ${wanted('i.id')}`,
  execution: (wanted) => `
    select e.id, null::bigint as group_id, e.integration_id,
           ${object('source_key, organization, project, pipeline, pipeline_name, number, status, status_class, rolled_back, created_at, started_at, ended_at, first_seen_at, link, deleted_at', 'e')}
           || jsonb_build_object('unasked', exists (select from shared.harness_unasked_builds u where u.execution_id = e.id), 'commits',
             (select coalesce(jsonb_agg(distinct jsonb_build_object('sha', c.sha, 'ordinal', c.ordinal)), '[]')
                from shared.harness_execution_commits c where c.execution_id = e.id), 'images',
             (select coalesce(jsonb_agg(${object('node, image, tag, digest', 'i')} order by i.node, i.image, i.tag, i.digest), '[]')
                from shared.harness_execution_images i where i.execution_id = e.id)) as value
      from shared.harness_executions e where ${wanted('e.id')}`,
  deployment: (wanted) => `
    select d.id, d.place_id as group_id, d.integration_id,
           ${object('source, status, rolled_back, takes_back, superseded, image, image_digest, commit, started_at, ended_at, at, source_key, rolled_back_at, execution_id, received_at, link', 'd')} as value
      from shared.deployments d where ${wanted('d.id')}`,
  place: (wanted) => `
    select d.place_id as id, null::bigint as group_id, min(d.integration_id) as integration_id,
           jsonb_build_object('service_name', min(d.service_name), 'environment_name', min(d.environment_name), 'environment_type', min(d.environment_type),
                              'running_id', max(d.id) filter (where d.runs_now), 'doubt', min(d.doubt)) as value
      from shared.deployments d where ${wanted('d.place_id')} group by d.place_id`,
  project: (wanted) => `
    select p.id, null::bigint as group_id, p.integration_id, ${object('source_key, name, deleted_at', 'p')} as value
      from shared.projects p where ${wanted('p.id')}`,
  repository: (wanted) => `
    select r.id, null::bigint as group_id, r.integration_id,
           ${object('project, slug', 'r')} || jsonb_build_object('bound',
             (select coalesce(jsonb_agg(b.project_id order by b.project_id), '[]') from shared.bindings b where b.repository_id = r.id)) as value
      from shared.code_repositories r where ${wanted('r.id')}`,
  image_repository: (wanted) => `
    select r.id, null::bigint as group_id, r.integration_id, ${object('name, first_seen_at', 'r')} as value
      from shared.image_repositories r where ${wanted('r.id')}`,
  integration: (wanted) => `
    select i.id, null::bigint as group_id, i.id as integration_id,
           ${object('name, kind, state, url, public_url', 'i')}
           || ${object('interval_seconds, webhook_broken_since, made_at, stale_since', 'f')} || jsonb_build_object('was_read', f.last_good_at is not null,
           'has_past', p.integration_id is not null, 'past_from', p.read_from) as value
      from shared.integrations i left join shared.integration_freshness f on f.integration_id = i.id
      left join lateral (select r.* from shared.past_reach r where i.kind = 'harness' and r.integration_id = i.id) p on true where ${wanted('i.id')}`,
};

/** In what stations lie: the ground that is told with them, by the number that they name it by. */
export const groundOf: Partial<Record<Thing, Ground>> = {
  pull_request: 'repository',
  analysis: 'project',
  image: 'image_repository',
  deployment: 'place',
};
