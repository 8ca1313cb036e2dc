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
