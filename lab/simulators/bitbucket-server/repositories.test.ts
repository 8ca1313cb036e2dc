import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ask, exceptionOf, lines, type Sample, startSample } from './testing.ts';

const run = promisify(execFile);
const ledger = 'api/1.0/projects/PAY/repos/ledger';
let sample: Sample;
beforeEach(async () => {
  sample = await startSample();
});
afterEach(() => sample.bitbucket.close());

describe('repositories', () => {
  it('look as Bitbucket’s do, with clone links in lower case', async () => {
    const { bitbucket, bot, repository } = sample;
    const { body } = await ask(bitbucket, 'api/1.0/projects/pay/repos/LEDGER', { token: bot });
    expect(body).toMatchObject({
      slug: 'ledger',
      id: repository.id,
      archived: false,
      project: { key: 'PAY', type: 'NORMAL', links: { self: [{ href: `${bitbucket.url}/projects/PAY` }] } },
      links: {
        clone: [{ name: 'ssh' }, { name: 'http', href: `${bitbucket.url}/scm/pay/ledger.git` }],
        self: [{ href: `${bitbucket.url}/projects/PAY/repos/ledger/browse` }],
      },
    });
  });

  it('lead from their old place to the new one, and keep their id', async () => {
    const { bitbucket, bot, repository } = sample;
    bitbucket.state.move(repository, { name: 'General Ledger' });
    const moved = await ask(bitbucket, `${ledger}/branches?limit=1`, { token: bot });
    expect([moved.status, moved.headers.get('location')]).toEqual([
      307,
      '/rest/api/1.0/projects/PAY/repos/general-ledger/branches?limit=1',
    ]);
    bitbucket.world.renames = 'answer';
    expect((await ask(bitbucket, ledger, { token: bot })).body).toMatchObject({
      id: repository.id,
      slug: 'general-ledger',
    });
    const other = bitbucket.state.addProject({ key: 'OLD', everybody: 'read' });
    bitbucket.state.move(repository, { project: other });
    expect((await ask(bitbucket, ledger, { token: bot })).body).toMatchObject({
      id: repository.id,
      project: { key: 'OLD' },
    });
    // Who takes the old place is no longer mistaken for the one that left it.
    const successor = await bitbucket.state.addRepository({ project: sample.project, name: 'ledger' });
    expect((await ask(bitbucket, ledger, { token: bot })).body.id).toBe(successor.id);
  });

  it('can be archived, forked and personal', async () => {
    const { bitbucket, bot, repository } = sample;
    const made = await ask(bitbucket, ledger, {
      method: 'POST',
      body: {},
      headers: { Authorization: `Basic ${btoa('bot:bot-pw')}` },
    });
    expect(made.body).toMatchObject({
      origin: { id: repository.id },
      project: { key: '~bot', type: 'PERSONAL', owner: { name: 'bot' } },
      links: {
        clone: [{}, { href: `${bitbucket.url}/scm/~bot/ledger.git` }],
        self: [{ href: `${bitbucket.url}/users/bot/repos/ledger/browse` }],
      },
    });
    expect((await ask(bitbucket, 'api/1.0/projects/%7Ebot/repos/ledger', { token: bot })).status).toBe(200);
    const keys = (await ask(bitbucket, 'api/1.0/projects', { token: bot })).body.values.map(
      ({ key }: { key: string }) => key,
    );
    expect(keys).toEqual(['PAY']);
    bitbucket.state.archive(repository);
    const slugs = async (archived: string) =>
      (await ask(bitbucket, `api/1.0/repos?archived=${archived}`, { token: bot })).body.size;
    expect([await slugs('active'), await slugs('ARCHIVED'), await slugs('ALL'), await slugs('')]).toEqual([1, 1, 2, 1]);
  });

  it('are searched by parts of names, and empty filters are none', async () => {
    const { bitbucket, bot, project } = sample;
    await bitbucket.state.addRepository({ project, name: 'Led & More' });
    const found = async (query: string) =>
      (await ask(bitbucket, `api/1.0/repos?${query}`, { token: bot })).body.values.map(
        ({ name }: { name: string }) => name,
      );
    expect(await found('name=LED%20%26')).toEqual(['Led & More']);
    expect(await found('projectname=&name=&start=')).toEqual(['ledger', 'Led & More']);
    expect(await found('projectname=other')).toEqual([]);
    expect(await found('permission=repo_admin')).toEqual([]);
  });
});

describe('what git holds', () => {
  it('is listed as branches, commits and files', async () => {
    const { bitbucket, bot, repository, first } = sample;
    const second = await bitbucket.state.push(repository, {
      branch: 'feature/x',
      from: 'main',
      files: { 'docs/é ü.md': 'hi\nho\n' },
    });
    const get = async (path: string) => (await ask(bitbucket, `${ledger}/${path}`, { token: bot })).body;
    expect((await get('branches?orderBy=alphabetical')).values).toEqual([
      expect.objectContaining({ id: 'refs/heads/feature/x', latestCommit: second, isDefault: false }),
      expect.objectContaining({ displayId: 'main', latestCommit: first, isDefault: true }),
    ]);
    expect(await get('default-branch')).toEqual({ id: 'refs/heads/main', displayId: 'main', type: 'BRANCH' });
    expect((await get('commits?until=refs/heads/feature/x&since=main')).values).toMatchObject([
      { id: second, parents: [{ id: first }], author: { name: 'Ada Byron' }, authorTimestamp: 1772445600000 },
    ]);
    expect((await get('files?at=feature/x')).values).toEqual(['docs/é ü.md', 'src/a.ts']);
    expect(await get('browse/docs/%C3%A9%20%C3%BC.md?at=feature/x')).toMatchObject({
      lines: [{ text: 'hi' }, { text: 'ho' }],
      isLastPage: true,
    });
    expect(await get('browse/docs?at=feature/x&type=True')).toEqual({ type: 'DIRECTORY' });
    const raw = await ask(bitbucket, `${ledger}/raw/src/a.ts?at=${first}`, { token: bot });
    expect(raw.text).toBe(lines(20));
    expect(exceptionOf(await ask(bitbucket, `${ledger}/raw/none.ts`, { token: bot }))).toBe('NoSuchPathException');
  });

  it('has no default branch when it is empty, and says when the configured one is not there', async () => {
    const { bitbucket, bot, project, repository } = sample;
    await bitbucket.state.addRepository({ project, name: 'empty' });
    expect((await ask(bitbucket, 'api/1.0/projects/PAY/repos/empty/branches/default', { token: bot })).status).toBe(
      204,
    );
    repository.defaultBranch = 'refs/heads/trunk';
    expect(exceptionOf(await ask(bitbucket, `${ledger}/branches/default`, { token: bot }))).toBe(
      'NoSuchBranchException',
    );
  });
});

describe('git’s own programs', () => {
  it('clone and push over HTTP, with a credential only after they were asked for one', async () => {
    const { bitbucket, repository, first } = sample;
    const folder = await mkdtemp(join(tmpdir(), 'plumbline-clone-'));
    const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_TERMINAL_PROMPT: '0' };
    const git = (...args: string[]) => run('git', args, { cwd: folder, env });
    const link = (name: string) => `${bitbucket.url.replace('://', `://${name}@`)}/scm/pay/ledger.git`;
    try {
      await expect(git('clone', '-q', `${bitbucket.url}/scm/pay/ledger.git`, 'anonymous')).rejects.toThrow();
      await git('clone', '-q', link('ada:ada-pw'), '.');
      expect(await readFile(join(folder, 'src/a.ts'), 'utf8')).toBe(lines(20));
      await writeFile(join(folder, 'b.txt'), 'b\n');
      await git('add', '.');
      await git('-c', 'user.name=A', '-c', 'user.email=a@example.com', 'commit', '-qm', 'More');
      await git('push', '-q', 'origin', 'HEAD:refs/heads/more');
      const { stdout } = await git('rev-parse', 'HEAD');
      expect(repository.git.refs.get('refs/heads/more')).toBe(stdout.trim());
      expect(repository.git.refs.get('refs/heads/main')).toBe(first);
      // Who may only read cannot push.
      await expect(git('push', '-q', link('bot:bot-pw'), 'HEAD:refs/heads/bad')).rejects.toThrow('403');
      const challenged = bitbucket.journal.entries.find(({ path }) => path === 'scm/pay/ledger.git/info/refs');
      expect(challenged).toMatchObject({ scheme: 'none', status: 401 });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
