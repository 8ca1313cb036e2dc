import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { testHub } from '../../../../test/support/hub.ts';
import { createTeams, type Teams } from '../index.ts';
import type { OrgTree, TreeDetail, TreeDifference, TreePeople, TreePreview } from './contract.ts';

interface Said {
  email: string;
  managerEmail?: string | null;
  site?: string;
}

async function hubOf() {
  const told: string[] = [];
  let teams: Teams | undefined;
  const hub = await testHub({
    routes: (db) => {
      teams = createTeams({ db, tell: async (_, changes) => void told.push(...changes.map(({ kind }) => kind)) });
      return teams.routes;
    },
  });
  const body = (people: readonly Said[]) => ({
    people: people.map(({ email, managerEmail = null, site }) => ({
      name: email.split('@')[0]?.toUpperCase(),
      email,
      managerEmail,
      attributes: site === undefined ? {} : { site },
    })),
  });
  return {
    ...hub,
    told,
    said: async (...people: Said[]) => {
      const { status, text } = await hub.call('PATCH', '/api/v1/people', { body: body(people) });
      expect([status, status === 200 ? '' : text]).toEqual([200, '']);
    },
    make: async (tree: object): Promise<OrgTree> => {
      const { status, body: made, text } = await hub.call('POST', '/api/v1/org-trees', { body: tree });
      expect([status, status === 201 ? '' : text]).toEqual([201, '']);
      return made.tree;
    },
    react: async () => teams?.reactions[0]?.handle('all', new AbortController().signal),
    nodes: async (id: number, at?: string): Promise<[string, string | null, number][]> => {
      const detail = (await hub.call('GET', `/api/v1/org-trees/${id}${at === undefined ? '' : `?at=${at}`}`))
        .body as TreeDetail;
      const names = new Map(detail.nodes.map(({ key, name }) => [key, name]));
      return detail.nodes.map(({ name, parent, people }) => [
        name,
        parent === null ? null : (names.get(parent) ?? '?'),
        people,
      ]);
    },
    difference: async (id: number) =>
      (await hub.call('GET', `/api/v1/org-trees/${id}/difference`)).body as TreeDifference,
  };
}

const company: Said[] = [
  { email: 'ada@x.test', site: 'Rome' },
  { email: 'bob@x.test', managerEmail: 'ada@x.test', site: 'Rome' },
  { email: 'eve@x.test', managerEmail: 'ada@x.test', site: 'Berlin' },
  { email: 'fay@x.test', managerEmail: 'bob@x.test', site: 'Berlin' },
  { email: 'gus@x.test' },
];

/** A moment between two changes: times of the database, not of this process. */
async function moment(db: Awaited<ReturnType<typeof hubOf>>['db']): Promise<string> {
  await delay(5);
  const { at } = await db.one<{ at: Date }>('select clock_timestamp() as at');
  await delay(5);
  return at.toISOString();
}

describe('an org tree', () => {
  it('needs people', async () => {
    const { call } = await hubOf();
    const tree = { name: 'Line', levels: ['manager'] };
    const { status, body } = await call('POST', '/api/v1/org-trees', { body: tree });
    expect([status, body.error.code]).toEqual([412, 'people_missing']);
    expect((await call('POST', '/api/v1/org-trees/preview', { body: { levels: ['site'] } })).status).toBe(412);
  });

  it('is looked at before it is made, then stands with its teams and people', async () => {
    const hub = await hubOf();
    await hub.said(...company);
    const preview = (await hub.call('POST', '/api/v1/org-trees/preview', { body: { levels: ['site', 'manager'] } }))
      .body as TreePreview;
    expect(preview.totals).toEqual({ teams: 1, mapped: 2, unmapped: 3, leftOut: 0 });
    expect(preview.unmapped.map(({ email, reason, detail }) => [email, reason, detail])).toEqual([
      ['gus@x.test', 'no_value', 'site'],
      ['eve@x.test', 'alone', ''],
      ['fay@x.test', 'alone', ''],
    ]);
    expect((await hub.call('GET', '/api/v1/org-trees')).body).toMatchObject({
      trees: [],
      attributes: ['site'],
      people: 5,
    });
    const tree = await hub.make({ name: 'Line', levels: ['manager'] });
    expect(tree).toMatchObject({ teams: 2, people: 4, outdated: false, builtBy: 'admin' });
    expect(await hub.nodes(tree.id)).toEqual([
      ['ADA', null, 4],
      ['BOB', 'ADA', 2],
      ['Direct reports of ADA', 'ADA', 2],
    ]);
    const unmapped = (await hub.call('GET', `/api/v1/org-trees/${tree.id}/people?unmapped=true`)).body as TreePeople;
    expect(unmapped.people.map(({ email, reason }) => [email, reason])).toEqual([['gus@x.test', 'alone']]);
    const all = (await hub.call('GET', `/api/v1/org-trees/${tree.id}/people`)).body as TreePeople;
    expect(all.people.map(({ email, team }) => [email, team])).toEqual([
      ['ada@x.test', 'Direct reports of ADA'],
      ['bob@x.test', 'BOB'],
      ['eve@x.test', 'Direct reports of ADA'],
      ['fay@x.test', 'BOB'],
    ]);
    const teams = (await hub.call('GET', '/api/v1/teams?search=bob')).body;
    expect(teams.teams).toMatchObject([{ name: 'BOB', tree: { name: 'Line' }, people: 2, manager: 'BOB' }]);
    const again = await hub.call('POST', '/api/v1/org-trees', { body: { name: 'line', levels: ['site'] } });
    expect(again.body.error.code).toBe('org_tree_name_taken');
    expect((await hub.call('GET', '/api/v1/audit?action=org_tree.add')).body.events).toHaveLength(1);
  });

  it('stays as it stands when people change, until the difference that was seen is applied', async () => {
    const hub = await hubOf();
    await hub.said(...company);
    const { id } = await hub.make({ name: 'Line', levels: ['manager'] });
    const before = await hub.nodes(id);
    const then = await moment(hub.db);
    await hub.said(
      { email: 'eve@x.test', managerEmail: 'bob@x.test' },
      { email: 'gus@x.test', managerEmail: 'eve@x.test' },
    );
    await hub.react();
    expect(await hub.nodes(id)).toEqual(before);
    expect((await hub.call('GET', '/api/v1/org-trees')).body.trees[0].outdated).toBe(true);
    const seen = await hub.difference(id);
    expect(seen.people).toEqual({ joined: 1, left: 0, moved: 1 });
    expect(seen.peopleSample).toMatchObject([
      { email: 'eve@x.test', from: 'Direct reports of ADA', to: 'EVE' },
      { email: 'gus@x.test', from: null, to: 'EVE' },
    ]);
    expect(seen.nodes).toEqual({ added: 2, removed: 0, renamed: 0, moved: 1, led_otherwise: 0 });
    await hub.said({ email: 'han@x.test', managerEmail: 'ada@x.test' });
    const apply = (fingerprint: string) => hub.call('POST', `/api/v1/org-trees/${id}/apply`, { body: { fingerprint } });
    expect((await apply(seen.fingerprint)).body.error.code).toBe('org_tree_changed');
    expect(await hub.nodes(id)).toEqual(before);
    const { fingerprint } = await hub.difference(id);
    expect((await apply(fingerprint)).body.tree).toMatchObject({ outdated: false, people: 6, teams: 3 });
    expect(await hub.nodes(id)).toEqual([
      ['ADA', null, 6],
      ['BOB', 'ADA', 4],
      ['Direct reports of ADA', 'ADA', 2],
      ['Direct reports of BOB', 'BOB', 2],
      ['EVE', 'BOB', 2],
    ]);
    expect((await hub.difference(id)).nodeSample).toEqual([]);
    // Last quarter by last quarter's tree.
    expect(await hub.nodes(id, then)).toEqual(before);
    const members = (await hub.call('GET', `/api/v1/org-trees/${id}/people?at=${then}`)).body as TreePeople;
    expect(members.total).toBe(4);
    const [bob, ...more] = await hub.db.query<{ team: number }>(
      `select distinct team_id as team from data.teams where name like '%BOB'`,
    );
    expect([bob === undefined, more]).toEqual([false, []]);
    const { events } = (await hub.call('GET', '/api/v1/audit?action=org_tree.build')).body;
    expect(events).toMatchObject([{ details: { people: 3 } }]);
  });

  it('is built anew by itself where that is wanted, and said so', async () => {
    const hub = await hubOf();
    await hub.said(...company);
    const { id } = await hub.make({ name: 'Sites', levels: ['site'], automatic: true });
    expect(await hub.nodes(id)).toEqual([
      ['Berlin', null, 2],
      ['Rome', null, 2],
    ]);
    await hub.said({ email: 'gus@x.test', site: 'Oslo' });
    expect(hub.told).toEqual(['people_changed', 'people_changed']);
    await hub.react();
    expect((await hub.nodes(id)).map(([name]) => name)).toEqual(['Berlin', 'Oslo', 'Rome']);
    const { events } = (await hub.call('GET', '/api/v1/audit?action=org_tree.build')).body;
    expect(events.map(({ actorName }: { actorName: string }) => actorName)).toEqual(['Org trees']);
    await hub.react();
    expect((await hub.call('GET', '/api/v1/audit?action=org_tree.build')).body.events).toHaveLength(1);
  });

  it('built otherwise shows that as a difference; removed, it stays in the history', async () => {
    const hub = await hubOf();
    await hub.said(...company);
    const { id } = await hub.make({ name: 'Sites', levels: ['site'] });
    const filters = [{ attribute: 'site', condition: 'not_equals', values: ['Rome'] }];
    const body = { name: 'Sites', levels: ['site'], filters };
    expect((await hub.call('PUT', `/api/v1/org-trees/${id}`, { body })).body.tree.outdated).toBe(true);
    const { nodeSample, people, totals } = await hub.difference(id);
    expect(nodeSample).toEqual([{ name: 'Rome', before: 'Rome', leaf: true, what: 'removed' }]);
    expect([people.left, totals.leftOut]).toEqual([2, 2]);
    expect((await hub.call('DELETE', `/api/v1/org-trees/${id}`)).status).toBe(200);
    expect((await hub.call('GET', `/api/v1/org-trees/${id}`)).body.error.code).toBe('org_tree_not_found');
    const rows = await hub.db.query<{ n: number }>(
      'select count(*) as n from data.team_members where not is_current union all select count(*) from data.teams where is_current',
    );
    expect(rows.map(({ n }) => n)).toEqual([4, 0]);
    await hub.make({ name: 'Sites', levels: ['site'] });
    const { events } = (await hub.call('GET', '/api/v1/audit')).body;
    const actions = events.map(({ action }: { action: string }) => action);
    expect(actions).toEqual(expect.arrayContaining(['org_tree.change', 'org_tree.remove']));
  });

  it('has each person in one team only, also for the database', async () => {
    const hub = await hubOf();
    await hub.said(...company);
    const { id } = await hub.make({ name: 'Line', levels: ['manager'] });
    const twice = hub.db.execute(
      'insert into teams.memberships (tree_id, node_id, person_id) select tree_id, node_id, person_id from teams.memberships where tree_id = $1',
      [id],
    );
    await expect(twice).rejects.toThrow(/duplicate key/);
  });
});
