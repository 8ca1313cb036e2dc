import { rebuildDaily } from '../../../src/features/code-quality/daily/rebuild-daily.ts';
import { followNodes, rebuildRollups } from '../../../src/features/insights/index.ts';
import { everything, refreshRows } from '../../../src/features/running/deriving/refresh.ts';
import { rebuildLinks } from '../../../src/features/trace/links/rebuild.ts';
import type { Database } from '../../../src/platform/database/index.ts';
import { type Cells, markedRows } from './marked-rows.ts';

/** One team with one of everything that can be a team's, all its texts carrying its marker. */
export interface SeededTeam {
  marker: string;
  node: number;
  person: number;
  commit: string;
  project: number;
  finding: number;
  pullRequest: number;
  repository: number;
  report: number;
  image: number;
  imageRepository: number;
  deployment: number;
  execution: number;
  pipeline: string;
}

export interface Seeded {
  /** Of two teams of one tree. */
  a: SeededTeam;
  b: SeededTeam;
  /** Belongs to no team. */
  nobody: SeededTeam;
  tree: number;
  top: number;
}

const numbered = [
  'code_quality.projects',
  'code_quality.findings',
  'repositories.repositories',
  'repositories.pull_requests',
  'images.repositories',
  'images.images',
  'deployments.services',
  'deployments.pipelines',
  'deployments.executions',
  'deployments.deployments',
  'teams.nodes',
  'teams.people',
  'integrations.integrations',
];

type Add = (table: string, given?: Cells) => Promise<number>;

export async function seedTeams(db: Database): Promise<Seeded> {
  // A number that is right for one kind of thing is none of another.
  for (const [at, table] of numbered.entries())
    await db.execute(`alter table ${table} alter column id restart with ${(at + 1) * 1000}`);
  const write = markedRows(db);
  // Of all: what the three have in common carries no marker.
  const tree = await write('teams.org_trees', 'all', { name: 'Sites', filters: [], deleted_at: null });
  const top = await node(write, { tree, name: 'Top', parent: null });
  await db.execute(
    `insert into teams.people_state (version, attributes, changed_by) values (1, '{site}', 'test') on conflict do nothing`,
  );
  const team = async (marker: string, commit: string, owned: boolean): Promise<SeededTeam> => {
    const add: Add = (table, given = {}) => write(table, marker, given);
    const sonar = await integration(add, 'sonarqube', `${marker}-sonar`);
    const code = await integration(add, 'bitbucket-server', `${marker}-bitbucket`);
    const harness = await integration(add, 'harness', `${marker}-harness`);
    const registry = await integration(add, 'oci-registry', `${marker}-registry`);
    const quality = await seedProject(add, sonar, { marker, commit });
    const review = await seedReview(add, { sonar, code, project: quality.project, commit });
    const delivered = await seedDelivery(db, add, { integration_id: harness, marker });
    const images = await seedImages(add, registry);
    // Not derived here: no analysis is of a commit of what runs.
    await add('running.fixes', {
      place_id: delivered.place,
      integration_id: harness,
      finding_id: quality.finding,
      project_id: quality.project,
      sonarqube_id: sonar,
      hash: Buffer.from(marker),
      valid_to: null,
    });
    const id = await node(write, { tree, name: `${marker}-team`, parent: top });
    const person = await add('teams.people', { email: `${marker}@example.com` });
    await add('teams.person_periods', {
      person_id: person,
      attributes: { site: marker },
      manager_email: null,
      valid_to: null,
    });
    await add('teams.identities', { integration_id: sonar, person_id: person });
    if (owned) {
      await add('teams.memberships', { tree_id: tree, node_id: id, person_id: person, valid_to: null });
      await add('teams.project_rules', { team_id: id, kind: 'glob' });
      await add('teams.team_projects', { team_id: id, project_id: quality.project, valid_to: null });
      const things = { repository: review.repository, service: delivered.service, pipeline: delivered.pipelineId };
      for (const [thing, thingId] of Object.entries({ ...things, image: images.imageRepository }))
        await add('teams.team_things', { team_id: id, thing, thing_id: thingId, valid_to: null });
    }
    return { marker, commit, node: id, person, ...quality, ...review, ...delivered, ...images };
  };
  const [a, b, nobody] = [
    await team('mkalpha', 'a1a1a1a1', true),
    await team('mkbravo', 'b2b2b2b2', true),
    await team('mknobody', 'c3c3c3c3', false),
  ];
  await db.transaction((tx) => rebuildDaily(tx, [a.project, b.project, nobody.project]));
  await rebuildRollups(db);
  await followNodes(db);
  await rebuildLinks(db);
  await refreshRows(db, everything);
  return { a, b, nobody, tree, top };
}

const integration = (add: Add, kind: string, name: string): Promise<number> =>
  add('integrations.integrations', { name, kind, settings: { url: `https://${name}.example` }, checks: [], facts: {} });

async function node(
  write: ReturnType<typeof markedRows>,
  { tree, name, parent }: { tree: number; name: string; parent: number | null },
): Promise<number> {
  const id = await write('teams.nodes', name, { tree_id: tree });
  const depth = parent === null ? 0 : 1;
  await write('teams.node_periods', name, {
    node_id: id,
    tree_id: tree,
    parent_id: parent,
    name,
    leaf: parent !== null,
    depth,
    manager_id: null,
    valid_to: null,
  });
  return id;
}

async function seedProject(add: Add, integration_id: number, { marker, commit }: { marker: string; commit: string }) {
  const project = await add('code_quality.projects', { integration_id, duplicate_of: null });
  const of = { integration_id, project_id: project };
  const gate = { gate_status: 'ERROR', deleted_at: null, run_id: null };
  const branch = await add('code_quality.branches', {
    ...of,
    ...gate,
    kind: 'branch',
    is_main: true,
    name: `${marker}-main`,
  });
  const pull = await add('code_quality.branches', {
    ...of,
    ...gate,
    kind: 'pull_request',
    is_main: false,
    source_key: `${marker}-pr`,
    name: '7',
  });
  const analysis = await add('code_quality.analyses', {
    ...of,
    branch_id: branch,
    gate_status: 'ERROR',
    scope: 'branch',
    revision: commit,
  });
  const metric = await add('code_quality.metrics', {
    integration_id,
    source_key: 'coverage',
    name: 'Coverage',
    type: 'PERCENT',
  });
  await add('code_quality.measures', {
    project_id: project,
    branch_id: branch,
    metric_id: metric,
    measured_at: null,
    value: '50',
    numeric_value: 50,
  });
  await add('code_quality.gate_conditions', { analysis_id: analysis, metric_id: metric });
  await add('code_quality.quality_gates', { integration_id, conditions: [] });
  const [rule, path] = [
    await add('code_quality.rules', { integration_id }),
    await add('code_quality.paths', { project_id: project }),
  ];
  const [author, tag] = [
    await add('code_quality.authors', { integration_id }),
    await add('code_quality.tags', { integration_id }),
  ];
  const found = {
    ...of,
    rule_id: rule,
    path_id: path,
    author_id: author,
    assignee_id: author,
    tag_ids: [tag],
    run_id: null,
    kind: 'issue',
    class: 'vulnerability',
    axis: 'impact',
    raw_level: 'HIGH',
    state: 'open',
    counted_state: 'open',
    asset_type: 'repository',
    issue_status: 'OPEN',
    status: 'OPEN',
    period_to: null,
    resolution: null,
  };
  const finding = await add('code_quality.findings', { ...found, branch_id: branch });
  await add('code_quality.findings', { ...found, branch_id: pull, source_key: `${marker}-second` });
  await add('code_quality.finding_past_periods', {
    finding_id: finding,
    from_at: '2026-11-01',
    to_at: '2026-11-20',
    class: 'vulnerability',
    axis: 'impact',
    raw_level: 'HIGH',
    state: 'accepted',
  });
  await add('ingestion.slices', {
    integration_id,
    slice: `project:${marker}-source_key`,
    current_published_at: '2026-11-20',
  });
  return { project, finding };
}

async function seedReview(
  add: Add,
  { sonar, code, project, commit }: { sonar: number; code: number; project: number; commit: string },
) {
  const repository = await add('repositories.repositories', { integration_id: code, run_id: null });
  const pullRequest = await add('repositories.pull_requests', {
    integration_id: code,
    repository_id: repository,
    run_id: null,
    source_key: '7',
    head: commit,
  });
  const binding = await add('repositories.bindings', {
    project_id: project,
    sonarqube_id: sonar,
    repository_id: repository,
  });
  const of = { integration_id: code, commit, sonarqube_id: sonar, repository_id: repository, project_id: project };
  const report = await add('reports.reports', {
    ...of,
    binding_id: binding,
    pull_request_id: pullRequest,
    state: 'published',
    reason: null,
    cause: 'analysis',
    error_code: 'not_found',
    gate: 'ERROR',
  });
  await add('reports.attempts', {
    report_id: report,
    error_code: null,
    cause: 'analysis',
    outcome: 'published',
    result: 'PASS',
  });
  return { report, repository, pullRequest };
}

async function seedDelivery(
  db: Database,
  add: Add,
  { integration_id, marker }: { integration_id: number; marker: string },
) {
  const [organization, project] = [`${marker}-organization`, `${marker}-project`];
  const level_id = await add('deployments.levels', { integration_id, organization, project });
  const known = { integration_id, level_id, run_id: null };
  const service = await add('deployments.services', { ...known, source_key: `${marker}-service` });
  const pipelineId = await add('deployments.pipelines', { ...known, source_key: `${marker}-pipeline` });
  const environment = {
    environment: `${marker}-environment`,
    environment_scope: `${organization}/${project}`,
    environment_type: 'production',
  };
  await add('deployments.environments', { ...known, source_key: environment.environment });
  const place = await add('deployments.places', {
    integration_id,
    ...environment,
    service: `${marker}-service`,
    service_scope: `${organization}/${project}`,
  });
  const execution = await add('deployments.executions', {
    integration_id,
    organization,
    project,
    pipeline: `${marker}-pipeline`,
    status_class: 'success',
    trigger_type: 'MANUAL',
    run_id: null,
    settled: true,
    started_at: '2026-11-20',
    ended_at: '2026-11-20',
  });
  await add('deployments.execution_stages', { execution_id: execution, status_class: 'success' });
  await add('deployments.execution_commits', { execution_id: execution });
  await add('deployments.execution_artifacts', { execution_id: execution, role: 'deployed' });
  await add('deployments.execution_deployments', {
    execution_id: execution,
    status_class: 'success',
    environment_type: 'production',
  });
  const deployment = await add('deployments.deployments', {
    source: 'harness',
    integration_id,
    place_id: place,
    status: 'succeeded',
    environment_type: 'production',
    execution_id: execution,
    started_at: '2026-11-20',
    ended_at: '2026-11-20',
    at: '2026-11-20',
  });
  await db.execute(
    'update deployments.places set running_id = $2, newest_id = $2, previous_id = $2, doubt = null where id = $1',
    [place, deployment],
  );
  await add('deployments.stage_outcomes', { integration_id, execution: `${marker}-source_key` });
  return {
    place,
    service,
    pipelineId,
    execution,
    deployment,
    pipeline: `${integration_id}/${organization}/${project}/${marker}-pipeline`,
  };
}

async function seedImages(add: Add, integration_id: number) {
  const imageRepository = await add('images.repositories', { integration_id, run_id: null });
  const image = await add('images.images', {
    integration_id,
    repository_id: imageRepository,
    kind: 'image',
    run_id: null,
    evidence: 'read',
  });
  await add('images.tag_periods', { integration_id, repository_id: imageRepository, image_id: image, to_at: null });
  await add('images.claims', {
    image_id: image,
    trust: 'builder',
    place: 'referrer',
    signature: 'none',
    problem: null,
  });
  await add('images.platforms', { image_id: image, outcome: 'resolved', trust: 'builder', repository_key: 'x' });
  await add('policy.results', {
    policy: 'sonarqube-quality-gates',
    image_id: image,
    registry_id: integration_id,
    repository_id: imageRepository,
    platform_digest: null,
    platform: null,
    status: 'failed',
    reason: 'GATE_FAILED',
    evidence: {},
    evidence_hash: Buffer.alloc(32),
    valid_to: null,
  });
  return { imageRepository, image };
}
