import { afterAll, beforeAll, expect, it } from 'vitest';
import { deleteProject, projectExists } from '../../lab/sonarqube/admin.ts';
import type { GenericIssue, GenericRule } from '../../lab/sonarqube/generic-issues.ts';
import type { LabVersion } from '../../lab/sonarqube/releases.ts';
import { analyse, prepareScanner } from '../../lab/sonarqube/scan.ts';
import { startSonarqube } from '../../lab/sonarqube/server.ts';
import { post } from '../../lab/sonarqube/web-api.ts';
import { ask, type Sample, startSample } from '../../lab/simulators/bitbucket-server/testing.ts';
import type { Connector } from '../../src/connectors/contract.ts';
import { sonarqube as connector } from '../../src/connectors/sonarqube/index.ts';
import { Secrets, Settings } from '../../src/connectors/sonarqube/settings.ts';
import type { ProjectList } from '../../src/features/code-quality/contract.ts';
import type { Audit } from '../../src/features/ingestion/contract.ts';
import { deleteCompanions } from '../../src/features/reports/companion/sweep.ts';
import type { ScanParameters } from '../../src/features/reports/contract.ts';
import { createOutbound } from '../../src/platform/outbound/index.ts';
import { silentLog } from '../../src/platform/telemetry/log.ts';
import { type CompanionStage, startCompanionStage } from '../reports/companion-stage.ts';
import { testLab } from '../support/test-lab.ts';
import { folder, importRepository, project, standing } from './imported-project.ts';
import { describeReal, type RealServer } from './real-server.ts';
import { changedTree, fixedTree, firstTree, newSmells, type Tree } from './smelly-tree.ts';

const reportKey = `com.sonarsource.sonarqube_${project}`;
const companions = 10;

const rule: GenericRule = {
  id: 'SMELL',
  engine: 'nose',
  name: 'A line that smells',
  description: 'For tests.',
  type: 'VULNERABILITY',
  severity: 'MAJOR',
  cleanCodeAttribute: 'CLEAR',
  impacts: [{ softwareQuality: 'SECURITY', severity: 'HIGH' }],
};

/** Generic issues on each line that smells; the server finds those of Python files by rules of its own. */
const smellsOf = (files: Tree): GenericIssue[] =>
  Object.entries(files)
    .filter(([path]) => path.endsWith('.txt'))
    .flatMap(([file, text]) =>
      text
        .split('\n')
        .flatMap((line, index) =>
          line.includes('smell ') ? [{ rule, file, line: index + 1, message: 'This line smells.' }] : [],
        ),
    );

/** Must-show: from an imported repository to a merge check that opens, on a server that has no pull requests. */
export function describeCompanions(): void {
  describeReal('A pull request of a Community Build', (server) => {
    let stage: CompanionStage;
    let sample: Sample;
    let scan: (key: string, revision: string, files: Tree) => Promise<void>;
    let base: string;
    let before: unknown;
    /** What the server says of the project before anything analysed it. */
    let made: unknown;

    const head = (branch: string): string => sample.repository.git.refs.get(`refs/heads/${branch}`) ?? '';
    const parameters = (number: number): Promise<ScanParameters> =>
      stage.api('POST', '/api/v1/pull-requests/scan-parameters', { pullRequest: `PAY/ledger#${number}` });
    const keyFor = async (number: number): Promise<string> => {
      const [scanned] = (await parameters(number)).scans;
      return scanned?.parameters.find(({ name }) => name === 'sonar.projectKey')?.value ?? '';
    };

    /** What people count, and what an audit finds. */
    const numbers = async (): Promise<unknown> => {
      const { projects, total } = await stage.api<ProjectList>('GET', '/api/v1/projects?page=1');
      const started = await stage.api<Audit>('POST', `/api/v1/integrations/${stage.sonarqube}/audits`);
      for (;;) {
        const audit = await stage.api<Audit>('GET', `/api/v1/audits/${started.id}`);
        if (audit.status !== 'running') {
          const listed = audit.scopes.filter(({ stream }) => stream === 'projects');
          const counted = listed.map(({ source, stored, differenceCount }) => [source, stored, differenceCount]);
          const open = projects.map(({ key, openVulnerabilities }) => [key, openVulnerabilities]);
          return { total, open, audit: audit.status, counted };
        }
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    };

    beforeAll(async () => {
      const { admin, url, tokens } = server();
      await removeAll(server());
      sample = await startSample({ contextPath: '/bitbucket' });
      const { repository, bitbucket } = sample;
      bitbucket.state.requireReport(repository, { key: reportKey, mustPass: true, forbidden: 'any' });
      await bitbucket.state.push(repository, { branch: 'main', files: { 'src/a.ts': null, ...firstTree } });
      base = head('main');
      const { context } = testLab(() => undefined);
      const scanner = await prepareScanner(context);
      const sonarqube = await startSonarqube(context, { version: server().version as LabVersion });
      scan = async (projectKey, revision, files) => {
        await analyse(scanner, sonarqube, { projectKey, revision, version: '1', files, issues: smellsOf(files) });
      };
      stage = await startCompanionStage({
        sonarqube: { url, token: tokens.user, settings: { projectKeys: [`${project}*`] } },
        bitbucket: { url: bitbucket.url, token: sample.bot },
      });
      expect(await importRepository(stage, sample)).toMatchObject({ already: false });
      made = await standing(server());
      // The story is one of issues: changed lines that no test runs would fail the gate, too.
      const exclusions = { component: project, key: 'sonar.coverage.exclusions', values: '**' };
      await post(admin, 'api/settings/set', exclusions);
      await scan(project, base, firstTree);
      await stage.sync(stage.sonarqube);
      await stage.sync(stage.bitbucket);
      before = await numbers();
      const smelling = smellsOf(firstTree).length;
      expect(before).toEqual({ total: 1, open: [[project, smelling]], audit: 'equal', counted: [[1, 1, 0]] });
    }, 240_000);
    afterAll(async () => {
      await stage?.close();
      await sample?.bitbucket.close();
      await removeAll(server());
    });

    it('is of a project that the hub made for its repository, and limited to its folder', async () => {
      expect(made).toEqual({
        project: expect.objectContaining({ key: project, name: 'Ledger by import', visibility: 'private' }),
        branches: [expect.objectContaining({ name: 'main', isMain: true })],
        inclusions: [`${folder}/**/*`],
      });
      // Again nothing is made.
      expect(await importRepository(stage, sample)).toMatchObject({ already: true, binding: { reportKey } });
    });

    const mergeCheck = async () =>
      (
        await ask(sample.bitbucket, 'api/latest/projects/PAY/repos/ledger/pull-requests/1/merge', {
          token: sample.bot,
        })
      ).body as { canMerge: boolean };
    const shown = async (): Promise<string[]> => {
      const pull = sample.repository.pullRequests.find(({ id }) => id === 1);
      if (pull === undefined) throw new Error('there is no pull request');
      const reports = await sample.bitbucket.state.shownReports(pull);
      return reports.flatMap(({ annotations }) => annotations.map(({ path, line }) => `${path}:${line}`)).sort();
    };
    const lying = () => sample.repository.reports.get(head('feature'))?.get(reportKey);

    it('fails by its companion, with annotations on exactly the changed lines that smell anew', async () => {
      const { repository, bitbucket } = sample;
      await bitbucket.state.push(repository, {
        branch: 'feature',
        from: 'main',
        files: withDeletions(firstTree, changedTree),
      });
      const to = { repository, branch: 'main' };
      await bitbucket.state.openPullRequest({ title: 'f', from: { repository, branch: 'feature' }, to });
      await stage.sync(stage.bitbucket);
      expect((await mergeCheck()).canMerge).toBe(false);
      const key = await keyFor(1);
      expect(key).toBe(`${project}:pr-1`);
      await scan(key, head('feature'), changedTree);
      await stage.sync(stage.sonarqube);
      const diff = await repository.git.text(['diff', '-U0', '-M', `${base}...${head('feature')}`]);
      const { lines, files } = newSmells(diff, firstTree);
      expect(files).toBeGreaterThanOrEqual(20);
      expect(lines.length).toBeGreaterThan(10);
      expect(await shown()).toEqual(lines);
      expect(lying()).toMatchObject({
        result: 'FAIL',
        // The scanner names the project by its key.
        title: `SonarQube quality gate (Plumbline) - ${project}`,
        reporter: 'Plumbline',
      });
      expect(lying()?.details).toContain(`the merge base ${base.slice(0, 10)}`);
      // What the server says of single lines was read.
      expect(lying()?.data).toEqual(
        expect.arrayContaining([expect.objectContaining({ title: 'Duplication on new code', type: 'PERCENTAGE' })]),
      );
      expect((await mergeCheck()).canMerge).toBe(false);
    }, 200_000);

    it('changes no number that people count, with ten companions', async () => {
      const { repository, bitbucket } = sample;
      for (let number = 2; number <= companions; number += 1) {
        const branch = `branch-${number}`;
        await bitbucket.state.push(repository, { branch, from: 'main', files: { [`src/n${number}.txt`]: 'fine\n' } });
        const to = { repository, branch: 'main' };
        await bitbucket.state.openPullRequest({ title: branch, from: { repository, branch }, to });
      }
      await stage.sync(stage.bitbucket);
      for (let number = 2; number <= companions; number += 1) await keyFor(number);
      await stage.sync(stage.sonarqube);
      const rows = await stage.db.query(
        "select name from code_quality.branches where kind = 'companion' and deleted_at is null",
      );
      expect(rows).toHaveLength(companions);
      expect(await numbers()).toEqual(before);
    }, 200_000);

    it('passes after a fix, without a stale annotation, and may be merged', async () => {
      const fixed = fixedTree;
      await sample.bitbucket.state.push(sample.repository, {
        branch: 'feature',
        files: withDeletions(changedTree, fixed),
      });
      await stage.sync(stage.bitbucket);
      expect((await mergeCheck()).canMerge).toBe(false);
      await scan(await keyFor(1), head('feature'), fixed);
      await stage.sync(stage.sonarqube);
      expect(lying()).toMatchObject({ result: 'PASS' });
      expect(await shown()).toEqual([]);
      expect((await mergeCheck()).canMerge).toBe(true);
    }, 200_000);

    it('leaves nothing behind when it is closed, on the server or in numbers', async () => {
      await stage.db.execute("update repositories.pull_requests set state = 'merged'");
      await deleteCompanions(
        { db: stage.db, connect: connectTo(server()), webhooks: noWebhooks },
        new AbortController().signal,
      );
      for (let number = 1; number <= companions; number += 1) {
        expect(await projectExists(server().admin, `${project}:pr-${number}`)).toBe(false);
      }
      await stage.sync(stage.sonarqube);
      expect(await numbers()).toEqual(before);
    }, 200_000);
  });
}

/** Files of a push: what is not in the tree any more goes. */
const withDeletions = (from: Tree, to: Tree): Record<string, string | null> => ({
  ...Object.fromEntries(Object.keys(from).map((path) => [path, null])),
  ...to,
});

const noWebhooks = { follow: async () => undefined, forget: async () => undefined };

/** As the hub calls the server. */
const connectTo =
  ({ url, tokens }: RealServer): Parameters<typeof deleteCompanions>[0]['connect'] =>
  (_, signal, use) =>
    use({
      connector: connector as unknown as Connector,
      integration: {} as never,
      context: {
        settings: Settings.parse({ url }),
        secrets: Secrets.parse({ apiToken: tokens.user }),
        http: createOutbound({ configuredHost: new URL(url).hostname, loopbackAllowed: true }),
        log: silentLog,
        signal,
        now: () => new Date(),
      },
    });

async function removeAll({ admin }: RealServer): Promise<void> {
  const keys = [project, ...Array.from({ length: companions }, (_, index) => `${project}:pr-${index + 1}`)];
  for (const key of keys) if (await projectExists(admin, key)) await deleteProject(admin, key);
}
