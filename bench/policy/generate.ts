import type { Database } from '../../src/platform/database/index.ts';

export interface Sizes {
  images: number;
  analyses: number;
  repositories: number;
}

/** Of ten repositories one has three projects, so a commit has 1.2 analyses on average. */
const analysesPerCommit = 1.2;

/** Commit number `k` as git would name it. */
const sha = (k: string): string => `substr(encode(sha256(('commit ' || ${k})::bytea), 'hex'), 1, 40)`;

/**
 * Fills an empty database: commits of which 70 % have one image, 25 % two to ten and 5 % more than twenty; every one
 * analysed, in three projects for every tenth repository; one gate in eight fails. Deterministic.
 */
export async function generate(db: Database, { images, analyses, repositories }: Sizes): Promise<void> {
  const commits = Math.round(analyses / analysesPerCommit);
  await db.execute(
    `insert into integrations.integrations (name, kind, settings) values
       ('sonar', 'sonarqube', '{"url": "https://sonar.example.com"}'), ('registry', 'oci-registry', '{"url": "https://registry.example.com"}')`,
  );
  await db.execute(
    `insert into code_quality.metrics (integration_id, source_key, name, type)
     select 1, 'metric-' || m, 'Metric ' || m, 'INT' from generate_series(1, 3) m`,
  );
  await db.execute(
    `insert into code_quality.projects (integration_id, source_key, name, qualifier, row_hash)
     select 1, 'project-' || r || '-' || p, 'Project ' || r || ' ' || p, 'TRK', gen_random_uuid()
       from generate_series(0, $1 - 1) r cross join lateral generate_series(1, case when r % 10 = 0 then 3 else 1 end) p order by r, p`,
    [repositories],
  );
  await db.execute(
    `insert into code_quality.branches (integration_id, project_id, source_key, kind, name, is_main, gate_status, row_hash)
     select 1, id, 'branch:main', 'branch', 'main', true, 'OK', gen_random_uuid() from code_quality.projects order by id`,
  );
  await db.execute(
    `create table public.places as
     select split_part(p.source_key, '-', 2)::bigint as repository, p.id as project_id, b.id as branch_id
       from code_quality.projects p join code_quality.branches b on b.project_id = p.id`,
  );
  await db.execute('analyze public.places');
  await db.execute(
    `insert into code_quality.analyses (integration_id, project_id, branch_id, source_key, analyzed_at, changed_at, revision, gate_status,
            gate_evaluated, ignored_conditions, scope, detail, row_hash)
     select 1, p.project_id, p.branch_id, 'analysis-' || k, at, at, ${sha('k')},
            case when (k + p.project_id) % 8 = 0 then 'ERROR' else 'OK' end, true, false, 'branch', 2, gen_random_uuid()
       from generate_series(0, $1 - 1) k
      cross join lateral (select timestamptz '2026-01-01' + k * interval '20 seconds' as at) t
       join public.places p on p.repository = k % $2`,
    [commits, repositories],
  );
  await db.execute('drop table public.places');
  await db.execute('analyze code_quality.analyses');
  await db.execute(
    `insert into images.repositories (integration_id, source_key, row_hash)
     select 2, 'team-' || (r % 10) || '/image-' || r, gen_random_uuid() from generate_series(0, $1 - 1) r order by r`,
    [repositories],
  );
  await db.execute(
    `create table public.wanted_images as
     select row_number() over (order by k, n) as id, k, k % $2 as repository
       from generate_series(0, $1 - 1) k
      cross join lateral generate_series(1, case when abs(hashint4(k::int)) % 20 < 14 then 1
            when abs(hashint4(k::int)) % 20 < 19 then 2 + abs(hashint4(k::int + 7)) % 9 else 21 + abs(hashint4(k::int + 7)) % 10 end) n
      order by k, n limit $1`,
    [images, repositories],
  );
  await db.execute(
    `insert into images.images (integration_id, repository_id, digest, row_hash, media_type, kind, evidence, signature_required, signers_known)
     select 2, r.id, 'sha256:' || encode(sha256(('image ' || w.id)::bytea), 'hex'), gen_random_uuid(), 'application/vnd.oci.image.index.v1+json',
            'image', '', false, false
       from public.wanted_images w join images.repositories r on r.id = w.repository + 1 order by w.id`,
  );
  await db.execute(
    `insert into images.tag_periods (integration_id, repository_id, name, image_id, from_at)
     select 2, i.repository_id, 'build-' || i.id, i.id, now() from images.images i order by i.id`,
  );
  await db.execute(
    `insert into images.claims (image_id, ordinal, platform_digest, trust, place, source, repository_key, revision, commit, signature)
     select w.id, 0, 'sha256:' || encode(sha256(('platform ' || w.id)::bytea), 'hex'), 'builder', 'index_attestation',
            'https://git.example.com/shop/repository-' || w.repository, 'git.example.com/shop/repository-' || w.repository, ${sha('w.k')}, ${sha('w.k')}, 'none'
       from public.wanted_images w order by w.id`,
  );
  await db.execute(
    `insert into images.platforms (image_id, ordinal, digest, media_type, os, architecture, outcome, trust, claim_ordinal, repository_key,
            repository_url, commit, commit_exact, dirty, inherited, warnings)
     select image_id, 0, platform_digest, 'application/vnd.oci.image.manifest.v1+json', 'linux', 'amd64', 'resolved', trust, 0, repository_key,
            source, revision, true, false, false, '{}' from images.claims order by image_id`,
  );
  await db.execute('analyze images.platforms');
  await db.execute(
    `insert into code_quality.gate_conditions (analysis_id, metric_id, operator, threshold, actual_value, status)
     select a.id, m.id, 'GT', '0', case when a.gate_status = 'ERROR' and m.id = 1 then '3' else '0' end,
            case when a.gate_status = 'ERROR' and m.id = 1 then 'ERROR' else 'OK' end
       from code_quality.analyses a join (select distinct commit from images.platforms) c on c.commit = a.revision
      cross join code_quality.metrics m order by a.id, m.id`,
  );
  await db.execute('drop table public.wanted_images');
  await db.execute('vacuum analyze');
}
