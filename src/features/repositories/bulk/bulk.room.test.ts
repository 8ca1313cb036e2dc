import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RepositoriesHub, startRepositoriesHub } from '../../../../test/support/repositories-hub.ts';
import type { BulkImport, BulkImportDetail, BulkImportList, OneBulkImport } from './contract.ts';

let at: RepositoriesHub;
let ada: Record<string, string>;
let here: string;
let next = 0;
/** The server’s own, by slug. */
const numbers = new Map<string, number>();

beforeAll(async () => {
  at = await startRepositoriesHub({ scenario: (state) => void state.addProject({ key: 'shop' }) });
  const { state } = at.sample.bitbucket;
  for (let n = 0; n < 60; n++) {
    const name = `service-${String(n).padStart(2, '0')}`;
    numbers.set(name, (await state.addRepository({ project: at.sample.project, name })).id);
  }
  ada = await at.signIn('ada@example.com');
  here = `/api/v1/import/${at.bitbucketId}`;
});
afterAll(() => at?.close());

/** Repositories that no other test sets up. */
const fresh = (count: number): string[] =>
  Array.from({ length: count }, () => `service-${String(next++).padStart(2, '0')}`);

async function enterToken(headers = ada): Promise<string> {
  const token = at.sample.bitbucket.state.addToken({ user: 'ada', permissions: ['PROJECT_READ', 'REPO_READ'] });
  await at.api('PUT', `${here}/token`, { token }, headers);
  return token;
}

beforeEach(async () => {
  at.sonar.faults.clear();
  await enterToken();
});

const wanted = (slugs: readonly string[], more: object = {}) => ({
  repositories: slugs.map((slug) => ({ project: 'PAY', slug })),
  sonarqube: at.sonarqubeId,
  ...more,
});
const start = async (slugs: readonly string[], more: object = {}, headers = ada): Promise<number> =>
  (await at.api<OneBulkImport>('POST', `${here}/bulk`, wanted(slugs, more), headers)).import.id;
const show = (id: number, headers = ada) => at.api<BulkImportDetail>('GET', `${here}/bulk/${id}`, undefined, headers);
const cancel = (id: number) => at.api<OneBulkImport>('POST', `${here}/bulk/${id}/cancel`, {}, ada);

/** Once it is so. */
async function shown(id: number, is: (one: BulkImport) => boolean, headers = ada): Promise<BulkImportDetail> {
  await expect.poll(async () => is((await show(id, headers)).import), { timeout: 20_000, interval: 100 }).toBe(true);
  return show(id, headers);
}
const ended = (id: number) => shown(id, ({ endedAt }) => endedAt !== null);
const states = ({ repositories }: BulkImportDetail) => repositories.map(({ state }) => state);

const made = (slugs: readonly string[]): string[] =>
  [...at.sonar.state.world.projects.keys()].filter((key) => slugs.some((slug) => key.endsWith(slug)));
const left = async (): Promise<number> =>
  (await at.database.db.one<{ n: number }>('select count(*) as n from repositories.imports')).n;

/** Holds the making of one project until it is let go. `reached`: the server is being asked. */
function holdMaking(after = 0): { reached: Promise<void>; release: () => void } {
  const reached = Promise.withResolvers<void>();
  const held = Promise.withResolvers<void>();
  at.sonar.faults.add({
    match: { path: 'api/projects/create', after },
    kind: {
      type: 'hold',
      until: () => {
        reached.resolve();
        return held.promise;
      },
    },
  });
  return { reached: reached.promise, release: () => held.resolve() };
}

describe('an import of many repositories', () => {
  it('sets up each in the background, and says of each what became of it', async () => {
    const [one, two, three] = fresh(3) as [string, string, string];
    const id = await start([one, 'none', two, one, three], { keyRule: 'project:slug', visibility: 'private' });
    const detail = await ended(id);
    expect(detail.import).toMatchObject({
      state: 'done',
      startedBy: 'ada@example.com',
      total: 4,
      done: 3,
      failed: 1,
      leftOut: 0,
      cancelling: false,
      sonarqube: { id: at.sonarqubeId, name: 'sonar' },
    });
    expect(detail.repositories.map(({ slug, state, binding }) => [slug, state, binding?.projectKey])).toEqual([
      [one, 'done', `PAY:${one}`],
      ['none', 'failed', undefined],
      [two, 'done', `PAY:${two}`],
      [three, 'done', `PAY:${three}`],
    ]);
    expect(detail.repositories.every(({ already }) => !already)).toBe(true);
    expect(detail.repositories[1]?.error).toMatchObject({
      code: 'bitbucket_repository_not_found',
      message: expect.stringMatching(/./),
      remedy: expect.stringMatching(/./),
    });
    expect(at.sonar.state.world.projects.get(`PAY:${one}`)).toMatchObject({ visibility: 'private' });
    expect(await left()).toBe(0);
  });

  it('tells how far it is while it is under way, to its person alone', async () => {
    const [one, two] = fresh(2) as [string, string];
    const making = holdMaking(1);
    const id = await start([one, two]);
    await making.reached;
    const detail = await show(id);
    expect(detail.import).toMatchObject({ state: 'running', total: 2, done: 1, endedAt: null });
    expect(states(detail)).toEqual(['done', 'running']);
    const { imports } = await at.api<BulkImportList>('GET', `${here}/bulk`, undefined, ada);
    expect(imports[0]).toMatchObject({ id, state: 'running' });
    const bob = await at.signIn('bob@example.com');
    expect(await at.refused('GET', `${here}/bulk/${id}`, undefined, bob)).toBe('import_not_found');
    expect(await at.refused('POST', `${here}/bulk/${id}/cancel`, {}, bob)).toBe('import_not_found');
    expect(await at.api('GET', `${here}/bulk`, undefined, bob)).toEqual({ imports: [] });
    making.release();
    expect((await ended(id)).import).toMatchObject({ state: 'done', done: 2 });
  });

  it('goes on with the others when one fails on SonarQube, and leaves nothing of it', async () => {
    const slugs = fresh(3);
    at.sonar.state.addProject({ key: `PAY_${slugs[1]}` });
    const detail = await ended(await start(slugs));
    expect(states(detail)).toEqual(['done', 'failed', 'done']);
    expect(detail.repositories[1]?.error?.code).toBe('project_exists');
    expect(await left()).toBe(0);
  });

  it('is refused before anything is kept', async () => {
    const count = async () => (await at.database.db.query('select id from repositories.bulk_imports')).length;
    const before = await count();
    const refused = (body: object, headers?: Record<string, string>) =>
      at.refused('POST', `${here}/bulk`, body, headers ?? ada);
    expect(await refused(wanted([]))).toBe('invalid_request');
    expect(await refused(wanted(Array.from({ length: 1_001 }, (_, n) => `r${n}`)))).toBe('invalid_request');
    expect(await refused(wanted(['service-59'], { key: 'mine' }))).toBe('invalid_request');
    expect(await refused(wanted(['service-59'], { sonarqube: at.bitbucketId }))).toBe('integration_not_found');
    expect(await refused(wanted(['service-59']), {})).toBe('import_needs_person');
    const carol = await at.signIn('carol@example.com');
    expect(await refused(wanted(['service-59']), carol)).toBe('import_token_missing');
    expect(await at.refused('POST', '/api/v1/import/999999/bulk', wanted(['service-59']), ada)).toBe(
      'integration_not_found',
    );
    expect(await count()).toBe(before);
  });
});

describe('begun twice', () => {
  it('in the same words is one import while it is not ended', async () => {
    const slugs = fresh(2);
    const making = holdMaking();
    const id = await start(slugs);
    await making.reached;
    expect(await start(slugs)).toBe(id);
    making.release();
    await ended(id);
    const again = await start(slugs);
    expect(again).not.toBe(id);
    expect((await ended(again)).repositories.map(({ already }) => already)).toEqual([true, true]);
  });

  it('with the same repositories makes one project of each', async () => {
    const slugs = fresh(3);
    const ids = [await start(slugs), await start(slugs.toReversed()), await start(slugs.slice(1))];
    for (const id of ids) expect((await ended(id)).import).toMatchObject({ state: 'done', failed: 0 });
    expect(made(slugs).toSorted()).toEqual(slugs.map((slug) => `PAY_${slug}`));
    expect(await left()).toBe(0);
  });

  it('waits while somebody sets one of its repositories up by itself', async () => {
    const [slug] = fresh(1) as [string];
    const making = holdMaking();
    const alone = at.api('POST', `${here}/repositories`, { project: 'PAY', slug, sonarqube: at.sonarqubeId }, ada);
    await making.reached;
    const id = await start([slug]);
    // It was tried, and is to be tried again.
    const later = () =>
      at.database.db.query(
        "select 1 from repositories.bulk_import_items where bulk_id = $1 and state = 'waiting' and not_before > now()",
        [id],
      );
    await expect.poll(later, { timeout: 20_000, interval: 50 }).toHaveLength(1);
    making.release();
    await alone;
    expect((await ended(id)).repositories).toMatchObject([{ state: 'done', already: true }]);
  });
});

describe('a hub that ends in the middle', () => {
  it('is followed by one that goes on', async () => {
    const slugs = fresh(4);
    const making = holdMaking(1);
    const id = await start(slugs);
    await making.reached;
    await at.restart(async () => at.sonar.faults.clear());
    ada = { ...ada, origin: at.hub.url.origin };
    const detail = await ended(id);
    expect(states(detail)).toEqual(['done', 'done', 'done', 'done']);
    expect(detail.repositories.every(({ already }) => !already)).toBe(true);
    expect(made(slugs).toSorted()).toEqual(slugs.map((slug) => `PAY_${slug}`));
    making.release();
    expect(await left()).toBe(0);
  });

  it('by a kill is followed as well: what it had made is taken, not made again', async () => {
    const slugs = fresh(2);
    let id = 0;
    await at.restart(async () => {
      // As it lies there when the process dies after it made the first project, and before it bound it.
      const { db } = at.database;
      at.sonar.state.addProject({ key: `PAY_${slugs[0]}` });
      const key = numbers.get(slugs[0] ?? '');
      const user = await db.one<{ id: number }>("select id from access.users where email = 'ada@example.com'");
      const row = await db.one<{ id: number }>(
        `insert into repositories.bulk_imports (integration_id, sonarqube_id, user_id, started_by, how, request_hash, lease_until, fence)
         values ($1, $2, $3, 'ada@example.com', $4, 'x', now() - interval '1 second', 1) returning id`,
        [
          at.bitbucketId,
          at.sonarqubeId,
          user.id,
          JSON.stringify({ keyRule: 'project_slug', annotations: true, buildStatus: false, summaryComment: false }),
        ],
      );
      id = row.id;
      await db.execute(
        `insert into repositories.bulk_import_items (bulk_id, position, project, slug, state, started_at)
         values ($1, 1, 'PAY', $2, 'running', now()), ($1, 2, 'PAY', $3, 'waiting', null)`,
        [id, slugs[0], slugs[1]],
      );
      await db.execute(
        `insert into repositories.imports (integration_id, repository_key, prefix, sonarqube_id, project_key, started_at, started_by)
         values ($1, $2, '', $3, $4, now() - interval '3 minutes', 'ada@example.com')`,
        [at.bitbucketId, String(key), at.sonarqubeId, `PAY_${slugs[0]}`],
      );
    });
    ada = { ...ada, origin: at.hub.url.origin };
    const detail = await ended(id);
    expect(states(detail)).toEqual(['done', 'done']);
    expect(detail.repositories.every(({ already }) => !already)).toBe(true);
    expect(made(slugs).toSorted()).toEqual(slugs.map((slug) => `PAY_${slug}`));
    expect(await left()).toBe(0);
  });
});

describe('a person’s access token', () => {
  it('that dies stops it, and it goes on with another', async () => {
    const slugs = fresh(3);
    const token = await enterToken();
    const making = holdMaking();
    const id = await start(slugs);
    await making.reached;
    at.sample.bitbucket.state.revokeToken(token);
    making.release();
    const stopped = await shown(id, ({ state }) => state === 'token');
    expect(states(stopped)).toEqual(['done', 'waiting', 'waiting']);
    expect(stopped.import.endedAt).toBeNull();
    expect(await at.refused('POST', `${here}/bulk`, wanted(fresh(1)), ada)).toBe('import_token_refused');
    await enterToken();
    expect((await ended(id)).import).toMatchObject({ state: 'done', done: 3, failed: 0 });
  });

  it('that is removed stops it, and it can be cancelled then', async () => {
    const slugs = fresh(2);
    const making = holdMaking();
    const id = await start(slugs);
    await making.reached;
    await at.api('DELETE', `${here}/token`, undefined, ada);
    making.release();
    await shown(id, ({ state }) => state === 'token');
    const { import: one } = await cancel(id);
    expect(one).toMatchObject({ state: 'cancelled', done: 1, leftOut: 1, endedAt: expect.any(String) });
    await enterToken();
    expect(states(await show(id))).toEqual(['done', 'left_out']);
  });
});

describe('the end', () => {
  it('by its person leaves out what is not begun, and ends what is', async () => {
    const slugs = fresh(3);
    const making = holdMaking();
    const id = await start(slugs);
    await making.reached;
    const asked = await cancel(id);
    expect(asked.import).toMatchObject({ state: 'running', cancelling: true, leftOut: 2 });
    making.release();
    const detail = await ended(id);
    expect(detail.import).toMatchObject({ state: 'cancelled', done: 1, leftOut: 2, cancelling: false });
    expect(made(slugs)).toEqual([`PAY_${slugs[0]}`]);
    expect(await cancel(id)).toEqual({ import: detail.import });
  });

  it('comes when its person may not import any more', async () => {
    const slugs = fresh(3);
    const dora = await at.signIn('dora@example.com');
    await enterToken(dora);
    const making = holdMaking();
    const id = await start(slugs, {}, dora);
    await making.reached;
    await at.database.db.execute("update access.users set role = 'viewer' where email = 'dora@example.com'");
    making.release();
    const rows = () => at.database.db.query(`select state from repositories.bulk_imports where id = $1`, [id]);
    await expect.poll(rows, { timeout: 20_000 }).toEqual([{ state: 'not_allowed' }]);
    expect(made(slugs)).toEqual([`PAY_${slugs[0]}`]);
  });

  it('comes with the account', async () => {
    const eve = await at.signIn('eve@example.com');
    const token = await enterToken(eve);
    at.sample.bitbucket.state.revokeToken(token);
    const id = await start(fresh(2), {}, eve);
    await shown(id, ({ state }) => state === 'token', eve);
    const { users } = await at.api<{ users: { id: number; email: string }[] }>('GET', '/api/v1/users');
    await at.api('DELETE', `/api/v1/users/${users.find(({ email }) => email === 'eve@example.com')?.id}`);
    const rows = await at.database.db.query(
      `select b.state, array_agg(i.state) as items from repositories.bulk_imports b
         join repositories.bulk_import_items i on i.bulk_id = b.id where b.id = $1 group by b.id`,
      [id],
    );
    expect(rows).toEqual([{ state: 'not_allowed', items: ['left_out', 'left_out'] }]);
  });

  it('and the beginning are in the audit trail, no token is, and the rows go with the integration', async () => {
    const trail = await at.database.db.query<{ action: string }>(
      "select distinct action from access.audit_events where action like 'import.%' order by 1",
    );
    expect(trail.map(({ action }) => action)).toEqual(['import.cancel', 'import.start']);
    await at.api('DELETE', `/api/v1/integrations/${at.bitbucketId}`, { name: 'bitbucket' });
    const rows = async () => (await at.database.db.query('select 1 from repositories.bulk_import_items')).length;
    await expect.poll(rows, { timeout: 20_000 }).toBe(0);
  });
});
