import { afterEach, describe, expect, it } from 'vitest';
import type { BitbucketSimulatorOptions } from '../../lab/simulators/bitbucket-server/index.ts';
import { ask, type Sample, startSample } from '../../lab/simulators/bitbucket-server/testing.ts';
import { bitbucketServer } from '../../src/connectors/bitbucket-server/index.ts';
import type { BuildState } from '../../src/connectors/contract.ts';
import { bitbucketContext, type BitbucketConnection } from './bitbucket-stage.ts';

/* What is written beside a report. */

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

describe('a build status', () => {
  const status = {
    key: 'sonarqube',
    parent: 'sonarqube',
    state: 'SUCCESSFUL',
    name: 'SonarQube',
    description: 'Quality Gate passed',
    url: 'https://sonar.example.com/dashboard?id=k',
    ref: 'refs/heads/feature',
  } as const;

  async function withRequiredBuild(options: BitbucketSimulatorOptions = {}) {
    const one = await sample(options);
    const { state } = one.bitbucket;
    const commit = await state.push(one.repository, { branch: 'feature', from: 'main', files: { 'src/a.ts': 'a' } });
    const pull = await state.openPullRequest(from(one.repository, 'feature'));
    const required = await ask(one.bitbucket, 'required-builds/latest/projects/PAY/repos/ledger/condition', {
      method: 'POST',
      token: one.ada,
      body: { buildParentKeys: ['sonarqube'], refMatcher: { id: 'ANY_REF', type: { id: 'ANY_REF' } } },
    });
    const set = (state: BuildState) =>
      codeReview.setBuildStatus(bitbucketContext(one.as), { ...place, commit }, { ...status, state });
    return { ...one, state, commit, pull, required, set };
  }

  it('opens a merge that requires it only while it is successful', async () => {
    const { state, pull, required, set } = await withRequiredBuild({ version: '9.4' });
    expect(required.status).toBe(200);
    const blocked: boolean[] = [];
    for (const each of ['INPROGRESS', 'SUCCESSFUL', 'FAILED'] as const) {
      await set(each);
      blocked.push(state.vetoes(pull).length > 0);
    }
    expect(blocked).toEqual([true, false, true]);
  });

  it('is told to servers before 7.4 by the call they have', async () => {
    const { bitbucket, commit, set } = await withRequiredBuild({ version: '5.15' });
    await set('FAILED');
    expect(bitbucket.world.builds.get(commit)).toMatchObject([{ key: 'sonarqube', state: 'FAILED', parent: null }]);
  });

  it('is not told of a commit that the server does not know', async () => {
    const { as, bitbucket } = await sample();
    const at = { ...place, commit: 'a'.repeat(40) };
    await expect(codeReview.setBuildStatus(bitbucketContext(as), at, status)).rejects.toMatchObject({
      code: 'bitbucket_commit_not_found',
    });
    expect(bitbucket.journal.entries.filter(({ path }) => path.includes('build-status'))).toEqual([]);
  });
});

describe('a comment of a pull request', () => {
  const marker = '[//]: # (plumbline:k)';

  async function withPull(options: BitbucketSimulatorOptions = {}) {
    const one = await sample(options);
    await one.bitbucket.state.push(one.repository, { branch: 'x', from: 'main', files: { x: 'x' } });
    const pull = await one.bitbucket.state.openPullRequest(from(one.repository, 'x'));
    const id = String(pull.id);
    const context = bitbucketContext(one.as);
    const { comments } = codeReview;
    return {
      ...one,
      pull,
      id,
      find: () => comments.find(context, place, id, marker),
      add: (text: string) => comments.add(context, place, id, text),
      change: (comment: { id: string; version: number }, text: string) =>
        comments.change(context, place, id, { ...comment, text }),
      asAda: (method: string, path: string, body?: unknown) =>
        ask(one.bitbucket, `api/1.0/projects/PAY/repos/ledger/pull-requests/${id}/comments${path}`, {
          method,
          token: one.ada,
          ...(body === undefined ? {} : { body }),
        }),
    };
  }

  it('is found by its marker, where it is one of our own user', async () => {
    const { find, add, asAda } = await withPull();
    await asAda('POST', '', { text: `theirs ${marker}` });
    expect(await find()).toBeNull();
    const ours = await add(`ours ${marker}`);
    await asAda('POST', '', { text: `later ${marker}` });
    expect(await find()).toEqual(ours);
  });

  it('is found behind more activities than one page has', async () => {
    const { find, add, asAda, pull } = await withPull();
    const ours = await add(`ours ${marker}`);
    await asAda('POST', '', { text: 'theirs' });
    const theirs = pull.activities.at(-1);
    if (theirs === undefined) throw new Error('A comment is an activity.');
    // What people say of it 1,200 times.
    for (let at = 0; at < 1_200; at += 1) pull.activities.push({ ...theirs, id: 10_000 + at });
    expect(await find()).toEqual(ours);
  });

  it('is changed in place, also where somebody changed it in the meantime', async () => {
    const { add, change, asAda, pull } = await withPull();
    const ours = await add(`one ${marker}`);
    const two = await change(ours, `two ${marker}`);
    expect(two).toEqual({ id: ours.id, version: 1 });
    // Its state is changed by somebody: the version that we know is old.
    await asAda('PUT', `/${ours.id}`, { version: 1, state: 'RESOLVED' });
    expect(await change(ours, `three ${marker}`)).toEqual({ id: ours.id, version: 3 });
    expect(pull.comments.map(({ text }) => text)).toEqual([`three ${marker}`]);
  });

  it('that somebody deleted is gone, and so is none of a pull request that is not there', async () => {
    const { add, change, asAda, as } = await withPull();
    const ours = await add(`one ${marker}`);
    await asAda('DELETE', `/${ours.id}?version=0`);
    expect(await change(ours, 'two')).toBe('gone');
    const elsewhere = codeReview.comments.change(bitbucketContext(as), place, '99', { ...ours, text: 'two' });
    await expect(elsewhere).rejects.toMatchObject({ code: 'bitbucket_pull_request_not_found' });
  });

  it('of an archived repository is refused, and not tried for ever', async () => {
    const { add, change, bitbucket, repository } = await withPull();
    const ours = await add(`one ${marker}`);
    bitbucket.state.archive(repository);
    const before = bitbucket.journal.entries.length;
    await expect(change(ours, 'two')).rejects.toMatchObject({ code: 'bitbucket_conflict' });
    expect(bitbucket.journal.entries.length - before).toBe(2);
  });
});
