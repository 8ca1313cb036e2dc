import { beforeEach, describe, expect, it } from 'vitest';
import { PlumblineError } from '../../../platform/errors/index.ts';
import type { SliceEvent } from '../../contract.ts';
import {
  type Asked,
  createFakeHarness,
  type ExecutionRow,
  failure,
  type FakeHarness,
  success,
} from '../fake-harness.ts';
import { storedStatusOf } from './executions.ts';
import { ago, completesOf, day, eventsOf, idsOf, now, read, staged, storedWith } from './testing.ts';

let fake: FakeHarness;
const run = (planExecutionId: string, startTs: number | undefined, more: object = {}): ExecutionRow => ({
  planExecutionId,
  project: 'default/shop',
  status: 'Success',
  ...(startTs === undefined ? {} : { startTs, endTs: startTs + 1_000 }),
  ...more,
});
const isList = ({ path }: Asked): boolean => path.endsWith('/execution/summary');
const lists = (): Asked[] => fake.journal.filter(isList);
const details = (): Asked[] => fake.journal.filter(({ path }) => path.includes('/execution/v2/'));
const bookmarkOf = (events: readonly SliceEvent[]) =>
  completesOf(events, 'executions').find(({ scope }) => scope === '')?.bookmark;

/** As an earlier reading left it. */
const bookmarks = {
  executions: {
    end: new Date(ago(0.5)).toISOString(),
    deepAt: new Date(ago(0.5)).toISOString(),
    open: 0,
    newest: 'old',
  },
};

beforeEach(() => {
  fake = createFakeHarness();
});

describe('what began lately', () => {
  it('is listed whole and proven by the server’s own count', async () => {
    fake.rows.executions = Array.from({ length: 250 }, (_, index) => run(`r${index}`, ago(1) + index));
    fake.rows.executions.push(run('older', ago(8)), run('elsewhere', ago(1), { project: 'default/other' }));
    const events = await read(fake, {});
    const [recent] = completesOf(events, 'executions');
    expect(recent).toMatchObject({
      scope: 'recent',
      sourceCount: 250,
      proof: 'counts_equal',
      absenceTrusted: false,
      window: { from: new Date(ago(7)).toISOString(), to: now.toISOString() },
    });
    expect(new Set(idsOf(events, 'executions')).size).toBe(250);
    expect(idsOf(events, 'executions')).not.toContain('older');
  });

  it('is asked for again a day behind what was read before, in the order in which runs began', async () => {
    fake.rows.executions = [run('a', ago(1.4)), run('b', ago(1.6))];
    const events = await read(fake, storedWith({ bookmarks }));
    expect(idsOf(events, 'executions')).toEqual(['a']);
    expect(lists()[0]?.body?.['timeRange']).toEqual({ startTime: ago(1.5), endTime: now.getTime() - 1 });
    expect(lists()[0]?.query.get('sort')).toBe('startTs,ASC');
  });

  it('with too much in it is divided, each part proven by itself, nothing twice', async () => {
    fake.rows.executions = Array.from({ length: 1_300 }, (_, index) => run(`r${index}`, ago(6) + index * 300_000));
    const events = await read(fake, {});
    const windows = completesOf(events, 'executions').filter(({ window }) => window !== undefined);
    expect(windows.length).toBe(8);
    expect(windows.every(({ proof }) => proof === 'counts_equal')).toBe(true);
    expect(windows.reduce((sum, { sourceCount }) => sum + (sourceCount ?? 0), 0)).toBe(1_300);
    const ids = idsOf(events, 'executions');
    expect([ids.length, new Set(ids).size]).toEqual([1_300, 1_300]);
  });

  it('with more than fits into an answer is divided, too, and nothing of it is lost', async () => {
    fake.rows.executions = Array.from({ length: 250 }, (_, index) => run(`r${index}`, ago(2) + index * 60_000));
    let asked = 0;
    fake.instead = (call) => {
      const range = call.body?.['timeRange'] as { startTime: number; endTime: number } | undefined;
      const isLong = range !== undefined && range.endTime - range.startTime > 2 * day;
      // The first page still fits.
      if (isList(call) && isLong && (asked += 1) > 1) throw new PlumblineError('response_too_large');
      return undefined;
    };
    const events = await read(fake, {});
    const windows = completesOf(events, 'executions').filter(({ window }) => window !== undefined);
    expect(windows.map(({ scope }) => scope)).not.toContain('recent');
    expect(windows.every(({ proof }) => proof === 'counts_equal')).toBe(true);
    expect(new Set(idsOf(events, 'executions')).size).toBe(250);
    fake.instead = (call) => {
      if (isList(call)) throw new PlumblineError('response_too_large');
      return undefined;
    };
    expect(eventsOf(await read(fake, {}), 'unavailable')).toMatchObject([{ code: 'response_too_large' }]);
  });

  it('that changed between two pages is read again', async () => {
    fake.rows.executions = Array.from({ length: 150 }, (_, index) => run(`r${index}`, ago(1) + index));
    let asked = 0;
    fake.instead = (call) => {
      // A run of an early hour turns up after the first page was given.
      if (isList(call) && (asked += 1) === 2) fake.rows.executions.push(run('late', ago(1) - 1));
      return undefined;
    };
    const events = await read(fake, {});
    expect(eventsOf(events, 'restart')).toEqual([{ type: 'restart', stream: 'executions', scope: 'recent' }]);
    expect(completesOf(events, 'executions')[0]).toMatchObject({ sourceCount: 151, proof: 'counts_equal' });
    expect(new Set(idsOf(events, 'executions')).size).toBe(151);
  });

  it('that never comes to its count says so, and its end is not taken for read', async () => {
    fake.instead = (call) =>
      isList(call) && call.body?.['timeRange'] !== undefined ? success({ content: [], totalElements: 3 }) : undefined;
    const events = await read(fake, storedWith({ bookmarks }));
    expect(completesOf(events, 'executions')[0]).toMatchObject({
      proof: 'unproven',
      doubt: 'Harness counts 3 and lists 0',
    });
    expect(bookmarkOf(events)).toMatchObject({ end: bookmarks.executions.end, deepAt: bookmarks.executions.deepAt });
  });

  it('of a server that does not filter, or does not count, is not proven', async () => {
    const outside = [{ planExecutionId: 'x', pipelineIdentifier: 'p', status: 'Success', startTs: ago(90) }];
    // Also where the count would be right, and never divided without an end.
    for (const totalElements of [1, 5_000]) {
      const page = (call: Asked) => (call.query.get('page') === '0' ? outside : []);
      fake.instead = (call) => (isList(call) ? success({ content: page(call), totalElements }) : undefined);
      const events = await read(fake, {});
      expect(completesOf(events, 'executions')[0]).toMatchObject({ scope: 'recent', proof: 'unproven' });
    }
    fake.instead = (call) => (isList(call) ? success({ content: [] }) : undefined);
    expect(completesOf(await read(fake, {}), 'executions')[0]).toMatchObject({ proof: 'unproven', sourceCount: null });
  });

  it('with a row that nobody understands sets it aside without its inputs, and counts it', async () => {
    fake.rows.executions = [
      run('good', ago(1)),
      run('bad', ago(2), { pipelineIdentifier: 7, runtimeInputYaml: 'password: s3cret' }),
    ];
    const [aside] = eventsOf(await read(fake, {}), 'set_aside');
    expect(aside).toMatchObject({
      stream: 'executions',
      scope: 'recent',
      reason: expect.stringMatching(/^pipelineIdentifier/),
    });
    expect(aside?.text).toContain('bad');
    expect(aside?.text).not.toContain('s3cret');
    expect(completesOf(await read(fake, {}), 'executions')[0]).toMatchObject({ sourceCount: 2, proof: 'counts_equal' });
  });
});

describe('what is under way', () => {
  it('is read whenever it began, also before it began', async () => {
    fake.rows.executions = [
      run('old', ago(60), { status: 'ApprovalWaiting' }),
      run('queued', undefined, { status: 'Queued', createdAt: ago(0.1) }),
      run('done', ago(60)),
    ];
    const events = await read(fake, {});
    expect(staged(events, 'executions').get('')).toMatchObject([
      { id: expect.any(String), settled: false },
      { id: expect.any(String), settled: false },
    ]);
    expect(idsOf(events, 'executions').toSorted()).toEqual(['old', 'queued']);
    expect(bookmarkOf(events)).toMatchObject({ open: 2 });
  });

  it('and was so when it was stored is asked for by its id once no list names it', async () => {
    fake.rows.executions = [
      run('ended', ago(40), { status: 'Aborted' }),
      run('superseded', ago(40), { status: 'Failed' }),
    ];
    fake.rows.hidden.add('superseded');
    const rows = ['ended', 'superseded', 'deleted'].map((key) => ({ key, status: storedStatusOf({ settled: false }) }));
    const events = await read(
      fake,
      storedWith({ rows: [...rows, { key: 'settled', status: storedStatusOf({ settled: true }) }], bookmarks }),
    );
    expect(staged(events, 'executions').get('')).toMatchObject([
      { id: 'ended', statusClass: 'cancelled', settled: true },
      { id: 'superseded', statusClass: 'failure', settled: true },
    ]);
    const end = completesOf(events, 'executions').find(({ scope }) => scope === '');
    expect(end).toMatchObject({ coverage: 'changes', gone: ['deleted'], proof: 'key_set', absenceTrusted: false });
    expect(details()).toHaveLength(3);
  });

  it('is asked for once where a list named it already', async () => {
    fake.rows.executions = [run('now', ago(0.01), { status: 'Running' })];
    const events = await read(fake, storedWith({ rows: [{ key: 'now', status: 'open' }], bookmarks }));
    expect([idsOf(events, 'executions'), details()]).toEqual([['now'], []]);
  });

  it('and cannot be asked for leaves a doubt, and the next look comes again', async () => {
    fake.instead = ({ path }) => (path.includes('/v2/') ? failure(403, 'NG_ACCESS_DENIED') : undefined);
    const events = await read(fake, storedWith({ rows: [{ key: 'x', status: 'open' }], bookmarks }));
    const end = completesOf(events, 'executions').find(({ scope }) => scope === '');
    expect(end).toMatchObject({ proof: 'unproven', doubt: expect.stringContaining('invalid_permissions'), gone: [] });
    expect(bookmarkOf(events)).toMatchObject({ open: 1 });
  });

  it('of a server that refuses the question is asked for one by one', async () => {
    fake.rows.executions = [run('old', ago(60), { status: 'Running' })];
    fake.instead = (call) =>
      isList(call) && call.body?.['status'] !== undefined ? failure(400, 'INVALID_REQUEST') : undefined;
    const events = await read(fake, storedWith({ rows: [{ key: 'old', status: 'open' }], bookmarks }));
    expect(idsOf(events, 'executions')).toEqual(['old']);
    expect(bookmarkOf(events)).toMatchObject({ open: 1 });
  });

  it('of a server that does not filter by status is not read to its end', async () => {
    fake.rows.executions = Array.from({ length: 500 }, (_, index) => run(`r${index}`, ago(100) + index));
    const rows = fake.rows.executions;
    fake.instead = (call) => {
      if (!isList(call) || call.body?.['status'] === undefined) return undefined;
      const page = Number(call.query.get('page'));
      const content = rows.slice(page * 100, page * 100 + 100).map((row) => ({ ...row, pipelineIdentifier: 'p' }));
      return success({ content, totalElements: rows.length });
    };
    await read(fake, {});
    expect(lists().filter(({ body }) => body?.['status'] !== undefined)).toHaveLength(1);
  });
});

describe('what had ended', () => {
  it('and was rolled back meanwhile is found within a day', async () => {
    fake.rows.executions = [run('undone', ago(20), { executionMode: 'POST_EXECUTION_ROLLBACK' })];
    expect(idsOf(await read(fake, storedWith({ bookmarks })), 'executions')).toEqual([]);
    const old = { executions: { ...bookmarks.executions, deepAt: new Date(ago(1)).toISOString() } };
    const events = await read(fake, storedWith({ bookmarks: old }));
    expect([...staged(events, 'executions').values()].flat()).toMatchObject([{ id: 'undone', rolledBack: true }]);
    expect(bookmarkOf(events)).toMatchObject({ deepAt: now.toISOString() });
  });
});

describe('the look for something new', () => {
  it('compares with what began last, which is asked for where nothing was listed', async () => {
    fake.rows.executions = [run('a', ago(1)), run('b', ago(0.5))];
    expect(bookmarkOf(await read(fake, {}))).toEqual({
      end: now.toISOString(),
      deepAt: now.toISOString(),
      open: 0,
      newest: 'b',
    });
    fake.rows.executions = [run('c', ago(100))];
    expect(bookmarkOf(await read(fake, {}))).toMatchObject({ newest: 'c' });
    fake.rows.executions = [];
    expect(bookmarkOf(await read(fake, {}))).toMatchObject({ newest: null });
  });
});

describe('a reading that was interrupted', () => {
  it('reads the last days again', async () => {
    const resume = { 'executions recent': 'complete', 'executions ': 'complete' } as const;
    fake.rows.executions = [run('a', ago(1))];
    const events = await read(fake, { resume });
    expect(eventsOf(events, 'restart').map(({ scope }) => scope)).toEqual(['recent', '']);
    expect(idsOf(events, 'executions')).toEqual(['a']);
  });
});

describe('a project that may not be read', () => {
  it('takes the stream away and nothing else', async () => {
    fake.instead = (call) => (isList(call) ? failure(403, 'NG_ACCESS_DENIED') : undefined);
    const events = await read(fake, {});
    expect(eventsOf(events, 'unavailable')).toMatchObject([
      { stream: 'executions', scope: '', code: 'invalid_permissions' },
    ]);
    expect(completesOf(events, 'pipelines')).toHaveLength(1);
  });

  it('because the key is refused ends the reading', async () => {
    fake.instead = (call) => (isList(call) ? failure(401, 'INVALID_TOKEN') : undefined);
    await expect(read(fake, {})).rejects.toMatchObject({ code: 'invalid_credentials' });
  });
});

describe('the past', () => {
  const history = (more: object = {}) => read(fake, { phase: 'history', ...more });

  it('is read as far back as it is wanted, each window proven', async () => {
    fake.rows.executions = Array.from({ length: 900 }, (_, index) => run(`r${index}`, ago(170) + index * (day / 6)));
    fake.rows.executions.push(run('too old', ago(300)));
    const events = await history();
    const windows = completesOf(events, 'execution_history');
    expect(windows.every(({ proof, absenceTrusted }) => proof === 'counts_equal' && !absenceTrusted)).toBe(true);
    expect(windows.reduce((sum, { sourceCount }) => sum + (sourceCount ?? 0), 0)).toBe(900);
    const ids = idsOf(events, 'execution_history');
    expect([ids.length, new Set(ids).size]).toEqual([900, 900]);
  });

  it('of an idle project costs a call for four weeks', async () => {
    await history();
    expect(fake.journal.length).toBeLessThanOrEqual(8);
  });

  it('goes on where it was interrupted', async () => {
    const scopes = completesOf(await history(), 'execution_history').map(({ scope }) => scope);
    fake.journal.length = 0;
    const resume = Object.fromEntries(
      scopes.slice(0, -1).map((scope) => [`execution_history ${scope}`, 'complete' as const]),
    );
    const again = completesOf(await history({ resume }), 'execution_history').map(({ scope }) => scope);
    expect([again, fake.journal.length]).toEqual([scopes.slice(-1), 1]);
  });
});

describe('executions that a notification names', () => {
  it('are read, and nothing else', async () => {
    fake.rows.executions = [run('a', ago(1)), run('b', ago(1))];
    const events = await read(fake, { named: ['execution:a', 'execution:gone'] });
    expect(idsOf(events, 'executions')).toEqual(['a']);
    expect(completesOf(events, 'executions')).toMatchObject([{ coverage: 'named', gone: ['gone'] }]);
    expect(fake.journal).toHaveLength(2);
  });

  it('are found by reading what began lately where there are many', async () => {
    const named = Array.from({ length: 51 }, (_, index) => `execution:${index}`);
    await read(fake, { named });
    expect([details(), lists().length > 0]).toEqual([[], true]);
  });
});

describe('what the steps of stages say', () => {
  const digest = `sha256:${'d'.repeat(64)}`;
  const serviceInfo = { identifier: 'web', artifacts: { primary: { imagePath: 'web', tag: '1' } } };
  const deployed = (id: string, startTs: number): ExecutionRow =>
    run(id, startTs, {
      layoutNodeMap: {
        n: { nodeGroup: 'STAGE', nodeType: 'Deployment', status: 'Success', moduleInfo: { cd: { serviceInfo } } },
      },
    });

  const buildNode = { nodeGroup: 'STAGE', nodeType: 'CI', nodeIdentifier: 'c', status: 'Success', startTs: 1 };

  it('is asked for where something was missing and is not stored, and for nothing else', async () => {
    fake.rows.executions = [deployed('a', ago(1)), deployed('b', ago(0.5)), run('c', ago(0.1))];
    const artifacts = { primary: { image: 'r.io/web:1', tag: '1', digest } };
    fake.rows.graphs.set('b n', { step: { outcomes: { artifacts } } });
    const events = await read(fake, storedWith({ rows: [{ key: 'a n', status: '' }] }));
    expect([...staged(events, 'stage_outcomes').values()].flat()).toMatchObject([
      { execution: 'b', node: 'n', images: [{ image: 'r.io/web', tag: '1', digest }] },
    ]);
    expect(details().map(({ query }) => query.get('stageNodeId'))).toEqual(['n']);
  });

  it('is asked for of the newest first, and never of more than twenty', async () => {
    fake.rows.executions = Array.from({ length: 80 }, (_, index) => deployed(`r${index}`, ago(1) + index));
    const end = new Date(ago(1.5)).toISOString();
    const events = await read(fake, storedWith({ bookmarks: { executions: { ...bookmarks.executions, end } } }));
    expect([...staged(events, 'stage_outcomes').values()].flat()).toHaveLength(20);
    expect(details()[0]?.path).toMatch(/r79$/);
  });

  it('is asked for of more of them by a reading that looks back, and of builds beside deployments', async () => {
    const built = (id: string, at: number): ExecutionRow => run(id, at, { layoutNodeMap: { c: buildNode } });
    fake.rows.executions = Array.from({ length: 120 }, (_, index) => built(`b${index}`, ago(1) + index));
    fake.rows.executions.push(...Array.from({ length: 30 }, (_, index) => deployed(`d${index}`, ago(2) + index)));
    const asked = (): number[] => {
      const kinds = details().map(({ path }) => path.split('/').at(-1)?.[0]);
      fake.journal.length = 0;
      return ['d', 'b'].map((kind) => kinds.filter((one) => one === kind).length);
    };
    await read(fake, {});
    expect(asked()).toEqual([30, 100]);
    const end = new Date(ago(1.5)).toISOString();
    await read(fake, storedWith({ bookmarks: { executions: { ...bookmarks.executions, end } } }));
    expect(asked()).toEqual([20, 20]);
  });

  it('is asked for of an execution that a delivery names, too', async () => {
    fake.rows.executions = [run('a', ago(1), { layoutNodeMap: { c: buildNode } }), deployed('b', ago(1))];
    const artifacts = [{ imageName: 'r.io/web', tag: '1', digest }];
    fake.rows.graphs.set('a c', {
      push: { outcomes: { artifact_push: { stepArtifacts: { publishedImageArtifacts: artifacts } } } },
    });
    const events = await read(fake, { ...storedWith({}), named: ['execution:a'] });
    expect([...staged(events, 'stage_outcomes').values()].flat()).toMatchObject([
      { execution: 'a', node: 'c', images: [{ direction: 'out', image: 'r.io/web', tag: '1', digest }] },
    ]);
    expect(details()).toHaveLength(2);
  });

  it('of an execution that Harness has no more keeps nobody from the others', async () => {
    fake.rows.executions = [deployed('a', ago(1)), deployed('b', ago(0.5))];
    fake.instead = ({ path, query }) =>
      path.endsWith('/b') && query.has('stageNodeId')
        ? failure(400, 'INVALID_REQUEST', 'Plan Execution Summary does not exist or has been deleted')
        : undefined;
    const events = await read(fake, {});
    expect([...staged(events, 'stage_outcomes').values()].flat()).toMatchObject([{ execution: 'a' }]);
    expect(eventsOf(events, 'unavailable')).toEqual([]);
  });

  it('takes nothing away where it may not be read', async () => {
    fake.rows.executions = [deployed('a', ago(1))];
    fake.instead = ({ path }) => (path.includes('/v2/') ? failure(403, 'NG_ACCESS_DENIED') : undefined);
    const events = await read(fake, {});
    expect(eventsOf(events, 'unavailable')).toMatchObject([{ stream: 'stage_outcomes' }]);
    expect(completesOf(events, 'executions')).toHaveLength(2);
  });
});
