import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RepositoriesHub, startRepositoriesHub } from '../../../test/support/repositories-hub.ts';
import type {
  AppliedBinding,
  Binding,
  BindingDetail,
  BindingList,
  ManyBindingsAnswer,
  SuggestionList,
} from './contract.ts';

let at: RepositoriesHub;
const settingsOf = (key: string) => at.sonar.state.world.projects.get(key)?.settings?.['sonar.inclusions'];

beforeAll(async () => {
  at = await startRepositoriesHub({
    scenario(state) {
      for (const key of ['bound', 'linked', 'PAY_ledger', 'unlike'])
        state.addProject({ key, name: `Project ${key}`, analyses: [{ issues: { count: 4 } }] });
    },
  });
  const { url } = at.sample.bitbucket;
  const { projects } = at.sonar.state.world;
  const bound = { key: 'main', alm: 'bitbucket', repository: 'PAY', slug: 'ledger', url, monorepo: false };
  Object.assign(projects.get('bound') ?? {}, { binding: bound });
  const clone = `${url}/scm/pay/ledger.git`;
  Object.assign(projects.get('linked') ?? {}, { links: [{ type: 'scm', url: `scm:git:${clone}` }] });
  expect(await at.sync(at.bitbucketId)).toBe('success');
  expect(await at.sync(at.sonarqubeId)).toBe('success');
});
afterAll(() => at?.close());

const added = async (): Promise<number> =>
  (await at.database.db.query("select id from access.audit_events where action = 'binding.add'")).length;
const suggestions = async (): Promise<SuggestionList['suggestions']> =>
  (await at.api<SuggestionList>('GET', '/api/v1/bindings/suggestions')).suggestions;

describe('suggestions', () => {
  it('name the repository, why, and how sure that is; nothing is bound by asking', async () => {
    const found = await suggestions();
    const ledger = expect.objectContaining({ project: 'PAY', slug: 'ledger' });
    expect(
      found.map(({ project, repository, reason, confidence }) => [project.key, repository, reason, confidence]),
    ).toEqual([
      ['bound', ledger, 'sonarqube_binding', 'certain'],
      ['linked', ledger, 'link', 'likely'],
      ['PAY_ledger', ledger, 'name', 'possible'],
      ['unlike', null, null, null],
    ]);
    // Three projects for one repository: each is to be one of several.
    expect(found.map(({ mono }) => mono)).toEqual([true, true, true, false]);
    expect((await at.api<BindingList>('GET', '/api/v1/bindings')).total).toBe(0);
  });

  it('are made of names where SonarQube cannot be asked, and say so', async () => {
    at.sonar.faults.add({
      match: { path: 'api/alm_settings/get_binding' },
      kind: { type: 'server_error' },
      times: Number.POSITIVE_INFINITY,
    });
    const found = await suggestions();
    at.sonar.faults.clear();
    expect(found.find(({ project }) => project.key === 'bound')).toMatchObject({
      reason: null,
      unasked: { code: expect.any(String) },
    });
    expect(found.find(({ project }) => project.key === 'PAY_ledger')).toMatchObject({ reason: 'name' });
  });

  it('are bound by a person, each by itself', async () => {
    const found = await suggestions();
    const bindings = found
      .filter(({ repository }) => repository !== null)
      .map(({ project, repository }) => ({
        project: project.id,
        repository: `${repository?.project}/${repository?.slug}`,
        mono: project.key !== 'PAY_ledger',
        prefix: project.key === 'PAY_ledger' ? '' : `services/${project.key}`,
      }));
    const { results } = await at.api<ManyBindingsAnswer>('POST', '/api/v1/bindings/many', { bindings });
    expect(results.map(({ binding, error }) => binding?.project.key ?? error?.code)).toEqual([
      'bound',
      'linked',
      'binding_conflict',
    ]);
    expect((await suggestions()).map(({ project }) => project.key)).toEqual(['PAY_ledger', 'unlike']);
    expect(await added()).toBe(2);
    const trail = await at.database.db.query<{ action: string }>(
      "select action from access.audit_events where action = 'binding.add'",
    );
    expect(trail).toHaveLength(2);
  });
});

describe('a project of a mono repository', () => {
  const bindings = async (): Promise<Binding[]> => (await at.api<BindingList>('GET', '/api/v1/bindings')).bindings;
  const ofKey = async (key: string): Promise<Binding> => {
    const found = (await bindings()).find(({ project }) => project.key === key);
    if (found === undefined) throw new Error(`${key} is not bound`);
    return found;
  };
  const look = (id: number) => at.api<BindingDetail>('POST', `/api/v1/bindings/${id}/look`);

  it('is limited to its folder on the server, and its scanner says its own name', async () => {
    expect(settingsOf('linked')).toEqual(['services/linked/**/*']);
    const { id, inclusion } = await ofKey('linked');
    expect(inclusion).toEqual({ pattern: 'services/linked/**/*', state: 'set', message: null });
    const { scanner } = await at.api<BindingDetail>('GET', `/api/v1/bindings/${id}`);
    for (const command of Object.values(scanner)) expect(command).toContain("'Project linked'");
    expect(scanner.cli).not.toContain('sonar.inclusions');
  });

  it('with findings outside its folder is warned about, with their number', async () => {
    const { id, warnings } = await ofKey('linked');
    expect(warnings).toContain('outside_prefix');
    const { outside } = await at.api<BindingDetail>('GET', `/api/v1/bindings/${id}`);
    expect(outside.count).toBe(4);
    expect(outside.files.length).toBeGreaterThan(0);
  });

  it('follows another prefix, and keeps what a person entered', async () => {
    const { id } = await ofKey('linked');
    await at.api('PUT', `/api/v1/bindings/${id}`, { mono: true, prefix: 'moved' });
    expect(settingsOf('linked')).toEqual(['moved/**/*']);
    Object.assign(at.sonar.state.world.projects.get('linked') ?? {}, { settings: { 'sonar.inclusions': ['mine/**'] } });
    await at.api('PUT', `/api/v1/bindings/${id}`, { mono: true, prefix: 'again' });
    expect(settingsOf('linked')).toEqual(['mine/**']);
    expect((await ofKey('linked')).inclusion).toMatchObject({
      state: 'other',
      message: expect.stringContaining('mine/**'),
    });
    Object.assign(at.sonar.state.world.projects.get('linked') ?? {}, { settings: {} });
    expect((await look(id)).binding.inclusion).toMatchObject({ state: 'set' });
    await at.api('PUT', `/api/v1/bindings/${id}`, { mono: true, prefix: '' });
    expect(settingsOf('linked')).toBeUndefined();
    const trail = await at.database.db.query<{ action: string }>(
      "select action from access.audit_events where action = 'binding.limit'",
    );
    expect(trail.length).toBeGreaterThanOrEqual(4);
  });

  it('is bound all the same where the token may not limit it: then it is shown for copying', async () => {
    const { id } = await ofKey('linked');
    const body = '{"errors":[{"msg":"Insufficient privileges"}]}';
    at.sonar.faults.add({
      match: { path: 'api/settings/set' },
      kind: { type: 'status', status: 403, body, contentType: 'application/json' },
    });
    await at.api('PUT', `/api/v1/bindings/${id}`, { mono: true, prefix: 'services/linked' });
    at.sonar.faults.clear();
    const { binding, scanner } = await at.api<BindingDetail>('GET', `/api/v1/bindings/${id}`);
    expect(binding.inclusion).toMatchObject({ pattern: 'services/linked/**/*', state: 'refused' });
    expect(scanner.cli).toContain("-Dsonar.inclusions='services/linked/**/*'");
  });

  it('that SonarQube itself reports on under the same key says so', async () => {
    const bound = await ofKey('bound');
    // One report of SonarQube’s for the repository, one of ours for the project: two keys.
    expect(bound).toMatchObject({ ownReports: 'none' });
    const { projects } = at.sonar.state.world;
    Object.assign(projects.get('bound')?.binding ?? {}, { monorepo: true });
    const { binding, pullRequests } = await look(bound.id);
    expect(binding).toMatchObject({ ownReports: 'same_key', warnings: expect.arrayContaining(['own_reports']) });
    expect(pullRequests).toBe(true);
  });

  it('warns where links of its reports lead readers to their own machines, until the public address is entered', async () => {
    const { id } = await ofKey('linked');
    const setting = (integration: number, key: string, url: string) =>
      at.database.db.execute(
        'update integrations.integrations set settings = settings || jsonb_build_object($2::text, $3::text) where id = $1',
        [integration, key, url],
      );
    const warnings = async () => (await at.api<BindingDetail>('GET', `/api/v1/bindings/${id}`)).binding.warnings;
    expect(await warnings()).not.toContain('local_links');
    await setting(at.bitbucketId, 'url', 'https://bitbucket.example.com');
    expect(await warnings()).toContain('local_links');
    await setting(at.sonarqubeId, 'publicUrl', 'https://sonar.example.com');
    expect(await warnings()).not.toContain('local_links');
    await setting(at.bitbucketId, 'url', at.sample.bitbucket.url);
    await setting(at.sonarqubeId, 'publicUrl', '');
  });
});

describe('a binding of a file', () => {
  const apply = (body: object, dryRun = false): Promise<AppliedBinding> =>
    at.api('PUT', `/api/v1/bindings/declared?dryRun=${dryRun}`, body);
  const wanted = { project: 'unlike', repository: 'PAY/ledger', mono: true, prefix: 'services/unlike' };
  const total = async () => (await at.api<BindingList>('GET', '/api/v1/bindings')).total;

  it('is made once, changed where the file changed, and left alone otherwise', async () => {
    const before = await total();
    expect(await apply(wanted, true)).toEqual({ created: true, changes: [] });
    expect(await total()).toBe(before);
    expect(await apply(wanted)).toEqual({ created: true, changes: [] });
    expect(await apply(wanted)).toEqual({ created: false, changes: [] });
    const other = { ...wanted, prefix: 'services/other', annotations: false };
    expect(await apply(other, true)).toEqual({ created: false, changes: ['annotations', 'prefix'] });
    expect(await apply(other)).toEqual({ created: false, changes: ['annotations', 'prefix'] });
    expect(await apply(other)).toEqual({ created: false, changes: [] });
    expect(settingsOf('unlike')).toEqual(['services/other/**/*']);
    expect(await total()).toBe(before + 1);
    expect(await added()).toBe(3);
  });

  it('is refused for what nobody has read', async () => {
    const declared = '/api/v1/bindings/declared';
    expect(await at.refused('PUT', declared, { ...wanted, project: 'none' })).toBe('project_not_found');
    expect(await at.refused('PUT', declared, { ...wanted, sonarqube: 'none' })).toBe('project_not_found');
    expect(await at.refused('PUT', declared, { ...wanted, repository: 'PAY/none' })).toBe('code_repository_not_found');
    expect(await at.refused('PUT', declared, { ...wanted, mono: false })).toBe('binding_conflict');
  });
});
