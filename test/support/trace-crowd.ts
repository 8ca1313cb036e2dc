import type { Database } from '../../src/platform/database/index.ts';
import type { Told } from './trace-world.ts';

export interface CrowdSizes {
  pullRequests: number;
  images: number;
  deployments: number;
  /** Where not told: one to 250 pull requests. Each has six places. */
  repositories?: number;
}

/** Of each pull request there are so many commits, of which some were pushed to it and one is its merge. */
export const commitsPerPullRequest = 4;

/** From which of its rows to which a part of each kind goes, of 1 in all. */
export interface Part {
  from: number;
  to: number;
}

const integrations = { sonar: 1, code: 2, harness: 3, registry: 4, mirror: 5 } as const;
export const crowdHosts = {
  [integrations.registry]: 'registry.example.com',
  [integrations.mirror]: 'mirror.example.com',
};

const digest = (text: string): string => `('sha256:' || encode(sha256((${text})::bytea), 'hex'))`;
const hex = (k: string): string => `encode(sha256(('commit ' || (${k})::bigint)::bytea), 'hex')`;
/** Commit number `k`. Of every four hundred the merge of one pull request begins like that of the one before it. */
const sha = (k: string): string =>
  `(case when (${k}) % 400 = 11 then left(${hex(`(${k}) - 4`)}, 9) || substr(${hex(k)}, 10, 31) else left(${hex(k)}, 40) end)`;
const minutes = (n: string): string => `(timestamptz '2026-01-01' + (${n}) * interval '1 minute')`;

const repositories = ({ pullRequests, repositories: told }: CrowdSizes): number =>
  told ?? Math.max(8, Math.round(pullRequests / 250));

/** What everything else lies in: repositories, of which one in seven is not bound, and one in ten has two projects. */
export async function layGround(db: Database, sizes: CrowdSizes): Promise<void> {
  const count = repositories(sizes);
  await db.execute(
    `insert into integrations.integrations (name, kind, settings, checks, facts, state)
     select name, kind, jsonb_build_object('url', url), '[]', '{}', 'active' from (values
       (1, 'sonar', 'sonarqube', 'https://sonar.example.com'), (2, 'code', 'bitbucket-server', 'https://code.example.com'),
       (3, 'harness', 'harness', 'https://harness.example.com'), (4, 'registry', 'oci-registry', 'https://registry.example.com'),
       (5, 'mirror', 'oci-registry', 'https://mirror.example.com')) as v (n, name, kind, url) order by n`,
  );
  await db.execute(
    `insert into repositories.repositories (integration_id, source_key, row_hash, project, slug, archived, is_public, clone_urls)
     select 2, r::text, gen_random_uuid(), 'PAY', 'app-' || r, false, false, '{}' from generate_series(0, $1 - 1) r order by r`,
    [count],
  );
  await db.execute(
    `insert into code_quality.projects (integration_id, source_key, name, qualifier, row_hash)
     select 1, 'app-' || r || '-' || n, 'App ' || r || ' ' || n, 'TRK', gen_random_uuid()
       from generate_series(0, $1 - 1) r cross join generate_series(1, case when r % 10 = 0 then 2 else 1 end) n order by r, n`,
    [count],
  );
  await db.execute(
    `insert into repositories.bindings (project_id, sonarqube_id, repository_id, mono, annotations, prefix, created_by)
     select p.id, 1, r.id, false, false, '', 'test' from code_quality.projects p
       join repositories.repositories r on r.slug = 'app-' || split_part(p.source_key, '-', 2)
      where r.source_key::bigint % 7 <> 0 order by p.id`,
  );
  await db.execute(
    `insert into code_quality.branches (integration_id, project_id, source_key, kind, name, is_main, gate_status, row_hash)
     select 1, id, 'branch:main', 'branch', 'main', true, 'OK', gen_random_uuid() from code_quality.projects order by id`,
  );
  await db.execute(
    `insert into images.repositories (integration_id, source_key, row_hash, first_seen_at)
     select case when m then 5 else 4 end, 'team/app-' || r, gen_random_uuid(), ${minutes(`case when r % 2 = 0 then 200 else 0 end`)}
       from generate_series(0, $1 - 1) r cross join (values (false), (true)) as v (m) order by m, r`,
    [count],
  );
  await db.execute(
    `insert into deployments.places (integration_id, service_scope, service, environment_scope, environment, service_name, environment_name)
     select case when h then 3 end, case when h then 'pay/app' else '' end, 'app-' || r, case when h then 'pay/app' else '' end, e, 'app-' || r, e
       from generate_series(0, $1 - 1) r cross join (values ('test'), ('stage'), ('prod')) as x (e) cross join (values (false), (true)) as v (h)
      order by r, e, h`,
    [count],
  );
}

/** Writes a part of every kind, in the order that `kinds` says, and tells what rooms would. The same part comes out alike every time. */
export async function addPart(
  db: Database,
  sizes: CrowdSizes,
  { from, to, kinds = everyKind }: Part & { kinds?: readonly CrowdKind[] },
): Promise<Told[]> {
  const told: Told[] = [];
  for (const kind of kinds) {
    const total = kind === 'image' ? sizes.images : kind === 'deployment' ? sizes.deployments : sizes.pullRequests;
    const values = [
      Math.floor(total * from),
      Math.floor(total * to) - 1,
      repositories(sizes),
      sizes.pullRequests,
      sizes.images,
      sizes.deployments,
    ];
    for (const statement of statements[kind]) told.push(...(await tell(db, statement, values)));
  }
  return told;
}

interface Statement {
  /** What its rows are told as; null: of nothing. */
  told: string | null;
  /** $1 first and $2 last number, $3 repositories, $4 pull requests, $5 images, $6 deployments; returns `id`. */
  sql: string;
}

async function tell(db: Database, { told, sql }: Statement, values: readonly number[]): Promise<Told[]> {
  const rows = await db.query<{ id: number }>(
    `with sizes as materialized (select $1::bigint as a, $2::bigint as b, $3::bigint as r, $4::bigint as p, $5::bigint as images, $6::bigint as deployments) ${sql}`,
    [...values],
  );
  return told === null ? [] : rows.map(({ id }) => ({ kind: told, id: Number(id) }));
}

export type CrowdKind = 'pull_request' | 'analysis' | 'image' | 'deployment';
export const everyKind: readonly CrowdKind[] = ['pull_request', 'analysis', 'image', 'deployment'];

const app = (i: string): string => `(case when ${i} % 20 = 19 then ${i} - 1 else ${i} end) % s.r`;
const unlikeItself = (i: string): string => `case when ${i} % 20 = 19 then ${i} - 1 else ${i} end`;

const pullRequests: Statement[] = [
  {
    told: 'pull_request_changed',
    sql: `insert into repositories.pull_requests (integration_id, repository_id, source_key, row_hash, title, state, draft, source_branch,
              source_repository_key, head, target_branch, base, merge_commit, opened_at, updated_at, closed_at, deleted_at)
          select 2, r.id, n::text, gen_random_uuid(), 'Change ' || n, case when n % 5 = 0 then 'open' else 'merged' end, false, 'change', r.source_key,
                 ${sha('n * 4 + n % 3')}, 'main', '', case when n % 5 = 0 then null else ${sha('n * 4 + 3')} end,
                 ${minutes('n * 2')}, ${minutes('n * 2 + 1')}, case when n % 5 = 0 then null else ${minutes('n * 2 + 30')} end,
                 case when n % 97 = 5 then ${minutes('n * 2 + 60')} end
            from sizes s cross join generate_series(s.a, s.b) n join repositories.repositories r on r.source_key = (n % s.r)::text order by n
          returning id`,
  },
  {
    told: null,
    sql: `insert into repositories.pull_request_heads (pull_request_id, commit, from_at, to_at)
          select p.id, ${sha('n * 4 + push')}, ${minutes('n * 2 + push * 3')}, case when push < n % 3 then ${minutes('n * 2 + push * 3 + 3')} end
            from sizes s cross join repositories.pull_requests p cross join lateral (select p.source_key::bigint as n) k cross join generate_series(0, n % 3) push
           where n between s.a and s.b and not (n % 50 = 0 and push = 0)
          union all
          select p.id, ${sha('n * 4 + 4')}, ${minutes('n * 2 - 1')}, ${minutes('n * 2 + 3')}
            from sizes s cross join repositories.pull_requests p cross join lateral (select p.source_key::bigint as n) k where n between s.a and s.b and n % 50 = 0
          order by 1, 3 returning id`,
  },
];

/** Main branches at three of four merges, half of all pushes in the pull request; one in nine names a beginning only. */
const analyses: Statement[] = [
  {
    told: null,
    sql: `insert into code_quality.branches (integration_id, project_id, source_key, kind, name, is_main, gate_status, row_hash)
          select 1, q.id, kind || ':' || n, kind, n::text, false, 'OK', gen_random_uuid()
            from sizes s cross join generate_series(s.a, s.b) n cross join lateral (select case when n % 11 = 3 then 'companion' else 'pull_request' end as kind) k
            join code_quality.projects q on q.source_key like 'app-' || n % s.r || '-%' where n % 2 = 0 order by n, q.id returning id`,
  },
  {
    told: 'analysis',
    sql: `insert into code_quality.analyses (integration_id, project_id, branch_id, source_key, analyzed_at, changed_at, revision, gate_status,
              gate_evaluated, scope, detail, row_hash, deleted_at)
          select 1, q.id, b.id, 'analysis-' || n || '-' || at, ${minutes('n * 2 + at * 4')}, ${minutes('n * 2 + at * 4')},
                 case when n % 9 = 4 then left(commit, 12) when n % 31 = 7 then '1.2.' || n else commit end,
                 case when n % 8 = 0 then 'ERROR' else 'OK' end, n % 13 <> 2, b.kind, 2, gen_random_uuid(), case when n % 41 = 8 then ${minutes('n * 2 + 900')} end
            from sizes s cross join generate_series(s.a, s.b) n
           cross join lateral (select at, ${sha('n * 4 + at')} as commit from generate_series(0, 3) at where at = 3 or at <= n % 3) c
            join code_quality.projects q on q.source_key like 'app-' || n % s.r || '-%'
            join code_quality.branches b on b.project_id = q.id and b.name = case when at = 3 then 'main' else n::text end
           where at < 3 or n % 4 <> 1 order by n, at, q.id returning id`,
  },
];

const platformCommit = (i: string): string => `(((${i}) * 7) % s.p) * 4 + 3`;

/** Each twentieth lies in the mirror too. What the claims come to is one of many outcomes, by its number. */
const images: Statement[] = [
  {
    told: 'image_published',
    sql: `insert into images.images (integration_id, repository_id, digest, row_hash, media_type, kind, evidence, signature_required, signers_known,
              created_at, first_seen_at, gone_at)
          select r.integration_id, r.id, ${digest(`'image ' || ${unlikeItself('i')}`)}, gen_random_uuid(), 'application/vnd.oci.image.index.v1+json', 'image', '',
                 false, false, ${minutes('i')}, ${minutes('i + 1')}, case when i % 61 = 3 then ${minutes('i + 500')} end
            from sizes s cross join generate_series(s.a, s.b) i
            join images.repositories r on r.source_key = 'team/app-' || (${unlikeItself('i')}) % s.r and r.integration_id = case when i % 20 = 19 then 5 else 4 end
           order by i returning id`,
  },
  {
    told: null,
    sql: `insert into images.platforms (image_id, ordinal, digest, media_type, os, architecture, outcome, trust, claim_ordinal, commit, commit_exact, dirty, warnings)
          select m.id, o, ${digest(`'platform ' || (case when d % 50 = 7 then d - 1 else d end) || '/' || o`)}, 'application/vnd.oci.image.manifest.v1+json', 'linux',
                 case o when 0 then 'amd64' else 'arm64' end, case when d % 20 = 0 then 'NO_PROVENANCE' when d % 20 = 1 then 'PROVENANCE_CONFLICT' else 'resolved' end,
                 case when d % 20 < 2 then null when d % 20 in (5, 6) then 'signed' else 'builder' end, case when d % 20 < 2 then null else o end,
                 case when d % 20 < 2 then null when d % 20 = 2 then left(${sha(platformCommit('d'))}, 9) when d % 20 = 3 then left(${sha('(d / 20) % greatest(1, s.p * 4 / 400) * 400 + 11')}, 9)
                      else ${sha(`${platformCommit('d')} - case when d % 20 = 7 then o else 0 end`)} end,
                 case when d % 20 < 2 then null else d % 20 not in (2, 3) end, d % 20 = 4, '{}'
            from sizes s cross join generate_series(s.a, s.b) i cross join lateral (select ${unlikeItself('i')} as d) k
            join images.images m on m.digest = ${digest(`'image ' || d`)} and m.integration_id = case when i % 20 = 19 then 5 else 4 end
           cross join generate_series(0, case when d % 4 = 3 then 1 else 0 end) as n (o) order by i, n.o returning id`,
  },
  {
    told: null,
    sql: `insert into images.claims (image_id, ordinal, platform_digest, trust, place, signature, commit)
          select p.image_id, p.ordinal, p.digest, p.trust, 'referrer', case when i % 20 in (5, 18) or (i % 20 = 6 and p.ordinal = 0) then 'verified' else 'none' end, p.commit
            from sizes s cross join generate_series(s.a, s.b) i
            join images.images m on m.digest = ${digest(`'image ' || (${unlikeItself('i')})`)} and m.integration_id = case when i % 20 = 19 then 5 else 4 end
            join images.platforms p on p.image_id = m.id and p.commit is not null order by i, p.ordinal returning id`,
  },
  {
    told: null,
    sql: `insert into images.tag_periods (integration_id, repository_id, name, image_id, from_at)
          select m.integration_id, m.repository_id, 'v' || i, m.id, ${minutes('i + 1')} from sizes s cross join generate_series(s.a, s.b) i
            join images.images m on m.digest = ${digest(`'image ' || (${unlikeItself('i')})`)} and m.integration_id = case when i % 20 = 19 then 5 else 4 end order by i returning id`,
  },
  {
    told: 'image_tags_moved',
    sql: `, come as materialized (select repository_id, min(first_seen_at) as at from sizes s cross join images.images m
              where m.first_seen_at between ${minutes('s.a + 1')} and ${minutes('s.b + 1')} group by 1)
          update images.tag_periods t set to_at = come.at from come where t.repository_id = come.repository_id and t.name = 'latest' and t.to_at is null returning t.image_id as id`,
  },
  {
    told: 'image_tags_moved',
    sql: `insert into images.tag_periods (integration_id, repository_id, name, image_id, from_at, to_at)
          select m.integration_id, m.repository_id, 'latest', m.id, m.first_seen_at, lead(m.first_seen_at) over (partition by m.repository_id order by m.first_seen_at)
            from sizes s cross join images.images m where m.first_seen_at between ${minutes('s.a + 1')} and ${minutes('s.b + 1')} order by m.first_seen_at returning image_id as id`,
  },
  {
    told: 'execution',
    sql: `, begun as (insert into deployments.executions (integration_id, source_key, row_hash, organization, project, pipeline, pipeline_name, number, status, status_class,
              settled, modules, tags, is_rerun, is_retry, is_partial, failure_types, rolled_back, is_build, cut_off, created_at, started_at, ended_at, first_seen_at, deleted_at)
          select 3, 'build-number-' || i, gen_random_uuid(), 'pay', 'app', 'build', 'Build', i, 'Success', 'success', true, '{}', '{}', false, false, false, '{}',
                 false, true, false, ${minutes('i - 2')}, ${minutes('i - 2')}, case when i % 37 = 5 then null else ${minutes('i')} end, ${minutes('i')},
                 case when i % 83 = 7 then ${minutes('i + 700')} end
            from sizes s cross join generate_series(s.a, s.b) i order by i returning id, source_key, split_part(source_key, '-', 3)::bigint as i),
          of as (insert into deployments.execution_commits (execution_id, sha, ordinal) select id, ${sha(platformCommit('i'))}, 1 from sizes s cross join begun where i % 3 <> 2),
          told as (insert into deployments.stage_outcomes (integration_id, source_key, row_hash, execution, node, rolled_back, commit, images)
            select 3, source_key || ' build', gen_random_uuid(), source_key, 'build', false, case when i % 3 = 2 then ${sha(platformCommit('i'))} end,
                   case when i % 17 = 6 then '[]' else jsonb_build_array(jsonb_build_object('direction', 'out', 'tag', case when i % 23 = 0 then 'latest' when i % 29 <> 3 then 'v' || i end,
                     'image', case when i % 2 = 0 then 'registry.example.com/' else '' end || 'team/app-' || ${app('i')},
                     'digest', case when i % 3 = 0 then ${digest(`'image ' || i`)} end)) end from sizes s cross join begun)
          select id from begun`,
  },
  {
    told: 'environment_image',
    sql: `insert into policy.environment_images (environment, registry_id, repository_id, image_id, reference, set_by, valid_from, valid_to)
          select case i % 3 when 0 then 'prod' else 'stage' end, m.integration_id, m.repository_id, m.id, 'image-' || i, 'test', ${minutes('i + 20')},
                 case when i % 4 = 0 then ${minutes('i + 300')} end
            from sizes s cross join generate_series(s.a, s.b) i join images.images m on m.digest = ${digest(`'image ' || i`)} and m.integration_id = 4
           where i % 50 = 8 order by i returning id`,
  },
];

const named = (what: string): string => `'registry.example.com/team/app-' || ${app('i')} || ${what}`;

/** By tag, by digest, by digest of a platform, by nothing, by what nobody knows; through Harness, or reported. */
const deployments: Statement[] = [
  {
    told: 'execution',
    sql: `insert into deployments.executions (integration_id, source_key, row_hash, organization, project, pipeline, pipeline_name, number, status, status_class,
              settled, modules, tags, is_rerun, is_retry, is_partial, failure_types, rolled_back, is_build, cut_off, created_at, started_at, ended_at, first_seen_at)
          select 3, 'deploy-number-' || n, gen_random_uuid(), 'pay', 'app', 'deploy', 'Deploy', n, 'Success', 'success', true, '{}', '{}', false, false, false, '{}',
                 false, false, false, ${minutes('n')}, ${minutes('n')}, ${minutes('n')}, ${minutes('n')}
            from sizes s cross join generate_series(s.a, s.b) n where n % 12 in (0, 1, 2, 5, 6, 7, 8) order by n returning id`,
  },
  {
    told: 'deployment',
    sql: `, made as (
          insert into deployments.deployments (source, integration_id, source_key, place_id, status, rolled_back, rolled_back_at, takes_back, service_name, environment_name,
              image, image_digest, commit, link, started_at, ended_at, at, received_at, execution_id)
          select case when harness then 'harness' else 'pushed' end, case when harness then 3 end, 'deployment-' || n, p.id,
                 case when n % 10 = 9 then 'failed' else 'succeeded' end, n % 25 = 6, case when n % 25 = 6 then at + interval '2 minutes' end, n % 40 = 13,
                 p.service_name, p.environment_name,
                 case k when 0 then ${named(`':v' || i`)} when 1 then 'team/app-' || ${app('i')} || ':latest' when 4 then 'registry.example.com/team/app-' || ${app('(i + 2)')} || ':latest'
                        when 6 then 'elsewhere.example.com/team/app:1' when 7 then null when 8 then ${named(`':nope'`)} when 10 then 'registry.example.com/team/other'
                        when 3 then null else ${named(`''`)} end,
                 case when k in (2, 3, 10, 11) then ${digest(`'image ' || (${unlikeItself('i')})`)} when k = 5 then ${digest(`'platform ' || i || '/0'`)} when k = 9 then ${digest(`'none ' || i`)} end,
                 case when k in (3, 2) then ${sha(platformCommit('i'))} end, case when not harness then 'https://ci.example.com/' || n end,
                 at - interval '4 minutes', at, at, at + interval '1 minute', e.id
            from sizes s cross join generate_series(s.a, s.b) n
           cross join lateral (select n % 12 as k, case when n % 50 = 20 then n - 1 else n end as m) x
           cross join lateral (select k in (0, 1, 2, 5, 6, 7, 8, 11) as harness, case when n % 24 = 3 then m * s.images / s.deployments / 20 * 20 + 18 else m * s.images / s.deployments end as i, ${minutes('m * s.images / s.deployments + 5')} as at) y
            left join deployments.executions e on e.integration_id = 3 and e.source_key = 'deploy-number-' || case when k = 11 then n - 9 else n end and harness
            join deployments.places p on p.service = 'app-' || ${app('i')} and p.environment = (array['test', 'stage', 'prod'])[1 + (m / 7) % 3]
                                     and p.integration_id is not distinct from case when harness then 3 end
           order by n returning id, integration_id)
          select id from made`,
  },
];

const statements: Record<CrowdKind, Statement[]> = {
  pull_request: pullRequests,
  analysis: analyses,
  image: images,
  deployment: deployments,
};

/** What changes later of what is there: merges, rollbacks, other times, what is deleted, bindings that go. Another part in each turn. */
export async function changeCrowd(db: Database, turn: number): Promise<Told[]> {
  const told: Told[] = [];
  for (const [kind, sql] of changes) {
    const rows = await db.query<{ id: number }>(sql, [turn]);
    told.push(...rows.map(({ id }) => ({ kind, id: Number(id) })));
  }
  return told;
}

const changes: readonly (readonly [kind: string, sql: string])[] = [
  [
    'execution',
    `update deployments.deployments set rolled_back = true, rolled_back_at = at + interval '3 minutes' where id % 17 = $1 and execution_id is not null returning execution_id as id`,
  ],
  [
    'deployment',
    `update deployments.deployments set at = at + interval '4 hours', ended_at = at + interval '4 hours' where source = 'pushed' and id % 19 = $1 returning id`,
  ],
  [
    'execution',
    `delete from deployments.deployments where source = 'harness' and id % 29 = $1 returning execution_id as id`,
  ],
  ['bindings_changed', 'delete from repositories.bindings where project_id % 9 = $1 returning repository_id as id'],
  [
    'analysis',
    `update code_quality.analyses set deleted_at = analyzed_at + interval '1 day' where id % 23 = $1 and deleted_at is null returning id`,
  ],
  [
    'image_published',
    `update images.images set gone_at = created_at + interval '1 day' where id % 71 = $1 and gone_at is null returning id`,
  ],
  [
    'pull_request_changed',
    `update repositories.pull_requests set state = 'merged', merge_commit = head, closed_at = updated_at + interval '1 hour' where id % 13 = $1 and state = 'open' returning id`,
  ],
];
