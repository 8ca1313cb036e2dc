import { describe, expect, it } from 'vitest';
import { testHub } from '../../../../test/support/hub.ts';
import type { Ownership, RulesPreview, Team, TeamProjects } from '../contract.ts';
import { createTeams, type Teams } from '../index.ts';

async function hubOf() {
  let teams: Teams | undefined;
  const hub = await testHub({
    routes: (db) => {
      teams = createTeams({ db, tell: async () => undefined });
      return teams.routes;
    },
  });
  const people = ['Rome', 'Berlin'].map((site) => ({ name: site, email: `${site}@x.test`, attributes: { site } }));
  await hub.call('PATCH', '/api/v1/people', { body: { people } });
  const { tree } = (await hub.call('POST', '/api/v1/org-trees', { body: { name: 'Sites', levels: ['site'] } })).body;
  const { id: sonar } = await hub.db.one<{ id: number }>(
    `insert into integrations.integrations (name, kind, settings, state) values ('sonar', 'sonarqube', '{}', 'active') returning id`,
  );
  const project = (key: string, tags: string[] = []) =>
    hub.db.execute(
      `insert into code_quality.projects (integration_id, source_key, row_hash, name, qualifier, tags) values ($1, $2, gen_random_uuid(), $2, 'TRK', $3)`,
      [sonar, key, tags],
    );
  for (const key of ['pay-ledger', 'pay-gateway', 'shop']) await project(key);
  const list = (await hub.call('GET', '/api/v1/teams')).body.teams as Team[];
  const teamOf = (name: string): number => list.find((team) => team.name === name)?.id ?? 0;
  return {
    ...hub,
    tree: tree.id as number,
    project,
    rome: teamOf('Rome'),
    berlin: teamOf('Berlin'),
    save: (team: number, ...rules: object[]) => hub.call('PUT', `/api/v1/teams/${team}/projects`, { body: { rules } }),
    ownership: async (state: string) =>
      (await hub.call('GET', `/api/v1/org-trees/${tree.id}/projects?state=${state}`)).body as Ownership,
    react: async (name: string) => {
      await teams?.reactions.find((one) => one.name === name)?.handle('all', new AbortController().signal);
    },
  };
}

const glob = (value: string) => ({ kind: 'glob', value });
const keysOf = ({ projects }: Ownership): string[] => projects.map(({ project }) => project.key);

describe('what belongs to a team', () => {
  it('is shown before it is saved, with who has it, too', async () => {
    const { call, save, rome, berlin } = await hubOf();
    await save(rome, { kind: 'key', value: 'pay-ledger' });
    const preview = (
      await call('POST', `/api/v1/teams/${berlin}/projects/preview`, {
        body: { rules: [glob('pay-*'), glob('none-*')] },
      })
    ).body as RulesPreview;
    expect([preview.total, preview.taken]).toEqual([2, [2, 0]]);
    expect(preview.projects.map(({ project, alsoOf }) => [project.key, alsoOf.map(({ name }) => name)])).toEqual([
      ['pay-gateway', []],
      ['pay-ledger', ['Rome']],
    ]);
    expect((await call('GET', `/api/v1/teams/${berlin}/projects`)).body).toEqual({
      rules: [],
      unread: [],
      total: 0,
      projects: [],
    });
    expect((await call('GET', '/api/v1/audit?action=team.projects')).body.events).toHaveLength(1);
  });

  it('is nobody’s, one team’s or shared, and each project counts in exactly one of the three', async () => {
    const { save, rome, berlin, ownership } = await hubOf();
    expect((await ownership('unowned')).counts).toEqual({ unowned: 3, shared: 0, owned: 0 });
    await save(rome, glob('pay-*'));
    const saved = (await save(berlin, { kind: 'key', value: 'pay-ledger' })).body as TeamProjects;
    expect(saved.projects.map(({ key }) => key)).toEqual(['pay-ledger']);
    expect(keysOf(await ownership('unowned'))).toEqual(['shop']);
    expect(keysOf(await ownership('owned'))).toEqual(['pay-gateway']);
    const shared = await ownership('shared');
    expect(shared.projects.map(({ teams }) => teams.map(({ name }) => name))).toEqual([['Berlin', 'Rome']]);
    expect(shared.counts).toEqual({ unowned: 1, shared: 1, owned: 1 });
  });

  it('follows projects that come and go, with the time from which and until which it was so', async () => {
    const { save, rome, ownership, project, react, db } = await hubOf();
    await save(rome, glob('pay-*'), { kind: 'tag', value: 'core' });
    await project('pay-new');
    await project('core', ['core']);
    await db.execute(`update code_quality.projects set deleted_at = now() where source_key = 'pay-ledger'`);
    await react('teams.belongings');
    expect(keysOf(await ownership('owned'))).toEqual(['core', 'pay-gateway', 'pay-new']);
    const rows = await db.query<{ key: string; now: boolean }>(
      `select p.source_key as key, t.is_current as now from data.team_projects t
         join code_quality.projects p on p.id = t.project_id order by 1`,
    );
    expect(rows).toEqual([
      { key: 'core', now: true },
      { key: 'pay-gateway', now: true },
      { key: 'pay-ledger', now: false },
      { key: 'pay-new', now: true },
    ]);
  });

  it('goes by the tags that were read last while nobody can read them, and says of how many projects', async () => {
    const { call, save, rome, ownership, project, react, db } = await hubOf();
    await project('core', ['core']);
    await db.execute(`update code_quality.projects set tags_unread_since = null where source_key <> 'shop'`);
    const rules = [{ kind: 'tag', value: 'core' }, glob('pay-*')];
    const saved = (await save(rome, ...rules)).body as TeamProjects;
    expect([saved.unread, saved.total]).toEqual([[1, 0], 3]);
    await db.execute('update code_quality.projects set tags_unread_since = now()');
    await react('teams.belongings');
    expect(keysOf(await ownership('owned'))).toContain('core');
    const preview = (await call('POST', `/api/v1/teams/${rome}/projects/preview`, { body: { rules } })).body;
    expect((preview as RulesPreview).unread).toEqual([4, 0]);
    expect((preview as RulesPreview).taken).toEqual([1, 2]);
  });

  it('is nobody’s again when its team is gone', async () => {
    const { call, save, rome, tree, ownership } = await hubOf();
    await save(rome, glob('pay-*'));
    await call('DELETE', '/api/v1/people', { body: { emails: ['rome@x.test'] } });
    const { fingerprint } = (await call('GET', `/api/v1/org-trees/${tree}/difference`)).body;
    await call('POST', `/api/v1/org-trees/${tree}/apply`, { body: { fingerprint } });
    expect((await ownership('unowned')).counts).toEqual({ unowned: 3, shared: 0, owned: 0 });
    expect((await save(rome, glob('*'))).body.error.code).toBe('team_not_found');
  });
});
