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
