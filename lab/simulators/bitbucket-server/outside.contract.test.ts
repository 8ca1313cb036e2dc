import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, type TestContext } from 'vitest';
import type { PullRequest } from './model.ts';
import { installed, type OutsideProgram, type Ran, run } from '../outside/install.ts';
import { danger, pythonClients, reviewdog } from './outside/programs.ts';
import { lines, type Sample, startSample } from './testing.ts';

/**
 * Programs made for real servers do their whole round here, unmodified: what the simulator gets wrong, they trip over.
 * One that cannot be installed is skipped with the reason.
 */
let sample: Sample;
let pull: PullRequest;
let head: string;
let folder: string;

beforeEach(async () => {
  sample = await startSample({ contextPath: '/bb' });
  const { state } = sample.bitbucket;
  head = await state.push(sample.repository, {
    branch: 'feature',
    from: 'main',
    files: { 'src/a.ts': lines(20, { 5: 'five' }) },
  });
  const at = (branch: string) => ({ repository: sample.repository, branch });
  pull = await state.openPullRequest({ title: 'Add refunds', from: at('feature'), to: at('main') });
  folder = await mkdtemp(join(tmpdir(), 'plumbline-outside-'));
});
afterEach(async () => {
  await sample.bitbucket.close();
  await rm(folder, { recursive: true });
});

async function home(program: OutsideProgram, { skip }: TestContext): Promise<string> {
  const found = await installed(program);
  if ('directory' in found) return found.directory;
  process.stderr.write(`Skipped: ${found.reason}\n`);
  return skip(found.reason);
}

const call = (...command: [string, ...string[]]): Promise<Ran> => run(command, { directory: folder });
const reports = () => [...(sample.repository.reports.get(head)?.values() ?? [])];
const asked = (): string[] => sample.bitbucket.journal.endpoints();
const done = ({ code, output }: Ran): void =>
  expect({ code, output: code === 0 ? '' : output }).toEqual({ code: 0, output: '' });

// A first run installs them.
describe('programs from outside', { timeout: 900_000 }, () => {
  it('bitbucket-code-insight-reporter writes its report, with a member that nobody knows and without data', async (context) => {
    const bin = join(await home(pythonClients, context), 'venv/bin/code_insight_reporter');
    await writeFile(join(folder, 'log.txt'), `${folder}/src/a.ts:5:9: warning: variable is never used [unused-var]\n`);
    done(
      await call(
        bin,
        'generate',
        '--id',
        'lint.report',
        '--title',
        'Lint',
        '--details',
        '1 warning',
        '--workspace',
        folder,
        '--llvm-logging',
        'log.txt',
        '--output',
        'r.json',
      ),
    );
    done(
      await call(
        bin,
        'report',
        '--bitbucket-server',
        sample.bitbucket.url,
        '--username',
        'bot',
        '--password',
        'bot-pw',
        '--bitbucket-project',
        'PAY',
        '--repository-slug',
        'ledger',
        '--commit-hash',
        head,
        '--report-file',
        'r.json',
      ),
    );
    expect(reports()).toMatchObject([
      { key: 'lint.report', title: 'Lint', data: [], annotations: [{ path: 'src/a.ts', line: 5, severity: 'MEDIUM' }] },
    ]);
    sample.bitbucket.journal.expectNoUnexpected();
  });

  it('atlassian-python-api reads, reports, asks for the merge and makes a webhook', async (context) => {
    const python = join(await home(pythonClients, context), 'venv/bin/python');
    await writeFile(join(folder, 'round.py'), generalRound);
    done(await call(python, 'round.py', sample.bitbucket.url, sample.ada, head));
    expect(asked()).toContain('GET rest/api/1.0/projects/PAY/repos/ledger/pull-requests/1/merge');
    expect(sample.repository.webhooks).toMatchObject([{ name: 'hub', secret: 's' }]);
    expect(reports()).toEqual([]);
    sample.bitbucket.journal.expectNoUnexpected();
  });

  it('danger comments, in general and at a line, and posts a build status', async (context) => {
    const directory = await home(danger, context);
    await writeFile(join(folder, 'dangerfile.js'), dangerfile);
    const env = {
      DANGER_FAKE_CI: 'YEP',
      DANGER_TEST_REPO: 'projects/PAY/repos/ledger',
      DANGER_TEST_PR: String(pull.id),
      DANGER_BITBUCKETSERVER_HOST: sample.bitbucket.url,
      DANGER_BITBUCKETSERVER_USERNAME: 'bot',
      DANGER_BITBUCKETSERVER_TOKEN: sample.bot,
    };
    await run([join(directory, 'node_modules/.bin/danger'), 'ci'], { directory: folder, env });
    expect(pull.comments.map(({ author: { name }, anchor }) => [name, anchor?.['path'], anchor?.['line']])).toEqual(
      expect.arrayContaining([
        ['bot', undefined, undefined],
        ['bot', 'src/a.ts', 5],
      ]),
    );
    expect(pull.comments.map(({ text }) => text).join('\n')).toContain('changed: src/a.ts in Add refunds');
    expect(sample.bitbucket.world.builds.get(head)).toMatchObject([{ key: 'Danger', state: 'FAILED' }]);
    sample.bitbucket.journal.expectNoUnexpected();
  });

  it('reviewdog’s writer replaces its report and annotates it', async (context) => {
    const writer = join(await home(reviewdog, context), 'writer');
    for (let round = 0; round < 2; round += 1) done(await call(writer, sample.bitbucket.url, sample.bot, head));
    expect(reports()).toMatchObject([
      { key: 'lint-reviewdog', result: 'FAIL', annotations: [{ path: 'src/a.ts', line: 5 }] },
    ]);
    sample.bitbucket.journal.expectNoUnexpected();
  });
});

const dangerfile = `
const { danger, fail, warn, message } = require('danger');
message('hello ' + danger.bitbucket_server.pr.title);
fail('changed: ' + danger.git.modified_files.join(',') + ' in ' + danger.bitbucket_server.pr.title);
warn('inline', 'src/a.ts', 5);
`;

const generalRound = `
import sys
from atlassian import Bitbucket
url, token, head = sys.argv[1:4]
bitbucket = Bitbucket(url=url, token=token)
assert [p['key'] for p in bitbucket.project_list()] == ['PAY']
assert [r['slug'] for r in bitbucket.repo_list('PAY', limit=25)] == ['ledger']
assert bitbucket.get_repo('PAY', 'ledger')['slug'] == 'ledger'
assert bitbucket.get_default_branch('PAY', 'ledger')['displayId'] == 'main'
assert len(list(bitbucket.get_branches('PAY', 'ledger'))) == 2
assert [p['id'] for p in bitbucket.get_pull_requests('PAY', 'ledger')] == [1]
assert bitbucket.get_pull_request('PAY', 'ledger', 1)['fromRef']['latestCommit'] == head
assert len(list(bitbucket.get_pull_requests_changes('PAY', 'ledger', 1))) == 1
report = {'result': 'FAIL', 'details': 'd', 'data': [{'title': 'New', 'type': 'NUMBER', 'value': 3}]}
bitbucket.create_code_insights_report('PAY', 'ledger', head, 'outside.check', 'Outside check', **report)
annotation = {'path': 'src/a.ts', 'line': 5, 'message': 'm', 'severity': 'HIGH', 'type': 'BUG', 'externalId': 'x1'}
bitbucket.add_code_insights_annotations_to_report('PAY', 'ledger', head, 'outside.check', [annotation])
assert bitbucket.get_code_insights_report('PAY', 'ledger', head, 'outside.check')['result'] == 'FAIL'
assert bitbucket.is_pull_request_can_be_merged('PAY', 'ledger', 1)['canMerge'] is True
bitbucket.create_webhook('PAY', 'ledger', 'hub', ['pr:opened'], 'http://127.0.0.1:1/h', True, 's')
bitbucket.delete_code_insights_report('PAY', 'ledger', head, 'outside.check')
`;
