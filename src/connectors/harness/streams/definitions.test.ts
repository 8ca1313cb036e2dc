import { beforeEach, describe, expect, it } from 'vitest';
import { createFakeHarness, failure, type FakeHarness } from '../fake-harness.ts';
import { completesOf, eventsOf, now, read, staged, storedWith } from './testing.ts';

let fake: FakeHarness;
const rowsOf = async (stream: string) => [...staged(await read(fake, {}), stream).values()].flat();

beforeEach(() => {
  fake = createFakeHarness();
  const project = 'default/shop';
  fake.rows.pipelines = [
    {
      project,
      identifier: 'deploy',
      name: 'Deploy',
      numOfStages: 3,
      modules: ['cd', null],
      storeType: 'INLINE_HC',
      tags: null,
    },
    { project: 'default/other', identifier: 'x' },
  ];
  fake.rows.services = [
    { project, identifier: 'web', name: 'Web', tags: { team: 'a' } },
    { project, identifier: 'old', deleted: true },
  ];
  fake.rows.environments = [
    { project, identifier: 'prod', type: 'Production' },
    { project, identifier: 'x', type: null },
  ];
});

describe('what is defined in a project', () => {
  it('are its pipelines, services and environments', async () => {
    expect(await rowsOf('pipelines')).toMatchObject([
      {
        organization: 'default',
        project: 'shop',
        identifier: 'deploy',
        stages: 3,
        modules: ['cd'],
        storeType: 'INLINE_HC',
        link: 'https://app.harness.io/ng/account/acc/all/orgs/default/projects/shop/pipelines/deploy/pipeline-studio',
      },
    ]);
    expect(await rowsOf('services')).toMatchObject([{ identifier: 'web', tags: [{ key: 'team', value: 'a' }] }]);
    expect(await rowsOf('environments')).toMatchObject([{ type: 'Production' }, { type: null }]);
  });

  it('is proven by the server’s count, without what was deleted', async () => {
    expect(completesOf(await read(fake, {}), 'services')).toMatchObject([{ sourceCount: 1, proof: 'counts_equal' }]);
  });

  it('is looked at again after an hour', async () => {
    const readAt = (minutes: number) => ({ readAt: new Date(now.getTime() - minutes * 60_000).toISOString() });
    const bookmarks = { pipelines: readAt(59), services: readAt(60), environments: 'odd' };
    const events = await read(fake, storedWith({ bookmarks }));
    const read_ = ['pipelines', 'services', 'environments'].filter((stream) => completesOf(events, stream).length > 0);
    expect(read_).toEqual(['services', 'environments']);
    expect(completesOf(events, 'services')[0]?.bookmark).toEqual({ readAt: now.toISOString() });
  });

  it('and could not be read the last time is read now', async () => {
    const bookmarks = { pipelines: { readAt: now.toISOString() } };
    const unread = { places: [{ stream: 'pipelines', scope: '' }], only: false };
    expect(completesOf(await read(fake, { ...storedWith({ bookmarks }), unread }), 'pipelines')).toHaveLength(1);
  });

  it('and may not be read takes nothing else away', async () => {
    fake.instead = ({ path }) => (path.endsWith('/servicesV2') ? failure(403, 'NG_ACCESS_DENIED') : undefined);
    const events = await read(fake, {});
    expect(eventsOf(events, 'unavailable').map(({ stream }) => stream)).toEqual(['services']);
    for (const stream of ['pipelines', 'environments', 'executions'])
      expect(completesOf(events, stream)).not.toEqual([]);
  });

  it('and is of an unknown shape is set aside, and the list is still whole', async () => {
    fake.rows.services.push({ project: 'default/shop', identifier: 9 });
    const events = await read(fake, {});
    expect(eventsOf(events, 'set_aside')).toMatchObject([{ stream: 'services' }]);
    expect(completesOf(events, 'services')).toMatchObject([{ sourceCount: 2, proof: 'counts_equal' }]);
  });
});

describe('what projects share', () => {
  const shared = (slice: string, more: object = {}) => read(fake, { slice, ...more });

  it('are services and environments of an organization, and of the account', async () => {
    fake.rows.services.push(
      { project: 'default', identifier: 'log', orgIdentifier: 'default' },
      { project: 'default', identifier: 'web', orgIdentifier: 'default', projectIdentifier: 'shop' },
      { project: '', identifier: 'mail' },
    );
    fake.rows.environments.push({ project: '', identifier: 'dr', type: 'Production' });
    const organization = await shared('organization:default');
    expect([...staged(organization, 'services').values()].flat()).toMatchObject([
      { organization: 'default', project: null, identifier: 'log' },
    ]);
    expect(completesOf(organization, 'services')).toMatchObject([{ sourceCount: 1, proof: 'counts_equal' }]);
    const account = await shared('account');
    for (const [stream, identifier] of [
      ['services', 'mail'],
      ['environments', 'dr'],
    ] as const)
      expect([...staged(account, stream).values()].flat()).toMatchObject([
        { organization: null, project: null, identifier },
      ]);
  });

  it('and a key may not see is neither empty nor a failure', async () => {
    fake.instead = () => failure(403, 'NG_ACCESS_DENIED');
    const events = await shared('account');
    expect(eventsOf(events, 'unavailable')).toEqual([]);
    expect(completesOf(events, 'services')).toMatchObject([
      { sourceCount: null, proof: 'unproven', absenceTrusted: false },
    ]);
    fake.instead = () => failure(404, 'NOT_FOUND');
    expect(eventsOf(await shared('account'), 'unavailable')).toHaveLength(2);
  });

  it('has no past', async () => {
    expect(await shared('account', { phase: 'history' })).toEqual([]);
  });
});
