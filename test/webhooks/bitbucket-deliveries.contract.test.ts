import { createHmac } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { BitbucketSimulatorOptions } from '../../lab/simulators/bitbucket-server/index.ts';
import { ask, lines, type Sample, startSample } from '../../lab/simulators/bitbucket-server/testing.ts';
import { bitbucketHub, type BitbucketHub } from './bitbucket-hub.ts';

interface Stage extends Sample {
  hub: BitbucketHub;
  /** Sets up the hub's webhooks wherever the token may. */
  setUp(): Promise<{ scope: string; target: string; state: string }[]>;
  push(branch: string, count?: number): Promise<string>;
  open(branch: string): ReturnType<Sample['bitbucket']['state']['openPullRequest']>;
  /** What is stored of pull requests, by number. */
  stored(): Promise<Record<string, string>>;
  /** Waits until every delivery arrived and led to what it leads to. */
  quiet(): Promise<void>;
  /** Calls that the server got from the hub meanwhile. */
  asked(work: () => Promise<unknown>): Promise<string[]>;
}

async function stage({
  projects = [],
  as = 'ada',
  ...options
}: BitbucketSimulatorOptions & { projects?: string[]; as?: 'ada' | 'bot' } = {}): Promise<Stage> {
  const sample = await startSample({ now: () => new Date(), ...options });
  onTestFinished(() => sample.bitbucket.close());
  const { bitbucket, repository } = sample;
  const hub = await bitbucketHub({ url: bitbucket.url, token: sample[as], projects });
  const quiet = async (): Promise<void> => {
    await bitbucket.state.settled();
    await hub.settled();
  };
  return {
    ...sample,
    hub,
    quiet,
    async setUp() {
      const path = `/api/v1/integrations/${hub.integrationId}/webhook`;
      const { body, status, text } = await hub.call('PUT', path, { body: { scope: 'available' } });
      if (status !== 200) throw new Error(text);
      return body.webhooks;
    },
    push: (branch, count = 3) =>
      bitbucket.state.push(repository, { branch, from: 'main', files: { [`src/${branch}.ts`]: lines(count) } }),
    async open(branch) {
      await bitbucket.state.push(repository, { branch, from: 'main', files: { [`src/${branch}.ts`]: lines(2) } });
      return bitbucket.state.openPullRequest({
        title: branch,
        from: { repository, branch },
        to: { repository, branch: 'main' },
      });
    },
    async stored() {
      const rows = await hub.db.query<{ key: string; said: string }>(
        `select source_key as key, case when deleted_at is null then state || ' ' || head else 'gone' end as said
           from repositories.pull_requests order by source_key::int`,
      );
      return Object.fromEntries(rows.map(({ key, said }) => [key, said]));
    },
    async asked(work) {
      await quiet();
      const before = bitbucket.journal.entries.length;
      await work();
      await quiet();
      return bitbucket.journal.entries.slice(before).map(({ method, path }) => `${method} ${path}`);
    },
  };
}

describe('webhooks of our own on Bitbucket', () => {
  it.each(['9.4', '8.19', '7.21', '5.15'] as const)(
    'are set up on %s where the token may, and tell of pull requests',
    async (version) => {
      const { setUp, hub, open, quiet, stored, bitbucket, repository, push } = await stage({ version });
      await hub.poll();
      const webhooks = await setUp();
      const wide = version === '9.4' || version === '8.19';
      expect(webhooks).toMatchObject([
        wide
          ? { scope: 'project', target: 'PAY', state: 'active' }
          : { scope: 'repository', target: 'PAY/ledger', state: 'active' },
      ]);
      const one = await open('one');
      await quiet();
      const first = (await stored())['1'];
      expect(first).toMatch(/^open /);
      const head = await push('one', 5);
      await quiet();
      expect((await stored())['1']).toBe(`open ${head}`);
      expect(first).not.toBe(`open ${head}`);
      await bitbucket.state.merge(one);
      const two = await open('two');
      const three = await open('three');
      bitbucket.state.decline(two);
      await quiet();
      expect(await stored()).toMatchObject({ 1: `merged ${head}`, 2: /^declined/, 3: /^open/ });
      if (version === '9.4') {
        bitbucket.state.deletePullRequest(three);
        await quiet();
        expect((await stored())['3']).toBe('gone');
      }
      expect(repository.pullRequests.length).toBeGreaterThan(1);
    },
  );

  it('are found again, switched on again, changed and removed; the secret stands in no answer', async () => {
    const { setUp, hub, project, bitbucket, ada } = await stage();
    await setUp();
    await setUp();
    expect(project.webhooks).toMatchObject([{ name: 'bitbucket', url: hub.hookUrl, active: true }]);
    const [hook] = project.webhooks;
    const secret = hook?.secret ?? '';
    expect(secret.length).toBeGreaterThan(20);
    expect(hook?.events).not.toContain('repo:refs_changed');
    hook!.active = false;
    await setUp();
    expect(project.webhooks).toMatchObject([{ active: true }]);
    const path = `/api/v1/integrations/${hub.integrationId}`;
    expect((await hub.call('POST', `${path}/webhook/rotate`, {})).status).toBe(200);
    expect(project.webhooks[0]?.secret).not.toBe(secret);
    for (const shown of ['inbox', 'deliveries']) {
      const { text } = await hub.call('GET', `${path}/${shown}`);
      expect(text).not.toContain(project.webhooks[0]?.secret);
    }
    // As the button of Bitbucket’s own page does.
    const tested = await ask(bitbucket, `api/1.0/projects/PAY/webhooks/test?url=${encodeURIComponent(hub.hookUrl)}`, {
      method: 'POST',
      token: ada,
    });
    expect(tested.body.response).toEqual({ statusCode: 204 });
    expect((await hub.call('DELETE', `${path}/webhook`, {})).body.webhooks).toEqual([]);
    expect(project.webhooks).toEqual([]);
  });

  it('are refused where the token may only read: the page says so, and by hand it works', async () => {
    const { hub, bitbucket, ada, repository, open, quiet, stored } = await stage({ as: 'bot' });
    const path = `/api/v1/integrations/${hub.integrationId}`;
    await hub.poll();
    const refused = await hub.call('PUT', `${path}/webhook`, { body: { scope: 'available' } });
    expect(refused.body.error).toMatchObject({ code: 'invalid_permissions' });
    const { body: state } = await hub.call('GET', `${path}/inbox`);
    expect(state.adapters[0].enteredAt).toMatch(/Opened, Source branch updated/);
    const { secret, url } = (await hub.call('POST', `${path}/webhook-secret`, { body: {} })).body;
    const made = await ask(bitbucket, 'api/1.0/projects/PAY/repos/ledger/webhooks', {
      method: 'POST',
      token: ada,
      body: { name: 'by hand', url, active: true, events: ['pr:opened'], configuration: { secret } },
    });
    expect([made.status, repository.webhooks.length]).toEqual([200, 1]);
    await open('one');
    await quiet();
    expect(Object.keys(await stored())).toEqual(['1']);
  });
});

describe('what a delivery has read', () => {
  const own = 'rest/api/1.0/projects/PAY/repos';
  const short = (calls: readonly string[]): string[] => calls.map((call) => call.replace(/^GET .*?rest\//, 'rest/'));

  it('is the one pull request it names, with one call, and nothing is said of the others', async () => {
    const { hub, setUp, open, push, asked, stored, bitbucket } = await stage();
    for (const branch of ['one', 'two', 'three']) await open(branch);
    await hub.poll();
    await setUp();
    const before = await stored();
    const completeness = () =>
      hub.db.query("select id, scope, proof from ingestion.completeness where stream = 'pull_requests' order by id");
    const standing = () =>
      hub.db.query(
        "select version, current_published_at, listed from ingestion.slices where slice like 'repository:%'",
      );
    const [counted, stood] = [await completeness(), await standing()];
    let head = '';
    expect(short(await asked(async () => (head = await push('two', 9))))).toEqual([`${own}/ledger/pull-requests/2`]);
    expect(await stored()).toEqual({ ...before, 2: `open ${head}` });
    // Whether the list is whole is what the last list said.
    expect([await completeness(), await standing()]).toEqual([counted, stood]);
    const { rows } = (await hub.call('GET', '/api/v1/runs')).body.runs.reduce(
      (sum: { rows: number }, run: { kind: string; rowsChanged: number; status: string }) =>
        run.kind === 'webhook' ? { rows: sum.rows + (run.status === 'success' ? run.rowsChanged : 100) } : sum,
      { rows: 0 },
    );
    expect(rows).toBe(1);
    expect(bitbucket.journal.entries.length).toBeGreaterThan(5);
  });

  it('is one call for many deliveries of one pull request, in any order', async () => {
    const { hub, open, asked, stored, repository, bitbucket } = await stage();
    const one = await open('one');
    await open('two');
    await hub.poll();
    const path = `/api/v1/integrations/${hub.integrationId}`;
    const { secret } = (await hub.call('POST', `${path}/webhook-secret`, { body: {} })).body;
    repository.webhooks.push({
      id: 900,
      name: 'by hand',
      url: hub.hookUrl,
      active: true,
      events: ['pr:opened', 'pr:from_ref_updated', 'pr:modified', 'pr:merged', 'repo:refs_changed'],
      secret,
      credentials: null,
      sslVerificationRequired: true,
      createdDate: 0,
      updatedDate: 0,
      failures: 0,
    });
    await asked(async () => bitbucket.state.merge(one));
    const merged = await stored();
    expect(merged['1']).toMatch(/^merged/);
    // Late and twice: what is stored is what the server says now.
    const old = bitbucket.world.deliveries.filter(({ event }) => event.startsWith('pr:')).map(({ body }) => body);
    expect(old.length).toBeGreaterThan(0);
    await hub.db.execute("update ingestion.hosts set paused_until = now() + interval '2 seconds'");
    const calls = await asked(async () => {
      for (const [at, body] of [...old, ...old].entries()) {
        const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
        const headers = {
          'x-hub-signature': signature,
          'x-request-id': String(at),
          'content-type': 'application/json',
        };
        expect((await fetch(hub.hookUrl, { method: 'POST', body, headers })).status).toBe(204);
      }
    });
    expect(short(calls)).toEqual([`${own}/ledger/pull-requests/1`]);
    expect(await stored()).toEqual(merged);
  });

  it('of a repository that nobody knows is looked up by its name, without a list of everything', async () => {
    const { hub, setUp, asked, bitbucket, project } = await stage();
    for (let at = 0; at < 5; at += 1) await bitbucket.state.addRepository({ project, name: `other ${at}` });
    await hub.poll();
    await setUp();
    const books = await bitbucket.state.addRepository({ project, name: 'books' });
    await bitbucket.state.push(books, { branch: 'main', files: { a: 'a' } });
    await bitbucket.state.push(books, { branch: 'x', from: 'main', files: { b: 'b' } });
    const calls = await asked(() =>
      bitbucket.state.openPullRequest({
        title: 'x',
        from: { repository: books, branch: 'x' },
        to: { repository: books, branch: 'main' },
      }),
    );
    expect(short(calls)).toEqual([`${own}/books`, `${own}/books/pull-requests`]);
    const listed = await hub.db.query<{ slug: string }>(
      'select slug from repositories.repositories where deleted_at is null order by slug',
    );
    expect(listed.map(({ slug }) => slug)).toEqual([
      'books',
      'ledger',
      'other-0',
      'other-1',
      'other-2',
      'other-3',
      'other-4',
    ]);
    expect(await hub.db.query('select slice from ingestion.slices where not listed')).toEqual([]);
  });

  it('of a repository that has another name now is the same repository', async () => {
    const { hub, setUp, asked, open, bitbucket, repository } = await stage();
    await open('one');
    await hub.poll();
    await setUp();
    const calls = await asked(async () => bitbucket.state.move(repository, { name: 'General Ledger' }));
    expect(short(calls)[0]).toBe(`${own}/general-ledger`);
    expect(await hub.db.query('select slug, deleted_at from repositories.repositories')).toEqual([
      { slug: 'general-ledger', deleted_at: null },
    ]);
    const more = await asked(async () => open('two'));
    expect(short(more)).toEqual([`${own}/general-ledger/pull-requests/2`]);
  });

  it('of a project that the settings leave out is nothing', async () => {
    const { hub, asked, bitbucket } = await stage({ projects: ['PAY'] });
    await hub.poll();
    const { secret } = (
      await hub.call('POST', `/api/v1/integrations/${hub.integrationId}/webhook-secret`, { body: {} })
    ).body;
    const other = bitbucket.state.addProject({ key: 'OPS', name: 'Operations', everybody: 'read' });
    const tools = await bitbucket.state.addRepository({ project: other, name: 'tools' });
    await bitbucket.state.push(tools, { branch: 'main', files: { a: 'a' } });
    const body = JSON.stringify({
      eventKey: 'pr:opened',
      pullRequest: { id: 1, toRef: { repository: { slug: 'tools', project: { key: 'OPS' } } } },
    });
    const calls = await asked(async () => {
      const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
      await fetch(hub.hookUrl, { method: 'POST', body, headers: { 'x-hub-signature': signature } });
    });
    expect(short(calls)).toEqual(['rest/api/1.0/projects/OPS/repos/tools']);
    expect(await hub.db.query('select slug from repositories.repositories')).toEqual([{ slug: 'ledger' }]);
  });
});
