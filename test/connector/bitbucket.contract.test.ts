import { afterEach, describe, expect, it } from 'vitest';
import type { BitbucketSimulatorOptions } from '../../lab/simulators/bitbucket-server/index.ts';
import { lines, type Sample, startSample } from '../../lab/simulators/bitbucket-server/testing.ts';
import { bitbucketServer } from '../../src/connectors/bitbucket-server/index.ts';
import { publishReport, type WantedReport } from '../../src/features/reports/writing/publish-report.ts';
import { bitbucketContext, type BitbucketConnection, checked, readBitbucket, storedOf } from './bitbucket-stage.ts';

let started: Sample[] = [];
afterEach(async () => {
  await Promise.all(started.map(({ bitbucket }) => bitbucket.close()));
  started = [];
});

async function sample(options: BitbucketSimulatorOptions = {}): Promise<Sample & { as: BitbucketConnection }> {
  const one = await startSample(options);
  started.push(one);
  return { ...one, as: { url: one.bitbucket.url, token: one.bot } };
}

const codeReview = (() => {
  if (bitbucketServer.codeReview === undefined) throw new Error('The connector reviews code.');
  return bitbucketServer.codeReview;
})();

const place = { project: 'PAY', repository: 'ledger' };

/** A pull request of a branch into `main`, named like it. */
const from = (repository: Sample['repository'], branch: string) => ({
  title: branch,
  from: { repository, branch },
  to: { repository, branch: 'main' },
});

describe('the checks of a connection', () => {
  it('pass with a token that may read, of every version that has Code Insights', async () => {
    for (const version of ['5.15', '7.21', '8.19', '9.4', '10.2'] as const) {
      const { as } = await sample({ version, contextPath: '/bitbucket' });
      const { outcomes, report } = await checked(as);
      const { tls_trusted: tls, named_projects: projects, ...rest } = outcomes;
      expect([tls, projects]).toEqual(['skipped', 'skipped']);
      expect(new Set(Object.values(rest)), JSON.stringify(rest)).toEqual(new Set(['ok']));
      expect(report.facts['user']).toBe('bot');
      expect(report.capabilities.map(({ name, available }) => [name, available])).toEqual([
        ['repositories', true],
        ['pull_requests', true],
        ['reports', true],
      ]);
    }
  });

  it('stop at a version without Code Insights', async () => {
    const { as } = await sample({ version: '5.14' });
    const { outcomes } = await checked(as);
    expect(outcomes).toMatchObject({ version_supported: 'failed unsupported_version', token_accepted: 'skipped' });
  });

  it('tell a wrong token in each language, also where a server answers it as nobody', async () => {
    for (const options of [{ language: 'en' }, { language: 'de' }, { badTokens: 'anonymous' }] as const) {
      const { as } = await sample(options);
      const { outcomes } = await checked({ ...as, token: 'BBDC-wrong' });
      expect(outcomes, JSON.stringify(options)).toMatchObject({
        code_insights: 'ok',
        token_accepted: 'failed invalid_credentials',
        list_repositories: 'skipped',
      });
    }
  });

  it('know a server that is not ready, and a wrong path', async () => {
    const starting = await sample({ status: 'STARTING' });
    expect((await checked(starting.as)).outcomes).toMatchObject({ is_bitbucket: 'failed server_not_ready' });
    const { bitbucket, as } = await sample({ contextPath: '/bitbucket' });
    const elsewhere = { ...as, url: bitbucket.url.replace('/bitbucket', '/git') };
    expect((await checked(elsewhere)).outcomes['is_bitbucket']).toMatch(
      /^failed (not_a_bitbucket_server|endpoint_unavailable)$/,
    );
  });

  it('name the project that is not there, with what was most likely meant', async () => {
    const { as } = await sample();
    const { report } = await checked({ ...as, settings: { projects: 'pay, Payments' } });
    const check = report.checks.find(({ name }) => name === 'named_projects');
    expect([check?.outcome, check?.code]).toEqual(['failed', 'bitbucket_project_not_found']);
    expect(check?.suggestions).toEqual([{ field: 'projects', entered: 'Payments', instead: 'PAY' }]);
  });
});

describe('repositories', () => {
  it('are all that the token sees, over every kind of page', async () => {
    const { bitbucket, project, as } = await sample({ gaps: { every: 40, hidden: 3, emptyPages: true } });
    for (let at = 0; at < 130; at += 1) await bitbucket.state.addRepository({ project, name: `repo ${at}` });
    const hidden = bitbucket.state.addProject({ key: 'SECRET', name: 'Secret' });
    await bitbucket.state.addRepository({ project: hidden, name: 'hidden' });
    const { repositories, slices, complete } = await readBitbucket(as, 'discovery');
    expect(repositories.map(({ slug }) => slug).toSorted()).toEqual(
      ['ledger', ...Array.from({ length: 130 }, (_, at) => `repo-${at}`)].toSorted(),
    );
    expect(slices.toSorted()).toEqual(repositories.map(({ slug }) => `repository:PAY/${slug}`).toSorted());
    expect(complete).toMatchObject({ proof: 'key_set', absenceTrusted: true, sourceCount: 131 });
  });

  it('of named projects, whatever the case; one that is not there is told', async () => {
    const { as } = await sample();
    const { repositories, complete } = await readBitbucket({ ...as, settings: { projects: 'pay,GONE' } }, 'discovery');
    expect(repositories.map(({ project, slug }) => `${project}/${slug}`)).toEqual(['PAY/ledger']);
    expect(complete.unmatched).toEqual({ code: 'bitbucket_project_not_found', names: ['GONE'] });
  });

  it('prove nothing where a token that is not accepted is answered as nobody', async () => {
    const { as } = await sample({ badTokens: 'anonymous' });
    await expect(readBitbucket({ ...as, token: 'BBDC-revoked' }, 'discovery')).rejects.toMatchObject({
      code: 'invalid_credentials',
    });
  });

  it('keep their number through a rename, and are found under the old name', async () => {
    const { bitbucket, repository, as } = await sample();
    const before = (await readBitbucket(as, 'discovery')).repositories[0];
    bitbucket.state.move(repository, { name: 'General Ledger' });
    const after = (await readBitbucket(as, 'discovery')).repositories[0];
    expect([before?.slug, after?.slug, after?.id]).toEqual(['ledger', 'general-ledger', before?.id]);
    const found = await codeReview.repository(bitbucketContext(as), place);
    expect(found).toEqual({ id: after?.id, project: 'PAY', repository: 'general-ledger' });
  });

  it('say how they are cloned without naming a user', async () => {
    const { as } = await sample();
    const [record] = (await readBitbucket(as, 'discovery')).repositories;
    expect(record?.cloneUrls.some((url) => url.endsWith('/scm/pay/ledger.git'))).toBe(true);
    expect(record?.cloneUrls.join(' ')).not.toMatch(/\/\/[^/]*:[^/]*@/);
  });
});

describe('pull requests', () => {
  async function withThree() {
    const one = await sample();
    const { state } = one.bitbucket;
    const open = async (branch: string) => {
      await state.push(one.repository, { branch, from: 'main', files: { [`src/${branch}.ts`]: lines(3) } });
      return state.openPullRequest(from(one.repository, branch));
    };
    const pulls = [await open('one'), await open('two'), await open('three')] as const;
    return { ...one, state, pulls };
  }

  it('are read whole at first, and then only what is new, changed or closed', async () => {
    const { as, state, pulls, repository, bitbucket } = await withThree();
    const first = await readBitbucket(as, 'repository:PAY/ledger');
    expect([...first.pullRequests.values()].map(({ title, state: now }) => [title, now])).toEqual(
      expect.arrayContaining([
        ['one', 'open'],
        ['two', 'open'],
        ['three', 'open'],
      ]),
    );
    await state.merge(pulls[0]);
    state.decline(pulls[1]);
    const head = await state.push(repository, { branch: 'three', files: { 'src/three.ts': lines(4) } });
    const second = await readBitbucket(as, 'repository:PAY/ledger', storedOf(first));
    const byTitle = new Map([...second.pullRequests.values()].map((one) => [one.title, one]));
    expect([byTitle.get('one')?.state, byTitle.get('two')?.state]).toEqual(['merged', 'declined']);
    expect(byTitle.get('one')?.mergeCommit).toMatch(/^[0-9a-f]{40}$/);
    expect(byTitle.get('three')?.head).toBe(head);
    const asked = bitbucket.journal.entries.length;
    const third = await readBitbucket(
      as,
      'repository:PAY/ledger',
      storedOf({
        pullRequests: new Map([...first.pullRequests, ...second.pullRequests]),
      }),
    );
    expect([...third.pullRequests.values()].map(({ title }) => title)).toEqual(['three']);
    expect(bitbucket.journal.entries.length - asked).toBe(1);
  });

  it('beyond one page: those that are open are asked for, too, and an old one that was closed is seen', async () => {
    const { as, repository, bitbucket } = await sample();
    const { state } = bitbucket;
    await state.push(repository, { branch: 'one', from: 'main', files: { one: '1' } });
    const one = await state.openPullRequest(from(repository, 'one'));
    // What git knows of them is not asked for.
    for (let id = 2; id <= 103; id += 1) repository.pullRequests.push({ ...one, id, title: `t${id}` });
    const first = await readBitbucket(as, 'repository:PAY/ledger');
    expect(first.pullRequests.size).toBe(103);
    const asked = bitbucket.journal.entries.length;
    const second = await readBitbucket(as, 'repository:PAY/ledger', storedOf(first));
    expect(second.complete).toMatchObject({ proof: 'key_set', gone: [] });
    // A page of any state, and two of those that are open.
    expect(bitbucket.journal.entries.length - asked).toBe(3);
    state.decline(one);
    const third = await readBitbucket(as, 'repository:PAY/ledger', storedOf(first));
    expect(third.pullRequests.get('1')?.state).toBe('declined');
  });

  it('that were deleted are told as gone', async () => {
    const { as, state, pulls } = await withThree();
    const first = await readBitbucket(as, 'repository:PAY/ledger');
    state.deletePullRequest(pulls[1]);
    const { complete } = await readBitbucket(as, 'repository:PAY/ledger', storedOf(first));
    const two = [...first.pullRequests.values()].find(({ title }) => title === 'two');
    expect(complete).toMatchObject({ coverage: 'changes', gone: [two?.id] });
  });
});

describe('the diff of a pull request', () => {
  it('names added, changed, moved and deleted files with their lines', async () => {
    const { as, bitbucket, repository } = await sample();
    const { state } = bitbucket;
    await state.push(repository, { branch: 'main', files: { 'old.ts': lines(12), 'gone.ts': lines(2) } });
    await state.push(repository, {
      branch: 'feature',
      from: 'main',
      moves: { 'old.ts': 'lib/new.ts' },
      files: { 'src/a.ts': lines(20, { 3: 'other', 4: 'again' }), 'gone.ts': null, 'added.ts': 'new\nnewer\n' },
    });
    const { id } = await state.openPullRequest(from(repository, 'feature'));
    const { files, truncated } = await codeReview.diff(bitbucketContext(as), place, String(id));
    expect(truncated).toBe(false);
    expect(files.toSorted((a, b) => (a.path ?? '').localeCompare(b.path ?? ''))).toEqual([
      { path: null, oldPath: 'gone.ts', hunks: [{ oldLine: 1, oldSpan: 2, newLine: 0, newSpan: 0 }] },
      { path: 'added.ts', oldPath: null, hunks: [{ oldLine: 0, oldSpan: 0, newLine: 1, newSpan: 2 }] },
      { path: 'lib/new.ts', oldPath: 'old.ts', hunks: [] },
      { path: 'src/a.ts', oldPath: 'src/a.ts', hunks: [{ oldLine: 3, oldSpan: 2, newLine: 3, newSpan: 2 }] },
    ]);
  });
});

describe('a report on a commit', () => {
  const key = 'com.sonarsource.sonarqube';
  const wanted = (result: 'PASS' | 'FAIL', count: number): WantedReport => ({
    report: (shown, problem) => ({
      title: 'SonarQube',
      reporter: 'SonarQube',
      result: problem === undefined ? result : 'FAIL',
      details: `Shown ${shown}`,
      link: 'https://sonar.example.com/dashboard?id=k',
      createdDate: 1_767_229_200_000,
      data: [{ title: 'New issues', type: 'NUMBER', value: count }],
    }),
    annotations: Array.from({ length: count }, (_, at) => ({
      externalId: `AZ-${at}`,
      path: 'src/a.ts',
      line: 3,
      severity: 'HIGH',
      type: 'VULNERABILITY',
      message: `Finding ${at}`,
      link: 'https://sonar.example.com/x',
    })),
  });

  async function withHead(options: BitbucketSimulatorOptions = {}) {
    const one = await sample({ strictReports: true, strictXsrf: true, ...options });
    const { state } = one.bitbucket;
    const commit = await state.push(one.repository, {
      branch: 'feature',
      from: 'main',
      files: { 'src/a.ts': lines(20, { 3: 'changed' }) },
    });
    const pull = await state.openPullRequest(from(one.repository, 'feature'));
    const at = { ...place, commit, key };
    const publish = (report: WantedReport, token = one.bot) =>
      publishReport(codeReview.reportWriter(bitbucketContext({ ...one.as, token }), at), report);
    return { ...one, state, commit, pull, at, publish };
  }

  it('is shown with its annotations, and opens the merge once it passes without any', async () => {
    const { state, repository, pull, publish, as } = await withHead();
    state.requireReport(repository, { key, forbidden: 'any' });
    const check = () => codeReview.mergeCheck(bitbucketContext(as), place, '1');
    expect((await check())?.vetoes.join(' ')).toContain(key);
    expect(await publish(wanted('FAIL', 300))).toBe(300);
    const [shown] = await state.shownReports(pull);
    expect([shown?.report.result, shown?.annotations.length]).toEqual(['FAIL', 300]);
    expect((await check())?.canMerge).toBe(false);
    await publish(wanted('PASS', 0));
    expect((await state.shownReports(pull))[0]).toMatchObject({ report: { result: 'PASS' }, annotations: [] });
    expect(await check()).toEqual({ canMerge: true, vetoes: [] });
    state.decline(pull);
    expect(await check()).toBeNull();
  });

  it.each([400, 409, 413] as const)(
    'has as many annotations as the server stores, refused with %i',
    async (overflowStatus) => {
      const { publish, repository, commit } = await withHead({ maxAnnotations: 300, overflowStatus });
      expect(await publish(wanted('FAIL', 1_000))).toBe(300);
      const stored = repository.reports.get(commit)?.get(key);
      expect([stored?.annotations.length, stored?.details]).toEqual([300, 'Shown 300']);
    },
  );

  it('that somebody else wrote is left alone, and told', async () => {
    const { publish, ada, at, as, repository, commit } = await withHead();
    await publish(wanted('PASS', 0), ada);
    await expect(publish(wanted('FAIL', 1))).rejects.toMatchObject({ code: 'bitbucket_report_not_ours' });
    expect(repository.reports.get(commit)?.get(key)?.result).toBe('PASS');
    expect(await codeReview.storedReport(bitbucketContext(as), at)).toEqual({
      reporter: 'SonarQube',
      link: 'https://sonar.example.com/dashboard?id=k',
    });
    expect(await codeReview.storedReport(bitbucketContext(as), { ...at, key: 'other' })).toBeNull();
  });

  it('needs a commit that the server knows: of a fork only once its changes were read', async () => {
    const { state, repository, as, project } = await withHead();
    state.addUser({ name: 'fay', displayName: 'Fay', password: 'fay-pw' });
    state.grant(project, 'fay', 'read');
    const fork = await state.fork(repository, 'fay');
    const commit = await state.push(fork, {
      branch: 'theirs',
      from: 'main',
      files: { 'src/f.ts': lines(2) },
      by: 'fay',
    });
    const { id } = await state.openPullRequest({
      title: 'theirs',
      from: { repository: fork, branch: 'theirs' },
      to: { repository, branch: 'main' },
      author: 'fay',
    });
    const writer = codeReview.reportWriter(bitbucketContext(as), { ...place, commit, key });
    await expect(publishReport(writer, wanted('FAIL', 1))).rejects.toMatchObject({
      code: 'bitbucket_commit_not_found',
    });
    await codeReview.makeHeadKnown(bitbucketContext(as), place, String(id));
    expect(await publishReport(writer, wanted('FAIL', 1))).toBe(1);
  });

  it('is not written under an old name of the repository: it says that it moved', async () => {
    const { state, repository, publish } = await withHead();
    state.move(repository, { name: 'moved' });
    await expect(publish(wanted('FAIL', 1))).rejects.toMatchObject({ code: 'bitbucket_repository_moved' });
  });

  it('tells no token, whatever fails', async () => {
    const { state, publish, bot } = await withHead();
    state.revokeToken(bot);
    const failure: unknown = await publish(wanted('FAIL', 1)).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'invalid_credentials' });
    expect(JSON.stringify([failure, (failure as Error).message, (failure as Error).stack])).not.toContain(bot);
  });
});

async function everyWebhookCall(context: ReturnType<typeof bitbucketContext>): Promise<void> {
  const own = bitbucketServer.ownWebhooks;
  if (own === undefined) throw new Error('The connector sets up webhooks.');
  await own.reach(context);
  const told = { name: 'plumbline', url: 'https://plumb.example/hooks/bitbucket-server/1', secret: 's3cret-é' };
  for (const [scope, target] of [
    ['project', 'PAY'],
    ['repository', 'PAY/ledger'],
  ] as const) {
    const at = { scope, target, within: null };
    const { key } = await own.create(context, { place: at, ...told });
    expect(await own.list(context, at)).toEqual([{ key, name: told.name, url: told.url, hasSecret: true }]);
    await own.update(context, { key, ...told, name: 'renamed' });
    await own.delete(context, key);
    await own.delete(context, key);
    expect(await own.list(context, at)).toEqual([]);
  }
}

/** What may be written beside a report, with what happens to it. */
async function everyCallBeside(
  { faults }: Sample['bitbucket'],
  context: ReturnType<typeof bitbucketContext>,
  { id, at }: { id: number; at: typeof place & { commit: string } },
): Promise<void> {
  const status = {
    key: 'k',
    parent: 'k',
    state: 'FAILED',
    name: 'n',
    description: 'd',
    url: 'https://s',
    ref: null,
  } as const;
  await codeReview.setBuildStatus(context, at, status);
  faults.add({
    match: { path: `rest/api/1.0/projects/PAY/repos/ledger/commits/${at.commit}/builds` },
    kind: { type: 'status', status: 404, body: '{}', contentType: 'application/json' },
  });
  await codeReview.setBuildStatus(context, at, status);
  const { comments } = codeReview;
  const comment = await comments.add(context, place, String(id), 'm');
  await comments.find(context, place, String(id), 'm');
  await comments.change(context, place, String(id), { ...comment, text: 'n' });
  await comments.change(context, place, String(id), { ...comment, text: 'o' });
}

it('every call is declared', async () => {
  const { bitbucket, as, repository, ada } = await sample();
  await bitbucket.state.push(repository, { branch: 'x', from: 'main', files: { x: 'x' } });
  const { id } = await bitbucket.state.openPullRequest(from(repository, 'x'));
  await checked({ ...as, settings: { projects: 'PAY,NONE' } });
  await checked(as);
  await readBitbucket(as, 'discovery');
  await readBitbucket({ ...as, settings: { projects: 'PAY' } }, 'discovery');
  await readBitbucket(as, 'repository:PAY/ledger', {
    async *rows() {
      yield [{ key: '99', status: 'open' }];
    },
  });
  await bitbucket.state.push(repository, { branch: 'main', files: { CODEOWNERS: '* @ada' } });
  await readBitbucket(as, 'repository:PAY/ledger', { facts: { owners: true } });
  const context = bitbucketContext(as);
  await codeReview.repository(context, place);
  const { codeImport } = bitbucketServer;
  await codeImport?.repository(context, place);
  bitbucket.faults.add({
    match: { path: 'rest/api/1.0/projects/PAY/repos/ledger/default-branch' },
    kind: { type: 'status', status: 404, body: '{}', contentType: 'application/json' },
  });
  await codeImport?.repository(context, place);
  await codeReview.makeHeadKnown(context, place, String(id));
  await codeReview.diff(context, place, String(id));
  const [one = '', other = ''] = ['refs/heads/x', 'refs/heads/main'].map((ref) => repository.git.refs.get(ref));
  await codeReview.mergeBase(context, place, { one, other });
  await codeReview.mergeCheck(context, place, String(id));
  const at = { ...place, commit: repository.git.refs.get('refs/heads/x') ?? '', key: 'k' };
  await publishReport(codeReview.reportWriter(context, at), {
    report: () => ({
      title: 't',
      reporter: 'r',
      result: 'FAIL',
      details: '',
      link: 'https://s',
      createdDate: 1,
      data: [],
    }),
    annotations: [{ externalId: '1', severity: 'LOW', type: 'BUG', message: 'm', link: 'https://s' }],
  });
  await codeReview.storedReport(context, at);
  await everyCallBeside(bitbucket, context, { id, at });
  await everyWebhookCall(bitbucketContext({ ...as, token: ada }));
  const patterns = bitbucketServer.endpoints.map(({ method, path }) => ({
    name: `${method} ${path}`,
    matches: new RegExp(`^${path.replace(/[.]/g, '\\.').replace(/<[^>]+>/g, '[^/]+')}$`),
    method,
  }));
  const asked = bitbucket.journal.entries.map(({ method, url }) => ({
    method,
    path: new URL(url, 'http://x').pathname.slice(1),
  }));
  const declared = (call: { method: string; path: string }): string | undefined =>
    patterns.find(({ method, matches }) => method === call.method && matches.test(call.path))?.name;
  expect(asked.filter((call) => declared(call) === undefined)).toEqual([]);
  const called = new Set(asked.map(declared));
  expect(patterns.map(({ name }) => name).filter((name) => !called.has(name))).toEqual([]);
});
