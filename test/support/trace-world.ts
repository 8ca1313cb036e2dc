import type { Database } from '../../src/platform/database/index.ts';
import { type Cells, markedRows } from '../security/teams/marked-rows.ts';

/** What a room would tell others of. */
export interface Told {
  kind: string;
  id: number;
}

/** Writes what rooms hold, as their publishes leave it behind, and says what they would tell. Times are minutes after noon. */
export interface World {
  db: Database;
  add(table: string, cells: Cells): Promise<number>;
  sonar: number;
  code: number;
  harness: number;
  /** Registries by host; of the first is `registry.example.com`. */
  registries: readonly [number, number];
  repository: number;
  project: number;
}

const noon = Date.parse('2026-11-30T12:00:00Z');
export const at = (minute: number): Date => new Date(noon + minute * 60_000);
export const digestOf = (letter: string): string => `sha256:${letter.repeat(64)}`;
export const commitOf = (letter: string): string => letter.repeat(40);

const hosts = ['registry.example.com', 'mirror.example.com'] as const;

export async function traceWorld(db: Database): Promise<World> {
  const write = markedRows(db);
  const add = (table: string, cells: Cells): Promise<number> => write(table, 'x', cells);
  const integration = (kind: string, name: string, url: string): Promise<number> =>
    add('integrations.integrations', { name, kind, settings: { url }, checks: [], facts: {}, state: 'active' });
  const sonar = await integration('sonarqube', 'sonar', 'https://sonar.example.com');
  const code = await integration('bitbucket-server', 'code', 'https://code.example.com');
  const harness = await integration('harness', 'harness', 'https://harness.example.com');
  const [first, second] = hosts;
  const registries = [
    await integration('oci-registry', 'registry', `https://${first}`),
    await integration('oci-registry', 'mirror', `https://${second}`),
  ] as const;
  const repository = await add('repositories.repositories', {
    integration_id: code,
    project: 'PAY',
    slug: 'ledger',
    source_key: '1',
    deleted_at: null,
    link: 'https://code.example.com/projects/PAY/repos/ledger',
  });
  const project = await add('code_quality.projects', {
    integration_id: sonar,
    source_key: 'ledger',
    name: 'Ledger',
    duplicate_of: null,
    deleted_at: null,
  });
  return { db, add, sonar, code, harness, registries, repository, project };
}

export interface PullRequest {
  number: string;
  heads: readonly { commit: string; from: number; to?: number }[];
  merge?: string;
}

export async function addPullRequest({ add, code, repository }: World, pull: PullRequest): Promise<Told[]> {
  const id = await add('repositories.pull_requests', {
    integration_id: code,
    repository_id: repository,
    source_key: pull.number,
    source_repository_key: '1',
    state: pull.merge === undefined ? 'open' : 'merged',
    head: pull.heads.at(-1)?.commit ?? '',
    merge_commit: pull.merge ?? null,
    opened_at: at(0),
    updated_at: at(1),
    closed_at: pull.merge === undefined ? null : at(60),
    link: `https://code.example.com/projects/PAY/repos/ledger/pull-requests/${pull.number}`,
    deleted_at: null,
  });
  for (const { commit, from, to } of pull.heads)
    await add('repositories.pull_request_heads', {
      pull_request_id: id,
      commit,
      from_at: at(from),
      to_at: to === undefined ? null : at(to),
    });
  return [{ kind: 'pull_request_changed', id }];
}

export async function bind({ add, sonar, project, repository }: World): Promise<Told[]> {
  await add('repositories.bindings', {
    project_id: project,
    sonarqube_id: sonar,
    repository_id: repository,
    prefix: '',
  });
  return [{ kind: 'bindings_changed', id: repository }];
}

export interface Analysis {
  commit: string;
  minute: number;
  scope?: 'branch' | 'pull_request' | 'companion';
  branch?: string;
  gate?: string;
}

export async function analyse({ db, add, sonar, project }: World, analysis: Analysis): Promise<Told[]> {
  const { scope = 'branch', branch = 'main' } = analysis;
  const known = await db.maybeOne<{ id: number }>(
    'select id from code_quality.branches where project_id = $1 and kind = $2 and name = $3',
    [project, scope, branch],
  );
  const of = { integration_id: sonar, project_id: project };
  const branchId =
    known?.id ??
    (await add('code_quality.branches', {
      ...of,
      source_key: `${scope}-${branch}`,
      kind: scope,
      name: branch,
      is_main: scope === 'branch',
      deleted_at: null,
    }));
  const id = await add('code_quality.analyses', {
    ...of,
    branch_id: branchId,
    source_key: `${analysis.commit} ${analysis.minute}`,
    scope,
    revision: analysis.commit,
    analyzed_at: at(analysis.minute),
    gate_status: analysis.gate ?? 'OK',
    gate_evaluated: true,
    deleted_at: null,
  });
  return [{ kind: 'analysis', id }];
}

export interface Image {
  repository?: string;
  letter: string;
  registry?: 0 | 1;
  minute: number;
  commits?: readonly string[];
  outcome?: string;
  trust?: string;
  signature?: string;
}

export async function addImage({ db, add, registries }: World, image: Image): Promise<Told[]> {
  const integration = registries[image.registry ?? 0];
  const name = image.repository ?? 'team/ledger';
  const known = await db.maybeOne<{ id: number }>(
    'select id from images.repositories where integration_id = $1 and source_key = $2',
    [integration, name],
  );
  const repository =
    known?.id ??
    (await add('images.repositories', {
      integration_id: integration,
      source_key: name,
      deleted_at: null,
      first_seen_at: at(0),
    }));
  const id = await add('images.images', {
    integration_id: integration,
    repository_id: repository,
    digest: digestOf(image.letter),
    kind: 'image',
    first_seen_at: at(image.minute),
    created_at: at(image.minute),
    untagged_at: null,
    gone_at: null,
  });
  const { commits = [], trust = 'builder', signature = 'none' } = image;
  for (const [ordinal, commit] of (commits.length === 0 ? [null] : commits).entries()) {
    await add('images.platforms', {
      image_id: id,
      ordinal,
      digest: `sha256:${image.letter.repeat(63)}${ordinal}`,
      os: 'linux',
      architecture: 'amd64',
      outcome: image.outcome ?? (commit === null ? 'NO_PROVENANCE' : 'resolved'),
      trust: commit === null ? null : trust,
      claim_ordinal: commit === null ? null : ordinal,
      commit,
      commit_exact: commit === null ? null : commit.length === 40,
      dirty: false,
    });
    if (commit !== null)
      await add('images.claims', { image_id: id, ordinal, trust, signature, commit, place: 'referrer' });
  }
  return [{ kind: 'image_published', id }];
}

/** Has a tag point to an image of the first registry, and to none that it pointed to before. */
export async function tag(
  { db, add, registries }: World,
  { image, name, minute }: { image: string; name: string; minute: number },
): Promise<Told[]> {
  const found = await db.one<{ id: number; repositoryId: number; integrationId: number }>(
    'select id, repository_id as "repositoryId", integration_id as "integrationId" from images.images where digest = $1 and integration_id = $2',
    [digestOf(image), registries[0]],
  );
  const left = await db.query<{ id: number }>(
    'update images.tag_periods set to_at = $3 where repository_id = $1 and name = $2 and to_at is null returning image_id as id',
    [found.repositoryId, name, at(minute)],
  );
  await add('images.tag_periods', {
    integration_id: found.integrationId,
    repository_id: found.repositoryId,
    image_id: found.id,
    name,
    from_at: at(minute),
    to_at: null,
  });
  return [...left, found].map(({ id }) => ({ kind: 'image_tags_moved', id }));
}

export interface Execution {
  key: string;
  commit?: string;
  start: number;
  end?: number;
  built?: readonly { image: string; tag?: string; digest?: string }[];
  deploys?: readonly Omit<Deployment, 'key' | 'source'>[];
}

export async function execute(world: World, execution: Execution): Promise<Told[]> {
  const { add, harness } = world;
  const id = await add('deployments.executions', {
    integration_id: harness,
    source_key: execution.key,
    organization: 'pay',
    project: 'ledger',
    pipeline: 'build',
    pipeline_name: 'Build',
    status: 'Success',
    status_class: 'success',
    settled: true,
    started_at: at(execution.start),
    ended_at: execution.end === undefined ? null : at(execution.end),
    created_at: at(execution.start),
    first_seen_at: at(execution.start),
    previous_execution: null,
    parent_execution: null,
    deleted_at: null,
  });
  if (execution.commit !== undefined)
    await add('deployments.execution_commits', { execution_id: id, sha: execution.commit, ordinal: 1 });
  const images = (execution.built ?? []).map((one) => ({ direction: 'out', ...one }));
  await add('deployments.stage_outcomes', {
    integration_id: harness,
    source_key: `${execution.key} build`,
    execution: execution.key,
    node: 'build',
    commit: null,
    rolled_back: false,
    images,
  });
  for (const deployed of execution.deploys ?? [])
    await insertDeployment(world, { ...deployed, key: `${execution.key}/${deployed.service ?? 'ledger'}` }, id);
  return [{ kind: 'execution', id }];
}

export interface Deployment {
  key: string;
  service?: string;
  environment?: string;
  image?: string | null;
  digest?: string | null;
  commit?: string | null;
  start?: number;
  at: number;
  status?: string;
  rolledBackAt?: number;
  link?: string;
}

export async function report(world: World, deployment: Deployment): Promise<Told[]> {
  return [{ kind: 'deployment', id: await insertDeployment(world, deployment, null) }];
}

async function insertDeployment(
  { db, add, harness }: World,
  deployment: Deployment,
  execution: number | null,
): Promise<number> {
  const { service = 'ledger', environment = 'prod', rolledBackAt } = deployment;
  const integration = execution === null ? null : harness;
  const place = await db.one<{ id: number }>(
    `with made as (
       insert into deployments.places (integration_id, service_scope, service, environment_scope, environment, service_name, environment_name)
       values ($1, $4, $2, $4, $3, $2, $3) on conflict do nothing returning id)
     select id from made union all
     select id from deployments.places where integration_id is not distinct from $1 and service = $2 and environment = $3 limit 1`,
    [integration, service, environment, execution === null ? '' : 'pay/ledger'],
  );
  const id = await add('deployments.deployments', {
    source: execution === null ? 'pushed' : 'harness',
    integration_id: integration,
    source_key: deployment.key,
    place_id: place.id,
    status: deployment.status ?? 'succeeded',
    rolled_back: rolledBackAt !== undefined,
    rolled_back_at: rolledBackAt === undefined ? null : at(rolledBackAt),
    service_name: service,
    environment_name: environment,
    environment_type: 'production',
    image: deployment.image ?? null,
    image_digest: deployment.digest ?? null,
    version: null,
    commit: deployment.commit ?? null,
    link: deployment.link ?? null,
    started_at: at(deployment.start ?? deployment.at - 1),
    ended_at: at(deployment.at),
    at: at(deployment.at),
    received_at: at(deployment.at),
    execution_id: execution,
  });
  return id;
}

export async function setEnvironment(
  { db, add, registries }: World,
  { environment, image, from, to }: { environment: string; image: string; from: number; to?: number },
): Promise<Told[]> {
  const found = await db.one<{ id: number; repositoryId: number; integrationId: number }>(
    'select id, repository_id as "repositoryId", integration_id as "integrationId" from images.images where digest = $1 and integration_id = $2',
    [digestOf(image), registries[0]],
  );
  const id = await add('policy.environment_images', {
    environment,
    registry_id: found.integrationId,
    repository_id: found.repositoryId,
    image_id: found.id,
    reference: `registry.example.com/team/ledger@${digestOf(image)}`,
    valid_from: at(from),
    valid_to: to === undefined ? null : at(to),
  });
  return [{ kind: 'environment_image', id }];
}
