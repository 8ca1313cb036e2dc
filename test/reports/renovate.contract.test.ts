import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { installed, run } from '../../lab/simulators/outside/install.ts';
import { renovate } from '../../lab/simulators/bitbucket-server/outside/programs.ts';
import { type Sample, startSample } from '../../lab/simulators/bitbucket-server/testing.ts';
import { type ReportStage, startReportStage } from './stage.ts';

/*
 * A robot that nobody here wrote merges pull requests by itself, unmodified from its registry. What it waits for is written
 * by the hub alone: no test puts a report there.
 */

const key = 'com.sonarsource.sonarqube';
let stage: ReportStage;
let sample: Sample;
let registry: Server;
let folder: string;
let token: string;
let bitbucket: number;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plumbline-renovate-'));
  registry = createServer((_request, response) => response.setHeader('Content-Type', 'application/json').end(leftPad));
  await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve));
  sample = await startSample({ contextPath: '/bb' });
  const { state, url } = sample.bitbucket;
  const { repository, project } = sample;
  state.addUser({ name: 'robot', displayName: 'Robot', password: 'robot-pw' });
  state.grant(project, 'robot', 'write');
  token = state.addToken({ user: 'robot', permissions: ['PROJECT_WRITE', 'REPO_WRITE'] });
  await state.push(repository, { branch: 'main', files: { 'package.json': packageFile } });
  state.requireReport(repository, { key, forbidden: 'any' });
  stage = await startReportStage();
  bitbucket = await stage.connect('bitbucket', url, sample.bot);
  await stage.sync(bitbucket);
  await stage.bind({ project: await stage.project('ledger', 'Ledger'), repository: 'PAY/ledger' });
});
afterAll(async () => {
  await stage.close();
  await sample.bitbucket.close();
  await new Promise((resolve) => registry.close(resolve));
  await rm(folder, { recursive: true });
});

async function renovated(directory: string): Promise<void> {
  const env = {
    ...environment,
    RENOVATE_ENDPOINT: `${sample.bitbucket.url}/`,
    RENOVATE_PASSWORD: token,
    RENOVATE_CONFIG_FILE: join(directory, 'config.js'),
    RENOVATE_BASE_DIR: folder,
    RENOVATE_NPMRC: `registry=http://127.0.0.1:${(registry.address() as AddressInfo).port}/`,
  };
  const options = { directory: folder, env, limitMs: 300_000 };
  const { code, output } = await run([join(directory, 'node_modules/.bin/renovate'), 'PAY/ledger'], options);
  expect({ code, output: code === 0 ? '' : output }).toEqual({ code: 0, output: '' });
}

/** How each attempt of the robot to merge was answered. */
const merges = (): (number | null)[] =>
  sample.bitbucket.journal.entries
    .filter(({ method, path }) => method === 'POST' && path.endsWith('/merge'))
    .map(({ status }) => status);

it('Renovate is refused while the report of the hub is missing or fails, and merges once the hub says PASS', async ({
  skip,
}) => {
  const found = await installed(renovate);
  if (!('directory' in found)) {
    process.stderr.write(`Skipped: ${found.reason}\n`);
    return skip(found.reason);
  }
  const { directory } = found;
  const { repository } = sample;
  await renovated(directory);
  const [opened] = repository.pullRequests.filter((one) => one.state === 'OPEN');
  if (opened === undefined) throw new Error('No pull request was opened.');
  expect(opened).toMatchObject({ author: { name: 'robot' }, from: { ref: 'refs/heads/renovate/left-pad-1.x' } });
  const { commit } = opened.from;
  sample.bitbucket.state.addBuild(commit, { key: 'ci', state: 'SUCCESSFUL' });
  const number = String(opened.id);
  const lies = () => repository.reports.get(commit)?.get(key);

  await renovated(directory);
  const whileMissing = merges().length;
  expect(lies()).toBeUndefined();
  await stage.sync(bitbucket);
  await stage.analyse({
    pullRequest: number,
    revision: commit,
    at: '2026-03-02T11:01:00.000Z',
    gate: 'ERROR',
    issues: [{ key: 'i1', line: 1, path: 'package.json' }],
  });
  expect(await stage.reports(opened.id)).toMatchObject([{ state: 'published', result: 'FAIL' }]);
  expect(lies()).toMatchObject({ result: 'FAIL', reporter: 'SonarQube' });
  await renovated(directory);
  expect(whileMissing).toBeGreaterThan(0);
  expect(merges().length).toBeGreaterThan(whileMissing);
  expect(new Set(merges())).toEqual(new Set([409]));
  expect(opened.state).toBe('OPEN');

  await stage.analyse({ pullRequest: number, revision: commit, at: '2026-03-02T11:02:00.000Z' });
  expect(await stage.reports(opened.id)).toMatchObject([{ state: 'published', result: 'PASS' }]);
  expect(lies()).toMatchObject({ result: 'PASS', annotations: [] });
  await renovated(directory);
  expect(merges().at(-1)).toBe(200);
  expect(opened.state).toBe('MERGED');
  sample.bitbucket.journal.expectNoUnexpected();
}, 900_000);

const environment = {
  RENOVATE_PLATFORM: 'bitbucket-server',
  RENOVATE_USERNAME: 'robot',
  RENOVATE_ONBOARDING: 'false',
  RENOVATE_REQUIRE_CONFIG: 'optional',
  RENOVATE_FETCH_CHANGE_LOGS: 'off',
  RENOVATE_ENABLED_MANAGERS: '["npm"]',
  RENOVATE_GIT_AUTHOR: 'R <r@example.com>',
  RENOVATE_DEPENDENCY_DASHBOARD: 'false',
};

const packageFile = '{ "name": "ledger", "version": "1.0.0", "dependencies": { "left-pad": "1.1.0" } }\n';
const leftPad = JSON.stringify({
  name: 'left-pad',
  'dist-tags': { latest: '1.3.0' },
  versions: { '1.1.0': { version: '1.1.0' }, '1.3.0': { version: '1.3.0' } },
  time: { '1.1.0': '2016-03-23T00:00:00.000Z', '1.3.0': '2018-04-09T00:00:00.000Z' },
});
