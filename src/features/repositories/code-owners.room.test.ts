import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RepositoriesHub, startRepositoriesHub } from '../../../test/support/repositories-hub.ts';
import type { OrgTree, ProjectRule, RulesPreview, Team, TeamProjects } from '../teams/contract.ts';

/* Whose a project is by the file of code owners of the repository that it is bound to. */

let at: RepositoriesHub;
let teams: Map<string, number>;

const api = <T>(method: string, path: string, body?: unknown): Promise<T> => at.api<T>(method, `/api/v1/${path}`, body);
const owner = (value: string): ProjectRule => ({ kind: 'owner', value });
const push = (files: Record<string, string>) =>
  at.sample.bitbucket.state.push(at.sample.repository, { branch: 'main', files });

/** Nobody may read the file until faults are cleared. */
const forbidFile = () =>
  at.sample.bitbucket.faults.add({
    match: { path: 'rest/api/1.0/projects/PAY/repos/ledger/browse/CODEOWNERS' },
    kind: { type: 'status', status: 403, body: '{"errors":[{"message":"no"}]}', contentType: 'application/json' },
    times: Number.POSITIVE_INFINITY,
  });

/** What a rule would take now, and of how many projects it does not know. */
async function taken(value: string): Promise<[keys: string[], unread: number | undefined]> {
  const { projects, unread } = await api<RulesPreview>('POST', `teams/${teams.get('Rome')}/projects/preview`, {
    rules: [owner(value)],
  });
  return [projects.map(({ project }) => project.key).sort(), unread[0]];
}

beforeAll(async () => {
  at = await startRepositoriesHub({
    scenario(state) {
      for (const key of ['gateway', 'ledger', 'shop']) state.addProject({ key, name: key });
    },
  });
  expect(await at.sync(at.bitbucketId)).toBe('success');
  expect(await at.sync(at.sonarqubeId)).toBe('success');
  const rows = await at.database.db.query<{ id: number; key: string }>(
    'select id, source_key as key from data.sonarqube_projects',
  );
  const projects = new Map(rows.map(({ id, key }) => [key, id]));
  // A run of its own may follow each binding, and look for the file before the first test does.
  forbidFile();
  for (const key of ['gateway', 'ledger']) {
    const wanted = { project: projects.get(key), repository: 'PAY/ledger', mono: true, prefix: `apps/${key}` };
    await api('POST', 'bindings', wanted);
  }
  const people = ['Rome', 'Berlin'].map((site) => ({ name: site, email: `${site}@x.test`, attributes: { site } }));
  await api('PATCH', 'people', { people });
  await api<{ tree: OrgTree }>('POST', 'org-trees', { name: 'Sites', levels: ['site'] });
  teams = new Map((await api<{ teams: Team[] }>('GET', 'teams')).teams.map(({ name, id }) => [name, id]));
});
afterAll(() => at?.close());

const stored = () =>
  at.database.db.query(
    `select r.owners_file as file, r.owners_unread_since is not null as unread, (select array_agg(o.pattern order by o.line) from data.bitbucket_code_owners o where o.repository_id = r.id) as patterns
       from data.bitbucket_repositories r`,
  );

it('is not known before the file was looked for, and then whose its folder is', async () => {
  expect(await taken('@@pay')).toEqual([[], 2]);
  expect(await stored()).toEqual([{ file: null, unread: true, patterns: null }]);
  at.sample.bitbucket.faults.clear();
  await push({ CODEOWNERS: '* @@all\napps/ledger/ @@Pay lead@example.com\n' });
  expect(await at.sync(at.bitbucketId)).toBe('success');
  expect(await stored()).toEqual([{ file: 'CODEOWNERS', unread: false, patterns: ['*', 'apps/ledger/'] }]);
  expect(await taken('@@pay')).toEqual([['ledger'], 0]);
  expect(await taken('Lead@example.com')).toEqual([['ledger'], 0]);
  expect(await taken('@@ALL')).toEqual([['gateway'], 0]);
  expect(await taken('@@none')).toEqual([[], 0]);
});

it('is followed where the file changes, also by teams, and nothing is written where it does not', async () => {
  const team = teams.get('Rome');
  await api('PUT', `teams/${team}/projects`, { rules: [owner('@@pay')] });
  const syncedAt = () => at.database.db.query('select run_id, synced_at from repositories.repositories');
  const before = await syncedAt();
  expect(await at.sync(at.bitbucketId)).toBe('success');
  expect(await syncedAt()).toEqual(before);
  await push({ CODEOWNERS: '* @@pay\n' });
  expect(await at.sync(at.bitbucketId)).toBe('success');
  await expect
    .poll(async () => (await api<TeamProjects>('GET', `teams/${team}/projects`)).total, {
      timeout: 60_000,
      interval: 200,
    })
    .toBe(2);
});

it('stays whose it was while the file cannot be read, which is said; and is nobody’s once there is none', async () => {
  await push({ CODEOWNERS: '* @@pay\n' });
  await api('PUT', `teams/${teams.get('Rome')}/projects`, { rules: [owner('@@pay')] });
  expect(await at.sync(at.bitbucketId)).toBe('success');
  forbidFile();
  expect(await at.sync(at.bitbucketId)).toBe('partial');
  expect(await stored()).toEqual([{ file: 'CODEOWNERS', unread: true, patterns: ['*'] }]);
  expect(await taken('@@pay')).toEqual([['gateway', 'ledger'], 2]);
  const { unread } = await api<TeamProjects>('GET', `teams/${teams.get('Rome')}/projects`);
  expect(unread).toEqual([2]);
  at.sample.bitbucket.faults.clear();
  expect(await at.sync(at.bitbucketId)).toBe('success');
  expect(await taken('@@pay')).toEqual([['gateway', 'ledger'], 0]);
  at.sample.bitbucket.state.deleteRepository(at.sample.repository);
  await at.sample.bitbucket.state.addRepository({ project: at.sample.project, name: 'ledger' });
  expect(await at.sync(at.bitbucketId)).not.toBe('failed');
  expect(await taken('@@pay')).toEqual([[], 0]);
});
