import { describe, expect, it } from 'vitest';
import { testHub } from '../../../../test/support/hub.ts';
import { createTeams, teamsData } from '../index.ts';
import type { AccountList, PersonDetail } from './../contract.ts';

async function hubOf() {
  const hub = await testHub({ routes: (db) => createTeams({ db, tell: async () => undefined }).routes });
  const people = ['ada', 'bnoyce', 'eve'].map((name) => ({ name: `${name} Lovelace`, email: `${name}@x.test` }));
  await hub.call('PATCH', '/api/v1/people', { body: { people } });
  const integration = async (name: string, kind: string): Promise<number> => {
    const { id } = await hub.db.one<{ id: number }>(
      `insert into integrations.integrations (name, kind, settings, state) values ($1, $2, '{}', 'active') returning id`,
      [name, kind],
    );
    return id;
  };
  const sonar = await integration('sonar', 'sonarqube');
  await hub.db.execute(
    `insert into code_quality.authors (integration_id, name) values ($1, 'ADA@x.test'), ($1, 'bnoyce'), ($1, 'robot')`,
    [sonar],
  );
  const person = async (email: string): Promise<number> => {
    const { id } = await hub.db.one<{ id: number }>('select id from teams.people where email = $1', [email]);
    return id;
  };
  const accounts = async (query = ''): Promise<AccountList> =>
    (await hub.call('GET', `/api/v1/identities/proposals${query}`)).body;
  return { ...hub, sonar, person, accounts };
}

describe('accounts of other systems', () => {
  it('are proposed to people, and are theirs only when a person confirmed it', async () => {
    const { call, accounts, sonar, person } = await hubOf();
    const list = await accounts();
    expect(list.accounts.map(({ value, reason, person: whose }) => [value, reason, whose?.email])).toEqual([
      ['ADA@x.test', 'email', 'ada@x.test'],
      ['bnoyce', 'login', 'bnoyce@x.test'],
      ['robot', null, undefined],
    ]);
    expect([list.total, list.proposed]).toEqual([3, 2]);
    expect((await accounts('?proposed=true&search=bno')).accounts).toHaveLength(1);
    const ada = await person('ada@x.test');
    const identities = [{ integration: sonar, value: 'ADA@x.test', person: ada }];
    expect((await call('GET', `/api/v1/people/${ada}`)).body.identities).toEqual([]);
    expect((await call('POST', '/api/v1/identities', { as: 'team_manager', body: { identities } })).body).toEqual({
      saved: 1,
    });
    const detail = (await call('GET', `/api/v1/people/${ada}`)).body as PersonDetail;
    expect(detail.identities).toMatchObject([
      { value: 'ADA@x.test', system: { name: 'sonar', kind: 'sonarqube' }, confirmedBy: 'team_manager' },
    ]);
    expect((await accounts()).accounts.map(({ value }) => value)).toEqual(['bnoyce', 'robot']);
    const [last] = (await call('GET', '/api/v1/audit?action=identity.confirm')).body.events;
    expect(last).toMatchObject({ objectName: 'ada@x.test', details: { account: 'ADA@x.test' } });
    const { id } = detail.identities[0] ?? { id: 0 };
    expect((await call('DELETE', `/api/v1/identities/${id}`)).status).toBe(200);
    expect((await call('DELETE', `/api/v1/identities/${id}`)).body.error.code).toBe('identity_not_found');
    expect((await call('GET', '/api/v1/audit?action=identity.remove')).body.events).toHaveLength(1);
    expect((await accounts()).total).toBe(3);
  });

  it('are one person’s only, and with one that cannot be nothing is saved', async () => {
    const { call, sonar, person, db } = await hubOf();
    const [ada, eve] = [await person('ada@x.test'), await person('eve@x.test')];
    const save = (identities: object[], as?: 'viewer') =>
      call('POST', '/api/v1/identities', { body: { identities }, ...(as === undefined ? {} : { as }) });
    const robot = { integration: sonar, value: 'robot', person: ada };
    expect((await save([robot], 'viewer')).status).toBe(403);
    expect((await save([robot, { ...robot, person: eve }])).body.error.code).toBe('identity_taken');
    expect((await save([robot, { ...robot, person: 999 }])).body.error.code).toBe('person_not_found');
    expect((await save([robot, { ...robot, integration: 999 }])).body.error.code).toBe('integration_not_found');
    expect(await db.query('select id from data.person_identities')).toEqual([]);
  });

  it('go with their system', async () => {
    const { call, sonar, person, db } = await hubOf();
    const identities = [{ integration: sonar, value: 'robot', person: await person('eve@x.test') }];
    await call('POST', '/api/v1/identities', { body: { identities } });
    const data = teamsData(db);
    expect(await data.count(sonar)).toBe(1);
    expect(await db.transaction((tx) => data.purge(tx, sonar, 10))).toBe(1);
    expect(await db.transaction((tx) => data.purge(tx, sonar, 10))).toBe(0);
  });
});
