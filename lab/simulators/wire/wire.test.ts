import { afterEach, describe, expect, it } from 'vitest';
import { afterName, fromIndex, numbered } from './paging.ts';
import { json } from './reply.ts';
import { startWire, type Wire } from './server.ts';
import { shownBy } from './tokens.ts';

interface World {
  things: string[];
}

let wire: Wire<World, { type: 'shy' }>;
afterEach(() => wire.close());

/** The smallest system there is: it lists its things to who shows a token. */
async function startThings(context = ''): Promise<World> {
  const world: World = { things: ['a', 'b'] };
  wire = await startWire<World, { type: 'shy' }>({
    world,
    context,
    projectParameters: ['owner', 'owners'],
    answer: ({ path, headers, faults }) => {
      const shown = shownBy(headers.authorization);
      const things = faults.some(({ type }) => type === 'shy') ? [] : world.things;
      const known = path === 'api/things';
      const who = shown.scheme === 'bearer' ? 'bearer' : 'anonymous';
      return { reply: known ? json({ things }) : json({ message: 'no such path' }, 404), known, who };
    },
  });
  return world;
}

const ask = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${wire.url}/${path}`, { headers });
const things = async (path = 'api/things'): Promise<unknown> => ((await (await ask(path)).json()) as World).things;

describe('a simulator’s wire', () => {
  it('keeps a journal of who asked for what, and refuses to have missed an unknown path', async () => {
    await startThings();
    await ask('api/things?owner=x', { authorization: 'Bearer t' });
    await ask('api/other');
    expect(wire.journal.entries).toMatchObject([
      {
        method: 'GET',
        path: 'api/things',
        url: '/api/things?owner=x',
        query: { owner: 'x' },
        tokenKind: 'bearer',
        status: 200,
      },
      { path: 'api/other', known: false, tokenKind: 'anonymous', status: 404 },
    ]);
    expect(() => wire.journal.expectNoUnexpected()).toThrow('GET api/other');
    expect(() => wire.journal.expectNoUnexpected(['api/other'])).not.toThrow();
  });

  it('lives below its context only', async () => {
    await startThings('/deep');
    expect((await ask('api/things')).status).toBe(200);
    expect((await fetch(new URL('/api/things', wire.url))).status).toBe(404);
  });

  it('is struck by the faults that match, as often as they are armed, whatever the system', async () => {
    await startThings();
    wire.faults.add({ match: { project: 'x' }, kind: { type: 'server_error' }, times: 2 });
    wire.faults.add({ match: { path: 'api/*', after: 3 }, kind: { type: 'rate_limit', retryAfterSeconds: 7 } });
    const statuses: number[] = [];
    for (const path of ['api/things', 'api/things?owners=y,x', 'api/things?owner=x', 'api/things?owner=x'])
      statuses.push((await ask(path)).status);
    expect(statuses).toEqual([200, 500, 500, 429]);
    expect(wire.faults.pending()).toEqual([]);
    expect(wire.journal.entries.map(({ fault }) => fault)).toEqual([
      null,
      'server_error',
      'server_error',
      'rate_limit',
    ]);
  });

  it('cuts and changes answers, and changes the world before and after them', async () => {
    await startThings();
    wire.faults.add({ kind: { type: 'before', run: (world) => world.things.push('c') } });
    wire.faults.add({ kind: { type: 'after', run: (world) => world.things.pop() } });
    expect(await things()).toEqual(['a', 'b', 'c']);
    expect(await things()).toEqual(['a', 'b']);
    wire.faults.add({ kind: { type: 'edit', edit: () => ({ things: [] }) } });
    expect(await things()).toEqual([]);
    wire.faults.add({ kind: { type: 'truncate' } });
    await expect(things()).rejects.toThrow();
    wire.faults.add({ kind: { type: 'reset_before_answer' } });
    await expect(things()).rejects.toThrow();
    expect(wire.journal.entries.at(-1)?.status).toBeNull();
  });

  it('leaves the faults of the system to the system', async () => {
    await startThings();
    wire.faults.add({ kind: { type: 'shy' } });
    expect([await things(), await things()]).toEqual([[], ['a', 'b']]);
  });
});

describe('what a caller shows', () => {
  it.each([
    [undefined, { scheme: 'none' }],
    ['Bearer abc', { scheme: 'bearer', token: 'abc' }],
    [`Basic ${btoa('a:b:c')}`, { scheme: 'basic', username: 'a', password: 'b:c' }],
    [`basic ${btoa('token')}`, { scheme: 'basic', username: 'token', password: '' }],
    ['Digest x', { scheme: 'other' }],
  ])('%s', async (header, shown) => {
    await startThings();
    expect(shownBy(header)).toEqual(shown);
  });
});

describe('pages', () => {
  it('by number, by index and by the last name hold every row once', async () => {
    await startThings();
    const rows = ['a', 'b', 'c', 'd', 'e'];
    expect([numbered(1, 2).from, numbered(3, 2).from, numbered(2, 2, 0).from]).toEqual([0, 4, 4]);
    expect([fromIndex(rows, 0, 2).next, fromIndex(rows, 4, 2), fromIndex(rows, 9, 2).rows]).toEqual([
      2,
      { rows: ['e'], next: null },
      [],
    ]);
    expect([afterName(rows, null, 2), afterName(rows, 'bb', 3), afterName(rows, 'e', 2)]).toEqual([
      { rows: ['a', 'b'], isLast: false },
      { rows: ['c', 'd', 'e'], isLast: true },
      { rows: [], isLast: true },
    ]);
  });
});
