import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PullRequest } from './model.ts';
import { ask, exceptionOf, lines, type Sample, startSample } from './testing.ts';
import type { Told } from '../wire/told.ts';

const key = 'com.sonarsource.sonarqube';
const place = 'projects/PAY/repos/ledger';
let sample: Sample;
let pull: PullRequest;
let head: string;
let report: string;

/** As `bot`, who may only read. */
const asBot = (path: string, method = 'GET', body?: unknown): Promise<Told> =>
  ask(sample.bitbucket, path, { method, token: sample.bot, body });
const asAda = (path: string, method = 'GET', body?: unknown): Promise<Told> =>
  ask(sample.bitbucket, path, { method, token: sample.ada, body });
const put = (body: object, name = key): Promise<Told> =>
  asBot(`insights/1.0/${place}/commits/${head}/reports/${name}`, 'PUT', { title: 'SonarQube', data: [], ...body });
const annotate = (annotations: unknown): Promise<Told> => asBot(`${report}/annotations`, 'POST', { annotations });
const stored = async (): Promise<unknown[]> => (await asBot(`${report}/annotations`)).body.annotations;
const note = (more: object = {}) => ({ message: 'm', severity: 'LOW', path: 'src/a.ts', line: 5, ...more });
const vetoes = async (): Promise<string[]> =>
  (await asBot(`api/1.0/${place}/pull-requests/1/merge`)).body.vetoes.map(
    (one: { detailedMessage: string }) => one.detailedMessage,
  );

beforeEach(async () => {
  sample = await startSample();
  const { state } = sample.bitbucket;
  head = await state.push(sample.repository, {
    branch: 'feature',
    from: 'main',
    files: { 'src/a.ts': lines(20, { 5: 'five', 9: 'nine' }), 'src/new.ts': 'one\ntwo\n' },
  });
  pull = await state.openPullRequest({
    title: 'Five',
    from: { repository: sample.repository, branch: 'feature' },
    to: { repository: sample.repository, branch: 'main' },
  });
  report = `insights/1.0/${place}/commits/${head}/reports/${key}`;
});
afterEach(() => sample.bitbucket.close());

describe('a report', () => {
  it('is stored as it was sent, replaced whole, and forgotten with its annotations', async () => {
    const body = {
      reporter: 'SonarQube',
      result: 'fail',
      details: 'a\nb',
      link: 'https://sonar.example.com/x',
      unknown: 1,
    };
    const data = [
      { title: 'Plain', value: 3 },
      { title: 'Yes', type: 'BOOLEAN', value: true },
      { title: 'When', type: 'DATE', value: 1_767_229_200_000 },
      { title: 'How long', type: 'duration', value: 5 },
      { title: 'Where', type: 'LINK', value: { linktext: 'Open', href: 'https://example.com' } },
      { title: 'Much', type: 'PERCENTAGE', value: 61.2 },
    ];
    const made = await put({ ...body, data });
    expect(made.status).toBe(200);
    expect(made.body).toMatchObject({
      key,
      title: 'SonarQube',
      result: 'FAIL',
      createdDate: sample.bitbucket.world.now().getTime(),
      details: 'a\nb',
    });
    expect(made.body.data.map(({ type }: { type?: string }) => type)).toEqual([
      undefined,
      'BOOLEAN',
      'DATE',
      'DURATION',
      'LINK',
      'PERCENTAGE',
    ]);
    expect(made.body.unknown).toBeUndefined();
    await annotate([note()]);
    const again = await put({ result: 'PASS', createdDate: 5 });
    expect(again.body).toEqual({ key, title: 'SonarQube', data: [], result: 'PASS', createdDate: 5 });
    expect(await stored()).toHaveLength(1);
    expect((await asBot(`insights/latest/${place}/commits/${head}/reports`)).body.values).toEqual([again.body]);
    expect((await asBot(report, 'DELETE')).status).toBe(204);
    expect((await asBot(report)).status).toBe(404);
    expect((await asBot(`${report}/annotations`)).status).toBe(404);
    await put({});
    expect(await stored()).toEqual([]);
  });

  it.each([
    ['key', {}, 'k'.repeat(51)],
    ['title', { title: '' }],
    ['title', { title: 't'.repeat(451) }],
    ['details', { details: 'd'.repeat(2001) }],
    ['reporter', { reporter: 'r'.repeat(451) }],
    ['result', { result: 'PASSED' }],
    ['link', { link: 'sonar.example.com' }],
    ['logoUrl', { logoUrl: 'ftp://example.com/l.png' }],
    ['createdDate', { createdDate: 'today' }],
    ['data', { data: Array.from({ length: 7 }, () => ({ title: 't', value: 1 })) }],
    ['data.value', { data: [{ title: 't', type: 'PERCENTAGE', value: 101 }] }],
    ['data.value', { data: [{ title: 't', type: 'NUMBER', value: '3' }] }],
    ['data.value', { data: [{ title: 't', type: 'LINK', value: { text: 'Open', href: 'https://example.com' } }] }],
    ['data.type', { data: [{ title: 't', type: 'COLOUR', value: 1 }] }],
    ['data.title', { data: [{ value: 1 }] }],
  ])('is refused for its %s', async (context, body, name = key) => {
    const answer = await put(body, name);
    expect([answer.status, answer.body.errors[0].context]).toEqual([400, context]);
    expect((await asBot(report)).status).toBe(404);
  });

  it('may have keys with strange signs, of up to 50 characters', async () => {
    const name = `org:app~x/${'k'.repeat(40)}`;
    expect((await put({}, encodeURIComponent(name))).body.key).toBe(name);
  });

  it('may leave out its data, unless the server is strict', async () => {
    expect((await put({ data: undefined })).status).toBe(200);
    sample.bitbucket.world.strictReports = true;
    expect((await put({ data: undefined })).body.errors[0].context).toBe('data');
  });

  it('belongs to who wrote it: others may not replace it, administrators may only delete it', async () => {
    await put({});
    expect(exceptionOf(await asAda(report, 'PUT', { title: 'Mine', data: [] }))).toBe('AuthorisationException');
    expect(exceptionOf(await asAda(`${report}/annotations`, 'POST', { annotations: [note()] }))).toBe(
      'AuthorisationException',
    );
    sample.bitbucket.state.addUser({ name: 'eve' });
    sample.bitbucket.state.grant(sample.project, 'eve', 'write');
    const eve = sample.bitbucket.state.addToken({ user: 'eve', permissions: ['REPO_WRITE'] });
    expect((await ask(sample.bitbucket, report, { method: 'DELETE', token: eve })).status).toBe(401);
    expect((await asAda(report, 'DELETE')).status).toBe(204);
    expect((await asAda(report, 'PUT', { title: 'Mine', data: [] })).status).toBe(200);
  });

  it('needs a whole hash, a commit that is there, a repository that takes writes, and 5.15', async () => {
    const at = (commit: string) => `insights/1.0/${place}/commits/${commit}/reports/k`;
    const body = { title: 't', data: [] };
    expect((await asBot(at(head.slice(0, 12)), 'PUT', body)).status).toBe(400);
    expect(exceptionOf(await asBot(at('b'.repeat(40)), 'PUT', body))).toBe('NoSuchCommitException');
    sample.bitbucket.state.archive(sample.repository);
    expect((await put({})).status).toBe(409);
    const old = await startSample({ version: '5.14' });
    try {
      const answer = await ask(old.bitbucket, `insights/1.0/${place}/commits/${old.first}/reports`, { token: old.bot });
      expect([answer.status, answer.body.errors]).toEqual([404, undefined]);
    } finally {
      await old.bitbucket.close();
    }
  });
});

describe('annotations', () => {
  beforeEach(() => put({ result: 'FAIL' }));

  it.each([
    ['annotations', []],
    ['annotations', undefined],
    ['message', [note({ message: '' })]],
    ['message', [note(), note({ message: 'm'.repeat(2001) })]],
    ['severity', [note({ severity: 'BLOCKER' })]],
    ['severity', [note({ severity: undefined })]],
    ['type', [note({ type: 'SMELL' })]],
    ['externalId', [note({ externalId: 'e'.repeat(451) })]],
    ['path', [note({ path: '/src/a.ts' })]],
    ['line', [note({ line: -1 })]],
    ['link', [note({ link: 'nowhere' })]],
  ])('are refused all together for one %s', async (context, annotations) => {
    await annotate([note({ externalId: 'before' })]);
    const answer = await annotate(annotations);
    expect([answer.status, answer.body.errors[0].context]).toEqual([400, context]);
    expect(await stored()).toEqual([expect.objectContaining({ externalId: 'before' })]);
  });

  it.each([413, 409, 400] as const)('are refused over the limit, counting what is stored, with %i', async (status) => {
    Object.assign(sample.bitbucket.world, { maxAnnotations: 3, overflowStatus: status });
    expect((await annotate([note(), note()])).status).toBe(204);
    const answer = await annotate([note(), note()]);
    expect([answer.status, exceptionOf(answer)]).toEqual([status, 'AnnotationsLimitExceededException']);
    expect(await stored()).toHaveLength(2);
    expect((await annotate([note()])).status).toBe(204);
  });

  it('keep duplicates, come all at once, and are deleted by id or all', async () => {
    await annotate([
      note({ externalId: 'a' }),
      note({ externalId: 'a' }),
      note({ externalId: 'b', type: 'bug', severity: 'high' }),
    ]);
    expect(await stored()).toHaveLength(3);
    const of = async (query: string) =>
      (await asBot(`insights/1.0/${place}/commits/${head}/annotations?${query}`)).body.annotations.length;
    expect([
      await of('severity=HIGH'),
      await of('type=BUG&type=VULNERABILITY'),
      await of('externalId=a'),
      await of('key=other'),
    ]).toEqual([1, 1, 2, 0]);
    await asBot(`${report}/annotations/b`, 'PUT', note({ message: 'other' }));
    expect(await stored()).toContainEqual(
      expect.objectContaining({ externalId: 'b', message: 'other', severity: 'LOW' }),
    );
    await asBot(`${report}/annotations?externalId=b&externalId=none`, 'DELETE');
    expect(await stored()).toHaveLength(2);
    await asBot(`${report}/annotations`, 'DELETE');
    expect(await stored()).toEqual([]);
  });

  it('are seen on lines that the pull request adds, for its head only', async () => {
    const { state } = sample.bitbucket;
    await annotate([
      note({ externalId: 'changed' }),
      note({ externalId: 'beside', line: 6 }),
      note({ externalId: 'file', line: 0 }),
      note({ externalId: 'elsewhere', path: 'src/other.ts' }),
      note({ externalId: 'new', path: 'src/new.ts', line: 2 }),
      { externalId: 'general', message: 'm', severity: 'LOW' },
    ]);
    const [shown] = await state.shownReports(pull);
    expect(shown?.annotations.map(({ externalId }) => externalId)).toEqual(['changed', 'file', 'new']);
    expect(shown?.general.map(({ externalId }) => externalId)).toEqual(['general']);
    await state.push(sample.repository, { branch: 'feature', files: { 'z.txt': 'z\n' } });
    expect(await state.shownReports(pull)).toEqual([]);
  });
});

describe('what keeps a pull request from being merged', () => {
  it('is a required report that is missing, did not pass or has annotations, told with its key', async () => {
    sample.bitbucket.state.requireReport(sample.repository, { key, forbidden: 'any' });
    expect(await vetoes()).toEqual([`The associated report with the key '${key}' was not created`]);
    await put({ result: 'FAIL' });
    expect(await vetoes()).toEqual([expect.stringContaining('did not pass')]);
    await put({});
    expect(await vetoes()).toEqual([expect.stringContaining(key)]);
    await put({ result: 'PASS' });
    // Also one that no diff shows.
    await annotate([note({ path: 'elsewhere.ts' })]);
    expect(await vetoes()).toEqual([expect.stringContaining('annotations')]);
    const blocked = await asAda(`api/1.0/${place}/pull-requests/1/merge?version=0`, 'POST');
    expect(blocked).toMatchObject({
      status: 409,
      body: { errors: [{ conflicted: false, vetoes: [{ detailedMessage: expect.stringContaining(key) }] }] },
    });
    await asBot(`${report}/annotations`, 'DELETE');
    expect(await vetoes()).toEqual([]);
    await sample.bitbucket.state.push(sample.repository, { branch: 'feature', files: { 'z.txt': 'z\n' } });
    expect(await vetoes()).toEqual([expect.stringContaining('was not created')]);
    expect((await asAda(`api/1.0/${place}/pull-requests/1/merge?version=1`, 'POST')).status).toBe(409);
    expect(pull.state).toBe('OPEN');
  });

  it.each([
    ['none', 'HIGH', 0],
    ['high', 'MEDIUM', 0],
    ['high', 'HIGH', 1],
    ['medium', 'LOW', 0],
    ['medium', 'MEDIUM', 1],
    ['any', 'LOW', 1],
  ] as const)('with %s forbidden, an annotation of %s, counts %i', async (forbidden, severity, count) => {
    sample.bitbucket.state.requireReport(sample.repository, { key, forbidden });
    await put({ result: 'PASS' });
    await annotate([note({ severity })]);
    expect(await vetoes()).toHaveLength(count);
  });

  it('is inherited from the project, unless the repository has rules of its own that are allowed', async () => {
    const { state, world } = sample.bitbucket;
    state.requireReport(sample.project, { key });
    expect(await vetoes()).toHaveLength(1);
    state.requireReport(sample.repository, { key: 'own' });
    expect(await vetoes()).toEqual([expect.stringContaining("'own'")]);
    state.lockRules(sample.project);
    expect(await vetoes()).toEqual([expect.stringContaining(`'${key}'`)]);
    world.language = 'de';
    expect(await vetoes()).toEqual([expect.stringContaining(`'${key}' wurde nicht erstellt`)]);
    const old = await startSample({ version: '7.21' });
    try {
      old.bitbucket.state.requireReport(old.project, { key });
      await old.bitbucket.state.push(old.repository, { branch: 'x', from: 'main', files: { x: 'x' } });
      const repository = old.repository;
      const other = await old.bitbucket.state.openPullRequest({
        title: 'x',
        from: { repository, branch: 'x' },
        to: { repository, branch: 'main' },
      });
      expect(old.bitbucket.state.vetoes(other)).toEqual([]);
    } finally {
      await old.bitbucket.close();
    }
  });

  it('is a required build, by its parent, for the refs that the condition names', async () => {
    const conditions = `required-builds/latest/${place}`;
    const body = { buildParentKeys: ['sonarqube'], refMatcher: { id: 'ANY_REF', type: { id: 'ANY_REF' } } };
    expect((await asBot(`${conditions}/condition`, 'POST', body)).status).toBe(401);
    const made = await asAda(`${conditions}/condition`, 'POST', body);
    expect(made.body).toMatchObject({ refMatcher: { id: 'ANY_REF_MATCHER_ID', type: { id: 'ANY_REF' } } });
    expect((await asBot(`${conditions}/conditions`)).body.values).toEqual([made.body]);
    expect(await vetoes()).toEqual([expect.stringContaining("'sonarqube'")]);
    const builds = `api/1.0/${place}/commits/${head}/builds`;
    const build = { key: 'k', url: 'https://ci.example.com/1', parent: 'sonarqube' };
    await asBot(builds, 'POST', { ...build, state: 'FAILED' });
    expect(await vetoes()).toHaveLength(1);
    await asBot(builds, 'POST', { ...build, state: 'successful' });
    expect(await vetoes()).toEqual([]);
    const branch = {
      ...body,
      buildParentKeys: ['x'],
      refMatcher: { id: 'refs/heads/release', type: { id: 'BRANCH' } },
    };
    await asAda(`${conditions}/condition/${made.body.id}`, 'PUT', branch);
    expect(await vetoes()).toEqual([]);
    expect((await asAda(`${conditions}/condition/999`, 'DELETE')).status).toBe(204);
  });

  it('is a number of successful builds, where the settings ask for it', async () => {
    const name = 'com.atlassian.bitbucket.server.bitbucket-build.requiredBuildsMergeCheck';
    const settings = `api/1.0/${place}/settings/pull-requests`;
    expect((await asBot(settings, 'POST', {})).status).toBe(401);
    await asAda(settings, 'POST', { [name]: { enabled: true, count: 1 } });
    expect((await asBot(settings)).body[name]).toEqual({ enabled: true, count: 1 });
    expect(await vetoes()).toHaveLength(1);
    sample.bitbucket.state.addBuild(head, { key: 'a', state: 'SUCCESSFUL' });
    expect(await vetoes()).toEqual([]);
  });
});

describe('build statuses', () => {
  const status = { key: 'k', state: 'SUCCESSFUL', url: 'https://ci.example.com/1' };

  it('have limits, one for each key, and need a commit that is there', async () => {
    const builds = `api/1.0/${place}/commits/${head}/builds`;
    for (const [field, value] of [
      ['url', `https://ci.example.com/${'u'.repeat(450)}`],
      ['key', 'k'.repeat(256)],
      ['ref', 'main'],
      ['state', 'DONE'],
    ] as const)
      expect((await asBot(builds, 'POST', { ...status, [field]: value })).body.errors[0].context).toBe(field);
    expect((await asBot(builds, 'POST', status)).status).toBe(204);
    expect((await asBot(`${builds}?key=k`)).body).toMatchObject({ key: 'k', state: 'SUCCESSFUL' });
    const none = await asBot(`${builds}?key=other`);
    expect([none.status, exceptionOf(none)]).toEqual([404, undefined]);
    expect((await asBot(`${builds}?key=k`, 'DELETE')).status).toBe(401);
    expect((await asAda(`${builds}?key=k`, 'DELETE')).status).toBe(204);
    expect((await asBot(`api/1.0/${place}/commits/${'c'.repeat(40)}/builds`, 'POST', status)).status).toBe(404);
  });

  it('told the old way belong to any hash, and are counted', async () => {
    const any = 'd'.repeat(40);
    expect((await asBot(`build-status/1.0/commits/${any}`, 'POST', { ...status, state: 'INPROGRESS' })).status).toBe(
      204,
    );
    expect((await asBot(`build-status/1.0/commits/${any}`, 'POST', { ...status, state: 'CANCELLED' })).status).toBe(
      400,
    );
    expect((await asBot(`build-status/1.0/commits/${any}`)).body.values).toMatchObject([
      { key: 'k', state: 'INPROGRESS' },
    ]);
    expect((await asBot(`build-status/1.0/commits/stats/${any}`)).body).toMatchObject({
      successful: 0,
      inProgress: 1,
      failed: 0,
    });
  });
});
