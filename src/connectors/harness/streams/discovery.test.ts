import { beforeEach, describe, expect, it } from 'vitest';
import type { ScopePoll, SliceEvent, SliceRequest } from '../../contract.ts';
import { createFakeHarness, failure, type FakeHarness, success } from '../fake-harness.ts';
import { pollBudget } from './discovery.ts';
import { ago, completesOf, eventsOf, idsOf, now, read } from './testing.ts';

let fake: FakeHarness;
const discover = (request: Partial<SliceRequest> = {}, settings: object = {}): Promise<SliceEvent[]> =>
  read(fake, { phase: 'discovery', slice: 'discovery', ...request }, settings);
const slicesOf = (events: readonly SliceEvent[]) =>
  eventsOf(events, 'slice').filter(({ slice }) => slice.startsWith('project:'));

beforeEach(() => {
  fake = createFakeHarness();
  fake.rows.organizations = [{ identifier: 'default' }, { identifier: 'pay', name: 'Payments' }];
  fake.rows.projects = [
    { organization: 'default', identifier: 'shop' },
    { organization: 'pay', identifier: 'ledger', name: 'Ledger' },
    { organization: 'pay', identifier: 'cards' },
  ];
});

describe('what there is to read', () => {
  it('is every project that the key sees, with a slice each', async () => {
    const events = await discover();
    expect(eventsOf(events, 'identity')).toEqual([{ type: 'identity', serverId: 'acc' }]);
    expect(slicesOf(events).map(({ slice }) => slice)).toEqual([
      'project:default/shop',
      'project:pay/ledger',
      'project:pay/cards',
    ]);
    expect(completesOf(events, 'projects')).toMatchObject([
      { sourceCount: 3, proof: 'counts_equal', absenceTrusted: true },
    ]);
    expect(idsOf(events, 'organizations')).toEqual(['default', 'pay']);
  });

  it('is what the settings choose; what they leave out is told as that, and not as gone', async () => {
    const known = async () =>
      new Map<string, string | null>([
        ['default/shop', null],
        ['pay/ledger', null],
      ]);
    const events = await discover({ known }, { organizations: 'Payments', projects: 'pay/Ledger' });
    expect(idsOf(events, 'projects')).toEqual(['ledger']);
    expect(completesOf(events, 'projects')).toMatchObject([
      { sourceCount: 1, outside: [{ key: 'default/shop', id: null }] },
    ]);
    expect(completesOf(events, 'projects')[0]).not.toHaveProperty('unmatched');
    expect(idsOf(events, 'organizations')).toEqual(['pay']);
  });

  it.each([
    [{ organizations: 'Pay,default' }, 'organization_not_found', ['Pay']],
    [{ projects: 'pay/nothing,pay/cards' }, 'project_not_found', ['pay/nothing']],
    [{ organizations: 'pay', projects: 'default/shop' }, 'project_outside_organizations', ['default/shop']],
  ])('of %o says what matches nothing', async (settings, code, names) => {
    expect(completesOf(await discover({}, settings), 'projects')).toMatchObject([{ unmatched: { code, names } }]);
  });

  it('reaches over pages, and is read again where it changed between them', async () => {
    fake.rows.projects = Array.from({ length: 130 }, (_, index) => ({ organization: 'pay', identifier: `p${index}` }));
    let asked = 0;
    fake.instead = ({ path }) => {
      if (path.endsWith('/projects') && (asked += 1) === 2)
        fake.rows.projects.unshift({ organization: 'pay', identifier: 'new' });
      return undefined;
    };
    const events = await discover();
    expect(completesOf(events, 'projects')).toMatchObject([{ sourceCount: 131, proof: 'counts_equal' }]);
    expect(slicesOf(events)).toHaveLength(131);
  });

  it('of a key that sees nothing is nothing, and nobody is told that all is gone', async () => {
    fake.rows.projects = [];
    expect(completesOf(await discover(), 'projects')).toMatchObject([{ sourceCount: 0, absenceTrusted: false }]);
  });

  it('is found without organizations, which a key of one project may not list', async () => {
    fake.instead = ({ path }) => (path.endsWith('/organizations') ? failure(403, 'NG_ACCESS_DENIED') : undefined);
    const events = await discover();
    expect(eventsOf(events, 'unavailable')).toMatchObject([{ stream: 'organizations', code: 'invalid_permissions' }]);
    expect(slicesOf(events)).toHaveLength(3);
  });
});

it('what projects share is looked at once a day', async () => {
  const shared = eventsOf(await discover({}, { organizations: 'pay' }), 'slice').filter(
    ({ slice }) => !slice.startsWith('project:'),
  );
  const touchedAt = '2026-03-01T00:00:00.000Z';
  expect(shared).toEqual(
    ['account', 'organization:pay'].map((slice) => ({ type: 'slice', slice, version: '1', touchedAt })),
  );
});

describe('where something ran since', () => {
  const bookmark = { end: now.toISOString(), deepAt: now.toISOString(), open: 0, newest: 'x' };
  const poll = (slice: string, more: object = {}): ScopePoll => ({
    slice,
    stream: 'executions',
    scope: '',
    name: '',
    bookmark: { ...bookmark, ...more },
  });
  const run = (planExecutionId: string, project: string, startTs: number) => ({
    planExecutionId,
    project,
    status: 'Success',
    startTs,
  });
  const touchedOf = (events: readonly SliceEvent[]) =>
    eventsOf(events, 'polled').map(({ slice, touchedAt }) => [slice, touchedAt !== null]);

  it('is asked project by project: another run than the last one that is known', async () => {
    fake.rows.executions = [run('x', 'default/shop', ago(1)), run('y', 'pay/ledger', ago(1))];
    const polls = ['project:default/shop', 'project:pay/ledger', 'project:pay/cards'].map((slice) => poll(slice));
    expect(touchedOf(await discover({ facts: { polls } }))).toEqual([
      ['project:default/shop', false],
      ['project:pay/ledger', true],
      ['project:pay/cards', true],
    ]);
  });

  it('is taken for granted while something is under way, or where nobody knows', async () => {
    const polls = [poll('project:default/shop', { open: 2 }), { ...poll('project:pay/ledger'), bookmark: 'odd' }];
    expect(touchedOf(await discover({ facts: { polls } }))).toEqual([
      ['project:default/shop', true],
      ['project:pay/ledger', true],
    ]);
    expect(fake.journal.filter(({ path }) => path.endsWith('/summary'))).toEqual([]);
  });

  it('is looked at once a day in each project, also where nothing ran, and not everywhere at once', async () => {
    fake.rows.projects = Array.from({ length: 60 }, (_, index) => ({ organization: 'pay', identifier: `p${index}` }));
    const polls = fake.rows.projects.map(({ identifier }) =>
      poll(`project:pay/${identifier}`, { newest: null, deepAt: new Date(ago(1)).toISOString() }),
    );
    const touched = touchedOf(await discover({ facts: { polls } })).filter(([, isTouched]) => isTouched === true);
    expect(touched.map(([slice]) => slice)).toEqual(['project:pay/p0', 'project:pay/p1', 'project:pay/p2']);
  });

  it('of a project that may not be asked any more is found out by reading it', async () => {
    fake.instead = ({ path }) => (path.endsWith('/summary') ? failure(403, 'NG_ACCESS_DENIED') : undefined);
    expect(touchedOf(await discover({ facts: { polls: [poll('project:pay/cards')] } }))).toEqual([
      ['project:pay/cards', true],
    ]);
  });

  it('of projects that are not read is not asked', async () => {
    expect(touchedOf(await discover({ facts: { polls: [poll('project:lab/try')] } }))).toEqual([]);
  });

  it('is told in one go where the server lists all projects', async () => {
    fake.rows.executions = [run('new', 'pay/cards', ago(0.001)), run('old', 'pay/ledger', ago(2))];
    const cursors = { executions: new Date(ago(0.01)).toISOString() };
    const events = await discover({ cursors, facts: { polls: [poll('project:pay/cards')] } });
    expect(slicesOf(events).map(({ touchedAt }) => touchedAt)).toEqual([
      null,
      null,
      new Date(ago(0.001)).toISOString(),
    ]);
    // What is read anyway is not asked for.
    expect(touchedOf(events)).toEqual([]);
    expect(eventsOf(events, 'cursor')).toEqual([{ type: 'cursor', name: 'executions', value: now.toISOString() }]);
  });

  it('is looked for as ever where the server does not', async () => {
    const cursors = { executions: new Date(ago(0.01)).toISOString() };
    fake.instead = ({ query }) => (query.has('showAllExecutions') ? failure(400, 'INVALID_REQUEST') : undefined);
    expect(touchedOf(await discover({ cursors, facts: { polls: [poll('project:pay/cards')] } }))).toEqual([
      ['project:pay/cards', true],
    ]);
  });

  it('costs an idle account no more than a twentieth of its projects and ten calls, retries included', async () => {
    for (const count of [1, 20, 200, 1_000]) {
      fake.journal.length = 0;
      fake.rows.projects = Array.from({ length: count }, (_, index) => ({
        organization: 'pay',
        identifier: `p${index}`,
      }));
      fake.rows.executions = fake.rows.projects.map(({ identifier }) => run('x', `pay/${identifier}`, ago(1)));
      const polls = fake.rows.projects.map(({ identifier }) => poll(`project:pay/${identifier}`));
      const events = await discover({ facts: { polls }, cursors: { executions: new Date(ago(0.01)).toISOString() } });
      expect(fake.journal.length).toBeLessThanOrEqual(count / 20 + 10);
      // In the order in which they wait.
      expect(touchedOf(events)[0]).toEqual(['project:pay/p0', false]);
    }
    expect([pollBudget(20, 3), pollBudget(20, 40), pollBudget(2_000, 25)]).toEqual([8, 1, 85]);
  });
});

describe('projects that a notification names', () => {
  it('are found without listing everything, as far as they are chosen', async () => {
    const named = ['project:pay/ledger', 'project:default/shop', 'project:pay/none'];
    const events = await discover({ named }, { organizations: 'pay' });
    expect(slicesOf(events).map(({ slice }) => slice)).toEqual(['project:pay/ledger']);
    expect(completesOf(events, 'projects')).toMatchObject([{ coverage: 'named' }]);
    expect(fake.journal).toHaveLength(3);
  });

  it('are not taken from a server that lists others', async () => {
    const others = { content: [{ project: { orgIdentifier: 'pay', identifier: 'cards' } }], totalItems: 1 };
    fake.instead = () => success(others);
    expect(slicesOf(await discover({ named: ['project:pay/ledger'] }))).toEqual([]);
  });
});
