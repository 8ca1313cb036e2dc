import { describe, expect, it } from 'vitest';
import { testHub } from '../../../../test/support/hub.ts';
import type { SecurityNodes } from '../../insights/contract.ts';
import { securityBelow } from '../../insights/security/below.ts';
import { createTeams } from '../index.ts';
import type { TreeDetail, TreeDifference, TreePeople } from './contract.ts';

interface Said {
  name: string;
  site?: string;
  role?: string;
  managerEmail?: string;
}

async function hubOf() {
  const hub = await testHub({ routes: (db) => createTeams({ db, tell: async () => undefined }).routes });
  return {
    ...hub,
    /** By their first names, which are their addresses. */
    said: async (...people: Said[]) => {
      const body = {
        people: people.map(({ name, site, role, managerEmail = null }) => ({
          name,
          email: `${name.split(' ')[0]?.toLowerCase()}@x.test`,
          managerEmail,
          attributes: { ...(site && { site }), ...(role && { role }) },
        })),
      };
      expect((await hub.call('PATCH', '/api/v1/people', { body })).status).toBe(200);
    },
    make: async (body: object): Promise<number> => (await hub.call('POST', '/api/v1/org-trees', { body })).body.tree.id,
    change: async (id: number, body: object) =>
      expect((await hub.call('PUT', `/api/v1/org-trees/${id}`, { body })).status).toBe(200),
    apply: async (id: number) => {
      const { fingerprint } = (await hub.call('GET', `/api/v1/org-trees/${id}/difference`)).body as TreeDifference;
      const applied = await hub.call('POST', `/api/v1/org-trees/${id}/apply`, { body: { fingerprint } });
      expect(applied.status).toBe(200);
    },
    /** Everything that happened until now was so many days earlier. */
    pass: async (days: number) => {
      for (const table of ['tree_periods', 'node_periods', 'memberships', 'person_periods'])
        await hub.db.execute(
          `update teams.${table} set valid_from = valid_from - make_interval(days => $1), valid_to = valid_to - make_interval(days => $1)`,
          [days],
        );
    },
    daysAgo: async (days: number) =>
      (await hub.db.one<{ at: Date }>('select now() - make_interval(days => $1) as at', [days])).at.toISOString(),
    tree: async (id: number, at?: string) =>
      (await hub.call('GET', `/api/v1/org-trees/${id}${at === undefined ? '' : `?at=${at}`}`)).body as TreeDetail,
    unmapped: async (id: number, at?: string) => {
      const query = at === undefined ? '' : `&at=${at}`;
      const { body } = await hub.call('GET', `/api/v1/org-trees/${id}/people?unmapped=true${query}`);
      return body.error?.code ?? (body as TreePeople).people.map(({ email, reason }) => `${email} ${reason}`);
    },
  };
}

const standing = ({ stood, nodes }: TreeDetail) => ({
  called: stood.name,
  by: stood.levels,
  nodes: nodes.map(({ name, level, manager }) => [name, level, manager]),
});

/** A tree of sites, in the first quarter of its life called otherwise, built otherwise and led by somebody of another name. */
async function twoQuarters() {
  const hub = await hubOf();
  await hub.said(
    { name: 'Ada Byron', site: 'Rome' },
    { name: 'Bob', site: 'Rome', managerEmail: 'ada@x.test' },
    { name: 'Gus' },
  );
  const id = await hub.make({ name: 'Sites', levels: ['site', 'manager'] });
  await hub.pass(90);
  await hub.said({ name: 'Ada Lovelace', site: 'Rome', role: 'Lead' }, { name: 'Gus', site: 'Oslo', role: 'Dev' });
  await hub.said({ name: 'Bob', site: 'Rome', role: 'Dev', managerEmail: 'ada@x.test' });
  await hub.change(id, { name: 'Places', levels: ['role'] });
  return { ...hub, id };
}

const firstQuarter = {
  called: 'Sites',
  by: ['site', 'manager'],
  nodes: [
    ['Rome', 'site', null],
    ['Ada Byron', 'manager', 'Ada Byron'],
  ],
};

describe('last quarter by last quarter’s tree', () => {
  it('has its name, its levels, and the names of its nodes and of who led them, whatever they are now', async () => {
    const { id, tree, apply, daysAgo, call } = await twoQuarters();
    const then = await daysAgo(30);
    expect(standing(await tree(id, then))).toEqual(firstQuarter);
    // Called otherwise at once, and standing by its levels of before until the difference is applied.
    expect(standing(await tree(id))).toMatchObject({ called: 'Places', by: ['site', 'manager'] });
    await apply(id);
    expect(standing(await tree(id))).toEqual({
      called: 'Places',
      by: ['role'],
      nodes: [
        ['Dev', 'role', null],
        ['Lead', 'role', null],
      ],
    });
    expect(standing(await tree(id, then))).toEqual(firstQuarter);
    expect(standing(await tree(id, await daysAgo(200)))).toEqual({ called: null, by: null, nodes: [] });
    const rome = (await tree(id, then)).nodes[0]?.id;
    const place = (await call('GET', `/api/v1/org-nodes/${rome}?treeAt=${then.slice(0, 10)}`)).body;
    expect([place.tree, place.path, place.below]).toEqual([
      { id, name: 'Sites' },
      [expect.objectContaining({ name: 'Rome' })],
      [expect.objectContaining({ name: 'Ada Byron' })],
    ]);
  });

  it('has who was in no team by the people and the rule of then', async () => {
    const { id, unmapped, apply, daysAgo, said } = await twoQuarters();
    await apply(id);
    await said({ name: 'Eve' });
    expect(await unmapped(id, await daysAgo(30))).toEqual(['gus@x.test no_value']);
    expect(await unmapped(id)).toEqual(['eve@x.test no_value']);
    expect(await unmapped(id, await daysAgo(200))).toBe('org_tree_not_then');
  });

  it('is called so on the card of what lies below it', async () => {
    const { db, id, apply, daysAgo } = await twoQuarters();
    await apply(id);
    const scope = { node: null, projects: null, severity: 'all', assetType: 'all', counting: 'vulnerabilities' };
    const below = (treeAt?: string): Promise<SecurityNodes> =>
      securityBelow(db, { ...scope, branchScope: 'main' } as never, { tree: id, node: undefined, treeAt });
    const day = (await daysAgo(30)).slice(0, 10);
    const words = ({ tree, nodes }: SecurityNodes) => [tree.name, ...nodes.map(({ name }) => name)];
    expect([words(await below(day)), words(await below())]).toEqual([
      ['Sites', 'Rome'],
      ['Places', 'Dev', 'Lead'],
    ]);
  });

  it('is in SQL with the times in which each was so, and what was so is never written again', async () => {
    const { db, id, apply, change, call } = await twoQuarters();
    const rows = () =>
      db.query<Record<string, unknown>>(
        `select name, array_to_string(levels, ' ') as levels, array_to_string(built_levels, ' ') as built, is_current,
                valid_to is not distinct from lead(valid_from) over (order by id) as seamless
           from data.org_trees where tree_id = $1 order by id`,
        [id],
      );
    const first = { name: 'Sites', levels: 'site manager', built: 'site manager', is_current: false, seamless: true };
    const said = { ...first, name: 'Places', levels: 'role' };
    const stands = { ...said, built: 'role', is_current: true };
    expect(await rows()).toEqual([first, { ...said, is_current: true }]);
    await apply(id);
    expect(await rows()).toEqual([first, said, stands]);
    const before = await db.query('select * from data.org_trees where not is_current order by id');
    // Said again as it is: nothing begins.
    await change(id, { name: 'Places', levels: ['role'] });
    await apply(id);
    expect(await rows()).toHaveLength(3);
    const levels = await db.query<{ name: string; level: string; is_current: boolean }>(
      'select name, level, is_current from data.org_tree_nodes where tree_id = $1 order by id',
      [id],
    );
    expect(levels.map(({ name, level, is_current }) => [name, level, is_current])).toEqual([
      ['Rome', 'site', false],
      ['Ada Byron', 'manager', false],
      ['Dev', 'role', true],
      ['Lead', 'role', true],
    ]);
    await call('DELETE', `/api/v1/org-trees/${id}`);
    expect((await rows()).map(({ is_current }) => is_current)).toEqual([false, false, false]);
    const after = await db.query('select * from data.org_trees order by id');
    const kept = (list: Record<string, unknown>[]) =>
      list.map(({ id: row, name, levels: said, valid_from, valid_to }) => [row, name, said, valid_from, valid_to]);
    expect(kept(after.slice(0, 2))).toEqual(kept(before));
  });
});
