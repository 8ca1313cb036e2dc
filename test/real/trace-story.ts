import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type LabContext, labContext } from '../../lab/context.ts';
import { choosePorts } from '../../lab/ports.ts';
import { putManifest } from '../../lab/registry/replay.ts';
import { startRegistry, stopRegistry } from '../../lab/registry/server.ts';
import { type Sample, startSample } from '../../lab/simulators/bitbucket-server/testing.ts';
import { type HarnessSimulator, startHarnessSimulator } from '../../lab/simulators/harness/index.ts';
import type { Pipeline } from '../../lab/simulators/harness/model.ts';
import type { StageWish } from '../../lab/simulators/harness/state/executions.ts';
import { createProject, deleteProject, projectExists } from '../../lab/sonarqube/admin.ts';
import type { GenericIssue } from '../../lab/sonarqube/generic-issues.ts';
import type { LabVersion } from '../../lab/sonarqube/releases.ts';
import { analyse, prepareScanner } from '../../lab/sonarqube/scan.ts';
import { startSonarqube } from '../../lab/sonarqube/server.ts';
import { post } from '../../lab/sonarqube/web-api.ts';
import type { ScanParameters } from '../../src/features/reports/contract.ts';
import type { Line, TraceAnswer } from '../../src/features/trace/contract.ts';
import { type CompanionStage, startCompanionStage } from '../reports/companion-stage.ts';
import { testLab } from '../support/test-lab.ts';
import { pushImage } from '../../lab/registry/pushed-image.ts';
import { describeReal, type RealServer } from './real-server.ts';

const project = 'trace-story';
const companion = `${project}:pr-1`;
const gate = 'trace-story';
const repository = 'team/ledger';

const hole: GenericIssue = {
  rule: {
    id: 'HOLE',
    engine: 'trace',
    name: 'A hole',
    description: 'For tests.',
    type: 'VULNERABILITY',
    severity: 'CRITICAL',
    cleanCodeAttribute: 'COMPLETE',
    impacts: [{ softwareQuality: 'SECURITY', severity: 'HIGH' }],
  },
  file: 'src/a.txt',
  line: 1,
  message: 'a hole',
};

/** Must-show: a commit from its pull request to what runs, told by nothing but git, the scanner, pushes and pipelines. */
export function describeTraceStory(): void {
  describeReal('One line from a pull request to what runs', (server) => {
    let stage: CompanionStage;
    let sample: Sample;
    let harness: HarnessSimulator;
    let pipeline: Pipeline;
    let lab: LabContext;
    let home: string;
    let registry: string;
    const ids = { registry: 0, harness: 0 };
    let scan: (key: string, revision: string, issues?: readonly GenericIssue[]) => Promise<void>;
    /** Commits of the story, as git made them. */
    const commits = { broken: '', fixed: '', merge: '' };
    let digest = '';

    const host = (): string => new URL(registry).host;
    const head = (branch: string): string => sample.repository.git.refs.get(`refs/heads/${branch}`) ?? '';
    const source = 'https://git.example.com/pay/ledger.git';
    const push = (tag: string, commit: string): Promise<string> =>
      pushImage(registry, { repository, tag }, { commit, source, ref: 'refs/heads/main' });

    beforeAll(async () => {
      await removeAll(server());
      home = await mkdtemp(join(tmpdir(), 'plumbline-trace-'));
      lab = labContext({ ...process.env, PLUMBLINE_HOME: home });
      registry = (await startRegistry(lab, { port: (await choosePorts({ web: 5280 })).web })).url;
      sample = await startSample({ contextPath: '/bitbucket', now: () => new Date() });
      harness = await startHarnessSimulator();
      harness.state.addOrganization({ identifier: 'pay', name: 'Payments' });
      const ledger = harness.state.addProject({ organization: 'pay', identifier: 'ledger', name: 'The ledger' });
      pipeline = harness.state.addPipeline(ledger, {
        identifier: 'release',
        name: 'Release',
        stages: ['build', 'production'],
      });
      const { admin, url, tokens } = server();
      await createProject(admin, { key: project });
      // Of all code, so that the first analysis of a companion is judged as later ones are.
      await post(admin, 'api/qualitygates/create', { name: gate });
      await post(admin, 'api/qualitygates/create_condition', {
        gateName: gate,
        metric: 'vulnerabilities',
        op: 'GT',
        error: '0',
      });
      await post(admin, 'api/qualitygates/select', { gateName: gate, projectKey: project });
      const { context } = testLab(() => undefined);
      const scanner = await prepareScanner(context);
      const sonarqube = await startSonarqube(context, { version: server().version as LabVersion });
      scan = async (projectKey, revision, issues = []) => {
        const files = { 'src/a.txt': `of ${revision}\nsecond line\n` };
        await analyse(scanner, sonarqube, { projectKey, revision, version: '1', files, issues });
      };
      await scan(project, sample.first);
      await push('first', sample.first);
      stage = await startCompanionStage({
        sonarqube: { url, token: tokens.user, settings: { projectKeys: [`${project}*`] } },
        bitbucket: { url: sample.bitbucket.url, token: sample.bot },
      });
      const connect = async (kind: string, settings: object, secrets: object): Promise<number> => {
        const wanted = { name: kind, kind, settings, secrets, syncIntervalSeconds: 86_400 };
        return (await stage.api<{ integration: { id: number } }>('POST', '/api/v1/integrations', wanted)).integration
          .id;
      };
      ids.registry = await connect('oci-registry', { url: registry, repositories: [repository] }, {});
      ids.harness = await connect(
        'harness',
        { accountType: 'on_prem', url: harness.url, accountId: 'acc' },
        { apiKey: harness.state.addToken() },
      );
      for (const id of [stage.sonarqube, stage.bitbucket, ids.registry, ids.harness]) await stage.sync(id);
      await bind();
    }, 300_000);
    afterAll(async () => {
      await stage?.close();
      await harness?.close();
      await sample?.bitbucket.close();
      if (lab !== undefined) await stopRegistry(lab);
      await rm(home, { recursive: true, force: true });
      await removeAll(server());
    });

    const bind = async (): Promise<void> => {
      const { id } = await stage.db.one<{ id: number }>(
        'select id from data.sonarqube_projects where source_key = $1',
        [project],
      );
      await stage.api('POST', '/api/v1/bindings', { project: id, repository: 'PAY/ledger' });
    };
    const openPullRequest = async (branch: string): Promise<void> => {
      const of = { repository: sample.repository };
      await sample.bitbucket.state.openPullRequest({
        title: branch,
        from: { ...of, branch },
        to: { ...of, branch: 'main' },
      });
    };
    const pullRequest = (number: number) => {
      const found = sample.repository.pullRequests.find(({ id }) => id === number);
      if (found === undefined) throw new Error(`there is no pull request ${number}`);
      return found;
    };

    const line = async (text: string): Promise<Line | null> => {
      const { status, body } = await stage.ask('GET', `/api/v1/trace?${new URLSearchParams({ text })}`);
      return status === 200 ? (body as TraceAnswer).line : null;
    };
    const inWords = (found: Line | null) => ({
      stations: (found?.stations ?? [])
        .map(({ station, state }) => [station, state].filter((one) => one !== null).join(' '))
        .toSorted(),
      links: (found?.links ?? []).map(({ kind, certainty }) => `${kind} ${certainty}`).toSorted(),
      missing: (found?.missing ?? []).map(({ expects, code }) => `${expects} ${code}`),
    });
    /** What follows from a publish comes a moment after it. */
    const becomes = async (text: string, expected: Partial<ReturnType<typeof inWords>>): Promise<Line> => {
      const until = Date.now() + 60_000;
      for (;;) {
        const found = await line(text);
        const said = inWords(found);
        if (found !== null && Date.now() < until && JSON.stringify({ ...said, ...expected }) !== JSON.stringify(said)) {
          await delay(200);
          continue;
        }
        if (found === null && Date.now() < until) {
          await delay(200);
          continue;
        }
        expect(said, text).toMatchObject(expected);
        for (const { code, message, remedy } of found?.missing ?? [])
          expect([code, message, remedy]).toEqual([code, expect.stringMatching(/\.$/), expect.stringMatching(/\.$/)]);
        return found as Line;
      }
    };

    it('begins at the pull request, and nobody has analysed its commit', async () => {
      commits.broken = await sample.bitbucket.state.push(sample.repository, {
        branch: 'feature',
        from: 'main',
        files: { 'src/a.ts': 'broken\n' },
      });
      await openPullRequest('feature');
      await stage.sync(stage.bitbucket);
      await becomes('PAY/ledger#1', {
        stations: ['commit', 'pull_request open'],
        links: ['head stated'],
        missing: ['analysis trace_commit_not_analyzed', 'image trace_no_image'],
      });
    });

    it('says that its gate failed', async () => {
      const wanted = { pullRequest: 'PAY/ledger#1' };
      const { scans } = await stage.api<ScanParameters>('POST', '/api/v1/pull-requests/scan-parameters', wanted);
      expect(scans[0]?.parameters).toContainEqual(
        expect.objectContaining({ name: 'sonar.projectKey', value: companion }),
      );
      await scan(companion, commits.broken, [hole]);
      await stage.sync(stage.sonarqube);
      await becomes('PAY/ledger#1', {
        stations: ['analysis ERROR', 'commit', 'pull_request open'],
        links: ['analysis_of inferred', 'analyzed stated', 'head stated'],
        missing: ['analysis trace_only_pull_request_analyzed', 'image trace_no_image'],
      });
    }, 120_000);

    it('is judged anew when the fix is pushed, and passes when that is analysed', async () => {
      const files = { 'src/a.ts': 'fixed\n' };
      commits.fixed = await sample.bitbucket.state.push(sample.repository, { branch: 'feature', files });
      await stage.sync(stage.bitbucket);
      await becomes('PAY/ledger#1', { missing: ['analysis trace_commit_not_analyzed', 'image trace_no_image'] });
      await scan(companion, commits.fixed);
      await stage.sync(stage.sonarqube);
      await becomes('PAY/ledger#1', {
        stations: ['analysis ERROR', 'analysis OK', 'commit', 'commit', 'pull_request open'],
        missing: ['analysis trace_only_pull_request_analyzed', 'image trace_no_image'],
      });
    }, 120_000);

    it('goes on with the merge, which is analysed on its branch', async () => {
      await sample.bitbucket.state.merge(pullRequest(1));
      commits.merge = head('main');
      await stage.sync(stage.bitbucket);
      const merged = await becomes('PAY/ledger#1', {
        missing: ['analysis trace_commit_not_analyzed', 'image trace_no_image'],
      });
      // The analyses next to it are named.
      expect(merged.missing[0]?.details).toEqual([expect.stringContaining(sample.first)]);
      await scan(project, commits.merge);
      await stage.sync(stage.sonarqube);
      await becomes(commits.merge, {
        stations: ['analysis OK', 'commit', 'pull_request merged'],
        links: ['analyzed stated', 'merge stated'],
        missing: ['image trace_no_image'],
      });
    }, 120_000);

    const image = (tag: string, known?: string) => ({
      host: host(),
      path: repository,
      tag,
      ...(known === undefined ? {} : { digest: known }),
    });
    const deployment = (wanted: ReturnType<typeof image>, service = 'web'): StageWish => ({
      identifier: 'production',
      type: 'Deployment',
      deployment: {
        service: { identifier: service, name: service, type: 'Kubernetes' },
        environment: { identifier: 'production', name: 'Production', type: 'Production' },
        infrastructure: 'k8s',
        image: wanted as Required<typeof wanted>,
      },
    });
    /** A run of one stage that ends well. */
    const run = (wish: StageWish, at = new Date()) => {
      const execution = harness.state.start(pipeline, { stages: [wish], at });
      harness.state.move(execution, 'Success', { stage: wish.identifier, at });
      harness.state.move(execution, 'Success', { at });
      return execution.id;
    };

    const pushed = { message: 'Merge', ownerName: 'Ada', ownerEmail: 'ada@example.com', timeStamp: Date.now() };

    it('shows the image that was built of it, and then who built it', async () => {
      digest = await push('1.0', commits.merge);
      await stage.sync(ids.registry);
      await becomes(commits.merge, {
        links: ['analyzed stated', 'built_from stated', 'merge stated'],
        missing: ['execution trace_no_execution', 'deployment trace_never_deployed'],
      });
      run({
        identifier: 'build',
        type: 'CI',
        build: {
          repository: 'ledger',
          url: source,
          branch: 'main',
          // Started by the push of the merge, as builds are: the list says the commit, and only its steps what was pushed.
          commits: [{ ...pushed, id: commits.merge }],
          head: commits.merge,
          images: [image('1.0', digest) as Required<ReturnType<typeof image>>],
        },
      });
      await stage.sync(ids.harness);
      await becomes(commits.merge, {
        links: ['analyzed stated', 'built stated', 'built_from stated', 'checked_out stated', 'merge stated'],
        missing: ['deployment trace_never_deployed'],
      });
    }, 120_000);

    it('ends where it runs, whole and the same from each of its stations', async () => {
      const execution = run(deployment(image('1.0')));
      await stage.sync(ids.harness);
      const whole = await becomes(commits.merge, {
        stations: [
          'analysis OK',
          'commit',
          'deployment succeeded',
          'environment',
          'execution success',
          'execution success',
          'image tagged',
          'pull_request merged',
        ],
        links: [
          'analyzed stated',
          'built stated',
          'built_from stated',
          'checked_out stated',
          'deployed inferred',
          'into stated',
          'merge stated',
          'ran_in stated',
        ],
        missing: [],
      });
      const refs = whole.stations.map(({ ref }) => ref).toSorted();
      for (const text of [
        `${host()}/${repository}:1.0`,
        `${repository}@${digest}`,
        execution,
        ...refs.filter((ref) => !/^(pull|env)/.test(ref)),
      ])
        expect((await line(text))?.stations.map(({ ref }) => ref).toSorted(), text).toEqual(refs);
    }, 120_000);

    it('says of each link that is broken why, and what to do', async () => {
      const state = sample.bitbucket.state;
      // A commit that went to the main branch directly, which nobody analysed.
      const direct = await state.push(sample.repository, { branch: 'main', files: { 'src/b.ts': 'direct\n' } });
      const directly = await push('direct', direct);
      // An image that says nothing of where it comes from: the platform of the first one, by itself.
      const manifest = await fetch(`${registry}/v2/${repository}/manifests/${digest}`, {
        headers: { accept: 'application/vnd.oci.image.index.v1+json' },
      });
      const { manifests } = (await manifest.json()) as { manifests: { digest: string; mediaType: string }[] };
      const [platform] = manifests;
      if (platform === undefined) throw new Error('the image has no platform');
      const bytes = await fetch(`${registry}/v2/${repository}/manifests/${platform.digest}`, {
        headers: { accept: platform.mediaType },
      });
      await putManifest(`${registry}/v2/${repository}`, 'plain', {
        mediaType: platform.mediaType,
        bytes: Buffer.from(await bytes.arrayBuffer()),
      });
      // A pull request of a repository that is not bound any more.
      await state.push(sample.repository, { branch: 'other', from: 'main', files: { 'src/c.ts': 'other\n' } });
      await openPullRequest('other');
      const { bindings } = await stage.api<{ bindings: { id: number }[] }>('GET', '/api/v1/bindings?page=1');
      await stage.api('DELETE', `/api/v1/bindings/${bindings[0]?.id}`);
      const yesterday = new Date(Date.now() - 86_400_000);
      const runs = {
        nothing: run({ identifier: 'build', type: 'Custom' }),
        elsewhere: run(deployment({ ...image('1.0'), host: 'elsewhere.example.com' }, 'elsewhere')),
        nowhere: run(deployment(image('nowhere'), 'nowhere')),
        before: run(deployment(image('1.0'), 'before'), yesterday),
        unread: run(deployment(image('1.0', `sha256:${'9'.repeat(64)}`), 'unread')),
      };
      for (const id of [stage.bitbucket, ids.registry, ids.harness]) await stage.sync(id);
      await becomes(directly, {
        missing: [
          'pull_request trace_no_pull_request',
          'analysis trace_commit_not_analyzed',
          'execution trace_no_execution',
          'deployment trace_never_deployed',
        ],
      });
      const [plain] = (await line(`${host()}/${repository}:plain`))?.missing ?? [];
      expect(plain).toMatchObject({ expects: 'commit', code: 'trace_image_without_provenance' });
      await becomes('PAY/ledger#2', { missing: ['analysis trace_repository_not_bound', 'image trace_no_image'] });
      await bind();
      await becomes('PAY/ledger#2', { missing: ['analysis trace_commit_not_analyzed', 'image trace_no_image'] });
      await becomes(runs.nothing, { missing: ['image trace_names_no_artifact'] });
      await becomes(runs.elsewhere, { missing: ['image trace_registry_not_connected'] });
      await becomes(runs.nowhere, { missing: ['image trace_tag_unknown_then'] });
      await becomes(runs.before, { missing: ['image trace_beyond_history'] });
      await becomes(runs.unread, { missing: ['image trace_image_not_read'] });
      // What was whole still is.
      await becomes(commits.merge, { missing: [] });
    }, 180_000);
  });
}

async function removeAll({ admin }: RealServer): Promise<void> {
  for (const key of [project, companion, `${project}:pr-2`])
    if (await projectExists(admin, key)) await deleteProject(admin, key);
  await post(admin, 'api/qualitygates/destroy', { name: gate }).catch(() => undefined);
}
