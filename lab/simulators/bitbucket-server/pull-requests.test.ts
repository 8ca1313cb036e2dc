import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PullRequest, Repository } from './model.ts';
import { ask, exceptionOf, lines, type Sample, startSample } from './testing.ts';
import type { Told } from '../wire/told.ts';

const pulls = 'api/1.0/projects/PAY/repos/ledger/pull-requests';
let sample: Sample;
let pull: PullRequest;
/** As who administers. */
const asAda = (path: string, method = 'GET', body?: unknown): Promise<Told> =>
  ask(sample.bitbucket, path, { method, token: sample.ada, body });

const openFrom = (branch: string, repository: Repository = sample.repository): Promise<PullRequest> =>
  sample.bitbucket.state.openPullRequest({
    title: 'Add refunds',
    from: { repository, branch },
    to: { repository: sample.repository, branch: 'main' },
  });

beforeEach(async () => {
  sample = await startSample();
  const { state } = sample.bitbucket;
  await state.push(sample.repository, {
    branch: 'feature',
    from: 'main',
    files: { 'src/a.ts': lines(20, { 5: 'five', 9: 'nine' }) },
  });
  pull = await openFrom('feature');
});
afterEach(() => sample.bitbucket.close());

describe('a pull request', () => {
  it('moves on with its branch: another head, another version, an activity', async () => {
    const head = await sample.bitbucket.state.push(sample.repository, { branch: 'feature', files: { 'b.txt': 'b\n' } });
    const { body } = await asAda(`${pulls}/${pull.id}`);
    expect(body).toMatchObject({
      id: 1,
      version: 1,
      state: 'OPEN',
      open: true,
      fromRef: { id: 'refs/heads/feature', latestCommit: head, repository: { slug: 'ledger' } },
      toRef: { displayId: 'main', latestCommit: sample.first },
      properties: { mergeResult: { outcome: 'CLEAN', current: true } },
      author: { user: { name: 'ada' }, role: 'AUTHOR' },
    });
    const activities = (await asAda(`${pulls}/1/activities`)).body.values;
    expect(activities).toMatchObject([{ action: 'RESCOPED', fromHash: head }, { action: 'OPENED' }]);
    // A rebase is a new head too.
    const rebased = await sample.bitbucket.state.push(sample.repository, {
      branch: 'feature',
      from: 'main',
      files: { 'c.txt': 'c\n' },
    });
    expect((await asAda(`${pulls}/1`)).body).toMatchObject({ version: 2, fromRef: { latestCommit: rebased } });
  });

  it('is found by branch, state, commit and participant', async () => {
    const { bitbucket, repository } = sample;
    const ids = async (query: string): Promise<number[]> =>
      (await asAda(`${pulls}?${query}`)).body.values.map(({ id }: { id: number }) => id);
    await bitbucket.state.push(repository, { branch: 'other', from: 'main', files: { 'o.txt': 'o\n' } });
    const other = await openFrom('other');
    bitbucket.state.decline(other);
    expect(await ids('')).toEqual([1]);
    expect(await ids('state=all&order=oldest')).toEqual([1, 2]);
    expect(await ids('state=ALL&order=newest')).toEqual([2, 1]);
    expect(await ids('direction=outgoing&at=refs/heads/other&state=ALL')).toEqual([2]);
    expect(await ids('at=refs/heads/main')).toEqual([1]);
    expect(await ids('role.1=AUTHOR&username.1=bot&state=ALL')).toEqual([]);
    expect(await ids('role.1=AUTHOR&username.1=ADA')).toEqual([1]);
    const byCommit = await asAda(`api/1.0/projects/PAY/repos/ledger/commits/${pull.from.commit}/pull-requests`);
    expect(byCommit.body.values.map(({ id }: { id: number }) => id)).toEqual([1]);
  });

  it('is opened, changed, declined and deleted by who read it last', async () => {
    const { bitbucket, repository } = sample;
    await bitbucket.state.push(repository, { branch: 'two', from: 'main', files: { 'two.txt': '2\n' } });
    const ref = (id: string) => ({ id, repository: { slug: 'ledger', project: { key: 'PAY' } } });
    const body = {
      title: 'Two',
      fromRef: ref('refs/heads/two'),
      toRef: ref('refs/heads/main'),
      reviewers: [{ user: { name: 'bot' } }],
    };
    const made = await asAda(pulls, 'POST', body);
    expect(made).toMatchObject({
      status: 201,
      body: { id: 2, version: 0, reviewers: [{ user: { name: 'bot' }, status: 'UNAPPROVED' }] },
    });
    expect(exceptionOf(await asAda(pulls, 'POST', body))).toBe('DuplicatePullRequestException');
    expect((await asAda(`${pulls}/2`, 'PUT', { version: 0, title: 'Second' })).body).toMatchObject({
      version: 1,
      title: 'Second',
    });
    expect(exceptionOf(await asAda(`${pulls}/2`, 'PUT', { version: 0, title: 'Late' }))).toBe(
      'PullRequestOutOfDateException',
    );
    expect(exceptionOf(await asAda(`${pulls}/2/decline?version=0`, 'POST', {}))).toBe('PullRequestOutOfDateException');
    expect((await asAda(`${pulls}/2/decline?version=1`, 'POST', {})).body.state).toBe('DECLINED');
    expect(exceptionOf(await asAda(`${pulls}/2/merge?version=2`, 'POST', {}))).toBe('IllegalPullRequestStateException');
    expect((await asAda(`${pulls}/2/merge`)).status).toBe(409);
    expect((await asAda(`${pulls}/2/reopen?version=2`, 'POST', {})).body).toMatchObject({ state: 'OPEN', version: 3 });
    expect((await asAda(`${pulls}/2`, 'DELETE', { version: 3 })).status).toBe(204);
    expect(exceptionOf(await asAda(`${pulls}/2`))).toBe('NoSuchPullRequestException');
  });

  it('is merged with a commit, once, and not while both sides changed the same', async () => {
    const { bitbucket, repository, bot } = sample;
    expect((await ask(bitbucket, `${pulls}/1/merge?version=0`, { method: 'POST', token: bot })).status).toBe(401);
    const merged = await asAda(`${pulls}/1/merge?version=0`, 'POST');
    expect(merged.body).toMatchObject({
      state: 'MERGED',
      closed: true,
      properties: { mergeCommit: { id: repository.git.refs.get('refs/heads/main') } },
    });
    expect(exceptionOf(await asAda(`${pulls}/1/merge?version=1`, 'POST'))).toBe('IllegalPullRequestStateException');
    await bitbucket.state.push(repository, {
      branch: 'clash',
      from: sample.first,
      files: { 'src/a.ts': lines(20, { 5: 'FIVE' }) },
    });
    await openFrom('clash');
    expect((await asAda(`${pulls}/2/merge`)).body).toMatchObject({
      canMerge: false,
      conflicted: true,
      outcome: 'CONFLICTED',
    });
    expect((await asAda(`${pulls}/2/merge?version=0`, 'POST')).body.errors[0]).toMatchObject({
      conflicted: true,
      vetoes: [],
    });
  });

  it('shows what its branch changed since it left the target', async () => {
    const { bitbucket, repository } = sample;
    const files = {
      'src/a.ts': lines(20),
      'bin.dat': Buffer.from([0, 1, 2]),
      'gone.txt': 'x\n',
      'old name.ts': lines(30),
    };
    await bitbucket.state.push(repository, { branch: 'main', files });
    const head = await bitbucket.state.push(repository, {
      branch: 'many',
      from: 'main',
      moves: { 'old name.ts': 'new/näme.ts' },
      files: {
        'gone.txt': null,
        'bin.dat': Buffer.from([0, 9]),
        'src/a.ts': lines(20, { 2: '--two', 3: '+++three' }),
        'new.txt': 'no end',
      },
    });
    await bitbucket.state.push(repository, { branch: 'main', files: { 'unrelated.txt': 'u\n' } });
    await openFrom('many');
    const changes = (await asAda(`${pulls}/2/changes?limit=1000`)).body;
    expect(changes).toMatchObject({ toHash: head, isLastPage: true, size: 5 });
    const told = changes.values.map(
      (one: { type: string; path: { components: string[] }; srcPath?: { toString: string } }) => [
        one.type,
        one.path.components.join('/'),
        one.srcPath?.toString,
      ],
    );
    expect(told.map(([type, path]: string[]) => `${type} ${path}`).toSorted()).toEqual([
      'ADD new.txt',
      'DELETE gone.txt',
      'MODIFY bin.dat',
      'MODIFY src/a.ts',
      'MOVE new/näme.ts',
    ]);
    const { diffs, fromHash } = (await asAda(`${pulls}/2/diff?contextLines=0&withComments=false`)).body;
    expect(fromHash).not.toBe(repository.git.refs.get('refs/heads/main'));
    const named = new Map<
      string,
      { source: unknown; destination: unknown; binary?: boolean; hunks: { segments: unknown[] }[] }
    >(
      diffs.map((diff: { source: { toString: string } | null; destination: { toString: string } | null }) => [
        String(diff.destination?.toString ?? diff.source?.toString),
        diff,
      ]),
    );
    expect(named.get('src/a.ts')?.hunks[0]?.segments).toMatchObject([
      {
        type: 'REMOVED',
        lines: [
          { source: 2, line: 'line 2' },
          { source: 3, line: 'line 3' },
        ],
      },
      {
        type: 'ADDED',
        lines: [
          { destination: 2, line: '--two' },
          { destination: 3, line: '+++three' },
        ],
      },
    ]);
    expect(named.get('new.txt')).toMatchObject({ source: null, hunks: [{ destinationLine: 1, destinationSpan: 1 }] });
    expect(named.get('gone.txt')).toMatchObject({ destination: null });
    expect(named.get('bin.dat')).toMatchObject({ binary: true });
    expect(named.get('new/näme.ts')).toMatchObject({ source: { name: 'old name.ts' }, hunks: [] });
    const one = await asAda(`${pulls}/2/diff/src/a.ts?contextLines=0`);
    expect(one.body.diffs).toHaveLength(1);
    const text = await ask(bitbucket, `${pulls}/2.diff?contextLines=0`, {
      token: sample.ada,
      headers: { Accept: 'text/plain' },
    });
    expect(text.text).toContain('@@ -2,2 +2,2 @@');
    // Capped, and without a place to go on from.
    const cut = (await asAda(`${pulls}/2/changes?limit=2&start=2`)).body;
    expect(cut).toMatchObject({ isLastPage: false, size: 2, start: 0, values: changes.values.slice(0, 2) });
  });
});

describe('a diff that is too long', () => {
  it('says at every level that it was cut, and so do the changes', async () => {
    const { bitbucket, repository } = sample;
    await bitbucket.state.push(repository, { branch: 'feature', files: { 'src/z.ts': lines(8) } });
    Object.assign(bitbucket.world, { maxDiffLines: 6, maxChanges: 1 });
    const { body } = await asAda(`${pulls}/1/diff?contextLines=0`);
    expect(body).toMatchObject({
      truncated: true,
      diffs: [
        { destination: { name: 'a.ts' }, truncated: false },
        {
          destination: { name: 'z.ts' },
          truncated: true,
          hunks: [{ truncated: true, segments: [{ truncated: true }] }],
        },
      ],
    });
    expect(body.diffs[1].hunks[0].segments[0].lines).toHaveLength(2);
    expect((await asAda(`${pulls}/1/changes?limit=1000`)).body).toMatchObject({ size: 1, limit: 1, isLastPage: false });
  });
});

describe('a pull request from a fork', () => {
  it.each(['changes', 'commits'])('has a head that the target learns when somebody reads its %s', async (what) => {
    const { bitbucket, repository } = sample;
    const fork = await bitbucket.state.fork(repository, 'bot');
    const head = await bitbucket.state.push(fork, {
      branch: 'mine',
      from: 'main',
      files: { 'm.txt': 'm\n' },
      by: 'bot',
    });
    await openFrom('mine', fork);
    const commit = `api/1.0/projects/PAY/repos/ledger/commits/${head}`;
    const report = `insights/1.0/projects/PAY/repos/ledger/commits/${head}/reports/k`;
    expect(exceptionOf(await asAda(report, 'PUT', { title: 't', data: [] }))).toBe('NoSuchCommitException');
    // Asking whether it can be merged teaches it nothing.
    expect((await asAda(`${pulls}/2/merge`)).body.canMerge).toBe(true);
    expect(exceptionOf(await asAda(commit))).toBe('NoSuchCommitException');
    expect((await asAda(`${pulls}/2/${what}?limit=1`)).body.values).toHaveLength(1);
    expect((await asAda(commit)).status).toBe(200);
    expect((await asAda(report, 'PUT', { title: 't', data: [] })).status).toBe(200);
    const next = await bitbucket.state.push(fork, { branch: 'mine', files: { 'n.txt': 'n\n' }, by: 'bot' });
    expect((await asAda(`${pulls}/2`)).body).toMatchObject({
      version: 1,
      fromRef: { latestCommit: next, repository: { project: { key: '~bot' } } },
    });
    expect(exceptionOf(await asAda(`api/1.0/projects/PAY/repos/ledger/commits/${next}`))).toBe('NoSuchCommitException');
  });
});

describe('comments', () => {
  const comments = `${pulls}/1/comments`;

  it('have versions, authors and a longest text', async () => {
    const { bitbucket, bot } = sample;
    const made = await ask(bitbucket, comments, { method: 'POST', token: bot, body: { text: 'hello' } });
    expect(made).toMatchObject({
      status: 201,
      body: { version: 0, severity: 'NORMAL', state: 'OPEN', author: { name: 'bot' } },
    });
    const path = `${comments}/${made.body.id}`;
    const put = (body: object, token = bot) => ask(bitbucket, path, { method: 'PUT', token, body });
    expect((await put({ text: 'better', version: 0 })).body).toMatchObject({ text: 'better', version: 1 });
    expect(exceptionOf(await put({ text: 'late', version: 0 }))).toBe('CommentOutOfDateException');
    expect(exceptionOf(await put({ text: 'no version' }))).toBe('CommentOutOfDateException');
    expect(exceptionOf(await put({ text: 'not mine', version: 1 }, sample.ada))).toBe('AuthorisationException');
    expect((await put({ text: 'x'.repeat(32_769), version: 1 })).body.errors[0].context).toBe('text');
    expect((await asAda(comments)).body.errors[0].context).toBe('path');
    const [newest] = (await asAda(`${pulls}/1/activities`)).body.values;
    expect(newest).toMatchObject({ action: 'COMMENTED', commentAction: 'ADDED', comment: { id: made.body.id } });
    await ask(bitbucket, comments, { method: 'POST', token: bot, body: { text: 're', parent: { id: made.body.id } } });
    expect((await ask(bitbucket, `${path}?version=1`, { method: 'DELETE', token: bot })).status).toBe(409);
    bitbucket.state.archive(sample.repository);
    expect((await ask(bitbucket, comments, { method: 'POST', token: bot, body: { text: 'late' } })).status).toBe(409);
  });

  it('may be tasks', async () => {
    const made = await asAda(`${pulls}/1/blocker-comments`, 'POST', { text: 'do it' });
    expect(made.body).toMatchObject({ severity: 'BLOCKER', state: 'OPEN' });
    expect((await asAda(`${pulls}/1/blocker-comments?state=open&count=True`)).body).toEqual({ OPEN: 1, RESOLVED: 0 });
    expect((await asAda(`${pulls}/1`)).body.properties).toMatchObject({ openTaskCount: 1, resolvedTaskCount: 0 });
    await asAda(`${pulls}/1/blocker-comments/${made.body.id}`, 'PUT', { state: 'RESOLVED', version: 0 });
    expect((await asAda(`${pulls}/1/blocker-comments?count=true`)).body).toEqual({ OPEN: 0, RESOLVED: 1 });
    expect((await asAda(`${pulls}/1/tasks`)).body.errors).toBeUndefined();
    expect((await asAda(`${pulls}/1/tasks`)).status).toBe(404);
  });
});

describe('tasks of servers before 8.0', () => {
  it('hang at comments and are counted', async () => {
    const old = await startSample({ version: '7.21' });
    const call = (path: string, body?: object) =>
      ask(old.bitbucket, `api/1.0/${path}`, {
        token: old.ada,
        ...(body === undefined ? {} : { method: 'POST', body }),
      });
    try {
      const { repository } = old;
      await old.bitbucket.state.push(repository, { branch: 'f', from: 'main', files: { f: 'f' } });
      await old.bitbucket.state.openPullRequest({
        title: 'f',
        from: { repository, branch: 'f' },
        to: { repository, branch: 'main' },
      });
      const one = 'projects/PAY/repos/ledger/pull-requests/1';
      const comment = await call(`${one}/comments`, { text: 'look' });
      const made = await call('tasks', { text: 'do it', anchor: { id: comment.body.id, type: 'COMMENT' } });
      expect(made).toMatchObject({ status: 201, body: { state: 'OPEN', anchor: { id: comment.body.id } } });
      expect((await call(`${one}/tasks`)).body.values).toEqual([made.body]);
      expect((await call(one)).body).toMatchObject({ properties: { openTaskCount: 1 } });
      // What 8.0 and 8.18 brought is not there yet.
      expect(Object.keys((await call(one)).body)).not.toContain('draft');
      expect((await call('repos?archived=ARCHIVED')).body.values[0]).not.toHaveProperty('archived');
    } finally {
      await old.bitbucket.close();
    }
  });
});

describe('who takes part', () => {
  it('reviews, and is named as who must look', async () => {
    const { bitbucket, bot, repository } = sample;
    bitbucket.state.defaultReviewer(repository, 'bot');
    const query = `sourceRefId=refs/heads/feature&targetRefId=refs/heads/main&sourceRepoId=${repository.id}&targetRepoId=${repository.id}`;
    const path = 'projects/PAY/repos/ledger/reviewers';
    expect((await asAda(`default-reviewers/1.0/${path}?${query}`)).body).toMatchObject([{ name: 'bot' }]);
    expect((await asAda(`default-reviewers/1.0/${path}`)).status).toBe(400);
    const approved = await ask(bitbucket, `${pulls}/1/participants/bot`, {
      method: 'PUT',
      token: bot,
      body: { status: 'approved' },
    });
    expect(approved.body).toMatchObject({ role: 'REVIEWER', approved: true, status: 'APPROVED' });
    expect((await asAda(`${pulls}/1/participants/ada`, 'PUT', { status: 'APPROVED' })).status).toBe(409);
    expect((await asAda(`${pulls}/1/participants`)).body.values.map(({ role }: { role: string }) => role)).toEqual([
      'AUTHOR',
      'REVIEWER',
    ]);
  });
});
