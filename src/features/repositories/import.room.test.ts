import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lines } from '../../../lab/simulators/bitbucket-server/testing.ts';
import { type RepositoriesHub, startRepositoriesHub } from '../../../test/support/repositories-hub.ts';
import { createLog } from '../../platform/telemetry/index.ts';
import type { Imported, ImportRepositories, ImportState } from './contract.ts';

let at: RepositoriesHub;
let ada: Record<string, string>;
let token: string;
const tokens = ['not-a-token-of-anybody'];
const logged: string[] = [];
const project = (key: string) => at.sonar.state.world.projects.get(key);
const repositories = `/api/v1/import/`;
let here: string;

beforeAll(async () => {
  at = await startRepositoriesHub({
    scenario: (state) => void state.addProject({ key: 'shop' }),
    log: createLog({ level: 'debug', stream: { write: (line) => logged.push(line) } }),
  });
  const { state } = at.sample.bitbucket;
  for (let n = 0; n < 60; n++) {
    await state.addRepository({ project: at.sample.project, name: `service-${String(n).padStart(2, '0')}` });
  }
  const secret = state.addProject({ key: 'SEC', name: 'Secret' });
  state.grant(secret, 'bot', 'none');
  state.grant(secret, 'ada', 'read');
  const vault = await state.addRepository({ project: secret, name: 'vault' });
  await state.push(vault, { branch: 'main', files: { 'a.ts': lines(3) }, message: 'Begin' });
  token = state.addToken({ user: 'ada', permissions: ['PROJECT_READ', 'REPO_READ'] });
  tokens.push(token);
  ada = await at.signIn('ada@example.com');
  here = `${repositories}${at.bitbucketId}`;
});
afterAll(() => at?.close());

const asAda = <T>(method: string, path: string, body?: unknown) => at.api<T>(method, path, body, ada);
const refusedAda = (method: string, path: string, body?: unknown) => at.refused(method, path, body, ada);
const list = (query = '') => asAda<ImportRepositories>('GET', `${here}/repositories${query}`);
const own = async () => (await asAda<ImportState>('GET', '/api/v1/import')).servers[0]?.token;
const wanted = (slug: string, more: object = {}) => ({ project: 'PAY', slug, sonarqube: at.sonarqubeId, ...more });
const setUp = (slug: string, more: object = {}) => asAda<Imported>('POST', `${here}/repositories`, wanted(slug, more));
const unfinished = async () =>
  (await at.database.db.one<{ n: number }>('select count(*) as n from repositories.imports')).n;

describe('a token of one’s own', () => {
  it('is asked for before anything is listed, of a person', async () => {
    expect(await own()).toBeNull();
    expect(await refusedAda('GET', `${here}/repositories`)).toBe('import_token_missing');
    expect(await at.refused('GET', '/api/v1/import')).toBe('import_needs_person');
  });

  it('is kept only when the server says whose it is, encrypted, and never shown', async () => {
    const wrong = asAda('PUT', `${here}/token`, { token: tokens[0] });
    await expect(wrong).rejects.toThrow(/import_token_refused/);
    await expect(wrong).rejects.not.toThrow(/not-a-token-of-anybody/);
    expect(await own()).toBeNull();
    await asAda('PUT', `${here}/token`, { token });
    expect(await own()).toEqual({ account: 'ada', enteredAt: expect.any(String), refusedAt: null });
    const rows = await at.database.db.query('select * from repositories.user_tokens');
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(token);
    expect(JSON.stringify(await asAda('GET', '/api/v1/import'))).not.toContain(token);
  });

  it('is nobody else’s', async () => {
    const bob = await at.signIn('bob@example.com');
    expect(await at.refused('GET', `${here}/repositories`, undefined, bob)).toBe('import_token_missing');
    const { servers } = await at.api<ImportState>('GET', '/api/v1/import', undefined, bob);
    expect(servers[0]?.token).toBeNull();
  });
});

describe('the list', () => {
  it('pages over everything that the person sees', async () => {
    const found: string[] = [];
    let start: number | null = 0;
    while (start !== null) {
      const page: ImportRepositories = await list(`?start=${start}`);
      found.push(...page.repositories.map(({ project: key, slug }) => `${key}/${slug}`));
      start = page.next;
    }
    expect(found).toHaveLength(62);
    expect(new Set(found).size).toBe(62);
    expect(found).toContain('SEC/vault');
  });

  it('is searched by project and by name', async () => {
    expect((await list('?search=service-0')).repositories).toHaveLength(10);
    expect((await list('?project=secret')).repositories.map(({ slug }) => slug)).toEqual(['vault']);
    expect((await list('?search=nothing-like-it')).repositories).toEqual([]);
  });
});

describe('setting up a repository', () => {
  it('makes its project, binds it, and says what a pipeline runs', async () => {
    const { already, binding, scanner } = await setUp('ledger', { visibility: 'private' });
    expect(already).toBe(false);
    expect(project('PAY_ledger')).toMatchObject({ name: 'ledger', visibility: 'private' });
    expect(at.sonar.state.scope('PAY_ledger', { branch: 'main' }).isMain).toBe(true);
    expect(binding).toMatchObject({
      project: { key: 'PAY_ledger' },
      repository: { project: 'PAY', slug: 'ledger' },
      reportKey: 'com.sonarsource.sonarqube',
      createdBy: 'ada@example.com',
    });
    for (const command of Object.values(scanner)) expect(command).toContain('PAY_ledger');
    const { repositories: marked } = await list('?search=ledger');
    expect(marked).toMatchObject([{ slug: 'ledger', projects: [{ key: 'PAY_ledger', binding: binding.id }] }]);
    expect(await unfinished()).toBe(0);
  });

  it('again answers what is there, whatever else is asked for', async () => {
    const before = at.sonar.state.world.projects.size;
    expect(await setUp('ledger', { key: 'another', name: 'Another' })).toMatchObject({
      already: true,
      binding: { project: { key: 'PAY_ledger' } },
    });
    expect(at.sonar.state.world.projects.size).toBe(before);
  });

  it('stays what it is after the next runs', async () => {
    expect(await at.sync(at.bitbucketId)).toBe('success');
    expect(await at.sync(at.sonarqubeId)).toBe('success');
    const rows = await at.database.db.query(
      `select p.source_key as key, r.slug from data.sonarqube_bindings b join data.sonarqube_projects p on p.id = b.project_id
         join data.bitbucket_repositories r on r.id = b.repository_id where p.deleted_at is null and r.deleted_at is null`,
    );
    expect(rows).toEqual([{ key: 'PAY_ledger', slug: 'ledger' }]);
  });

  it('of several at once makes one each', async () => {
    const slugs = ['service-10', 'service-11', 'service-12'];
    const made = await Promise.all(slugs.map((slug) => setUp(slug, { keyRule: 'project:slug' })));
    expect(made.map(({ binding }) => binding.project.key)).toEqual(slugs.map((slug) => `PAY:${slug}`));
    const twice = await Promise.allSettled([setUp('service-13'), setUp('service-13')]);
    const keys = [...at.sonar.state.world.projects.keys()].filter((key) => key.includes('service-13'));
    expect(keys).toEqual(['PAY_service-13']);
    expect(twice.some(({ status }) => status === 'fulfilled')).toBe(true);
  });

  it('in a mono repository makes one for each folder, limited to it', async () => {
    const made = await setUp('service-20', { mono: true, prefix: 'a' });
    const other = await setUp('service-20', { mono: true, prefix: 'b' });
    expect([made, other].map(({ binding }) => binding.project.name)).toEqual(['service-20 a', 'service-20 b']);
    expect(project('PAY_service-20_a')?.settings).toEqual({ 'sonar.inclusions': ['a/**/*'] });
    expect(await setUp('service-20', { mono: true, prefix: 'b' })).toMatchObject({ already: true });
    expect(await refusedAda('POST', `${here}/repositories`, wanted('service-20'))).toBe('binding_conflict');
  });
});

describe('what goes wrong', () => {
  const nothingMade = async (code: string, body: object): Promise<void> => {
    const before = [...at.sonar.state.world.projects.keys()];
    const bindings = await at.database.db.query('select id from repositories.bindings');
    expect(await refusedAda('POST', `${here}/repositories`, body)).toBe(code);
    expect([...at.sonar.state.world.projects.keys()]).toEqual(before);
    expect(await at.database.db.query('select id from repositories.bindings')).toEqual(bindings);
    expect(await unfinished()).toBe(0);
  };

  it('is said before anything is made', async () => {
    await nothingMade('project_exists', wanted('service-30', { key: 'shop' }));
    await nothingMade('project_refused', wanted('service-30', { key: '17' }));
    await nothingMade('bitbucket_repository_not_found', wanted('none'));
    // The person may read it, and the integration, which would report to it, may not.
    await nothingMade('invalid_permissions', { ...wanted('vault'), project: 'SEC' });
    await nothingMade('binding_invalid', wanted('service-30', { mono: true, prefix: '../up' }));
  });

  it('after the project is made takes the project back', async () => {
    await at.database.db.execute(`create function repositories.refuse() returns trigger language plpgsql as
      $$ begin raise exception 'no binding today'; end $$`);
    await at.database.db.execute(
      'create trigger refuse before insert on repositories.bindings for each row execute function repositories.refuse()',
    );
    await nothingMade('internal_server_error', wanted('service-31'));
    const known = await at.database.db.query(
      "select id from code_quality.projects where source_key like '%service-31'",
    );
    expect(known).toEqual([]);
    at.sonar.faults.add({ match: { path: 'api/projects/delete' }, kind: { type: 'server_error' } });
    expect(await refusedAda('POST', `${here}/repositories`, wanted('service-31'))).toBe('import_left_project');
    await at.database.db.execute('drop trigger refuse on repositories.bindings');
    expect((await list('?search=service-31')).repositories).toMatchObject([{ unfinished: true, projects: [] }]);
    // What is left is gone on with, not made twice.
    expect(await setUp('service-31')).toMatchObject({
      already: false,
      binding: { project: { key: 'PAY_service-31' } },
    });
    expect(await unfinished()).toBe(0);
  });

  it('without an answer to the making finds out what became of it', async () => {
    at.sonar.faults.add({ match: { path: 'api/projects/create' }, kind: { type: 'reset' } });
    expect(await setUp('service-32')).toMatchObject({ already: false });
    expect(project('PAY_service-32')).toBeDefined();
    at.sonar.faults.add({ match: { path: 'api/projects/create' }, kind: { type: 'bad_gateway' } });
    await at.refused('POST', `${here}/repositories`, wanted('service-33'), ada);
    expect(await setUp('service-33')).toMatchObject({ binding: { project: { key: 'PAY_service-33' } } });
    expect([...at.sonar.state.world.projects.keys()].filter((key) => key.includes('service-33'))).toHaveLength(1);
    expect(await unfinished()).toBe(0);
  });

  it('with the token is noticed, and another is asked for', async () => {
    at.sample.bitbucket.state.revokeToken(token);
    expect(await refusedAda('GET', `${here}/repositories`)).toBe('import_token_refused');
    expect(await own()).toMatchObject({ refusedAt: expect.any(String) });
    token = at.sample.bitbucket.state.addToken({ user: 'ada', permissions: ['PROJECT_READ', 'REPO_READ'] });
    tokens.push(token);
    await asAda('PUT', `${here}/token`, { token });
    expect(await own()).toMatchObject({ refusedAt: null });
    await list();
  });
});

describe('tokens of people', () => {
  it('are in no address, log, audit entry or error', async () => {
    const trail = await at.database.db.query('select * from access.audit_events');
    expect(trail.length).toBeGreaterThan(10);
    expect(logged.length).toBeGreaterThan(10);
    const asked = at.sample.bitbucket.journal.entries.map(({ url }) => url);
    for (const text of [JSON.stringify(trail), logged.join(''), asked.join('')])
      for (const one of tokens) expect(text).not.toContain(one);
  });

  it('are under the newest key after a rotation, as every secret', async () => {
    const { sealedTables } = await import('../../platform/vault/rotation.ts');
    expect(await sealedTables(at.database.db)).toContain('repositories.user_tokens');
  });

  it('are removed by their owner, with the account, and with the integration', async () => {
    const left = async () => (await at.database.db.query('select id from repositories.user_tokens')).length;
    await asAda('DELETE', `${here}/token`);
    expect(await left()).toBe(0);
    expect(await own()).toBeNull();
    const eve = await at.signIn('eve@example.com');
    await at.api('PUT', `${here}/token`, { token }, eve);
    const { users } = await at.api<{ users: { id: number; email: string }[] }>('GET', '/api/v1/users');
    await at.api('DELETE', `/api/v1/users/${users.find(({ email }) => email === 'eve@example.com')?.id}`);
    expect(await left()).toBe(0);
    await asAda('PUT', `${here}/token`, { token });
    await at.api('DELETE', `/api/v1/integrations/${at.bitbucketId}`, { name: 'bitbucket' });
    await expect.poll(left, { timeout: 20_000 }).toBe(0);
    const trail = await at.database.db.query<{ action: string }>(
      "select distinct action from access.audit_events where action like 'import_token.%' or action = 'project.import' order by 1",
    );
    expect(trail.map(({ action }) => action)).toEqual(['import_token.enter', 'import_token.remove', 'project.import']);
  });
});
