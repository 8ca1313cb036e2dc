import { afterEach, describe, expect, it } from 'vitest';
import { type Simulator, type SimulatorOptions, startSimulator } from './index.ts';
import { big, equalIssues, someRules } from './scenarios.ts';

let open: Simulator[] = [];

async function start(options: Partial<SimulatorOptions> = {}): Promise<Simulator> {
  const simulator = await startSimulator({
    profile: '26.9',
    scenario: equalIssues(2000, { layout: 'one_file' }),
    ...options,
  });
  open.push(simulator);
  return simulator;
}

afterEach(async () => {
  await Promise.all(open.map((simulator) => simulator.close()));
  open = [];
});

const get = (simulator: Simulator, path: string): Promise<Response> =>
  fetch(`${simulator.url}/${path}`, { headers: { authorization: `Bearer ${simulator.tokens.admin}` } });

interface Page {
  total: number;
  issues: { project: string }[];
}

const read = async (simulator: Simulator, path: string): Promise<Page> =>
  (await (await get(simulator, path)).json()) as Page;

const list = 'api/issues/list?project=equal-issues&ps=500';
const pull = 'api/issues/pull?projectKey=equal-issues&branchName=main';

describe('faults', () => {
  it('cuts a page in the middle, once', async () => {
    const simulator = await start();
    simulator.faults.add({ match: { path: 'api/issues/list' }, kind: { type: 'reset' } });
    await expect(get(simulator, list).then((answer) => answer.text())).rejects.toThrow();
    expect((await get(simulator, list)).status).toBe(200);
    expect(simulator.faults.pending()).toEqual([]);
  });

  it('resets before the answer, and hangs', async () => {
    const simulator = await start();
    simulator.faults.add({ kind: { type: 'reset_before_answer' } });
    await expect(get(simulator, list)).rejects.toThrow();
    simulator.faults.add({ kind: { type: 'hang' } });
    const signal = AbortSignal.timeout(200);
    await expect(fetch(`${simulator.url}/api/system/status`, { signal })).rejects.toThrow();
  });

  it('ends a body early though the answer is complete HTTP', async () => {
    const simulator = await start();
    simulator.faults.add({ match: { path: 'api/issues/list' }, kind: { type: 'truncate' } });
    const text = await (await get(simulator, list)).text();
    expect(() => JSON.parse(text)).toThrow();
    const whole = (await (await get(simulator, pull)).arrayBuffer()).byteLength;
    simulator.faults.add({ match: { path: 'api/issues/pull' }, kind: { type: 'truncate', keep: 0.25 } });
    expect((await (await get(simulator, pull)).arrayBuffer()).byteLength).toBe(Math.floor(whole / 4));
  });

  it('answers pages of HTML, 429 with a time, 500 for one project and 502', async () => {
    const simulator = await start();
    const { faults } = simulator;
    const words = async (path: string): Promise<string> => {
      const answer = await get(simulator, path);
      return `${answer.status} ${answer.headers.get('content-type')?.split(';')[0]}`;
    };
    faults.add({ kind: { type: 'html' } });
    expect(await words(list)).toBe('200 text/html');
    faults.add({ match: { path: 'api/issues/*' }, kind: { type: 'blocked' } });
    expect(await words('api/projects/search')).toBe('200 application/json');
    expect(await words(list)).toBe('403 text/html');
    faults.add({ match: { project: 'equal-issues' }, kind: { type: 'server_error' } });
    expect(await words('api/measures/component?component=equal-issues&metricKeys=ncloc')).toBe('500 application/json');
    faults.add({ times: 2, kind: { type: 'bad_gateway' } });
    expect([await words(list), await words(list), await words(list)].map((word) => word.slice(0, 3))).toEqual([
      '502',
      '502',
      '200',
    ]);
    faults.add({ kind: { type: 'rate_limit', retryAfterSeconds: 7 } });
    const limited = await get(simulator, list);
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '7']);
  });

  it('changes one element of an answer, or pads it', async () => {
    const simulator = await start();
    const edit = (body: Record<string, unknown>): unknown => ({ ...body, issues: [{ key: 5 }] });
    simulator.faults.add({ kind: { type: 'edit', edit } });
    expect(await (await get(simulator, list)).json()).toMatchObject({ issues: [{ key: 5 }] });
    simulator.faults.add({ kind: { type: 'huge', bytes: 3_000_000 } });
    expect((await (await get(simulator, list)).text()).length).toBeGreaterThan(3_000_000);
  });

  it('edits an issue between two pages, and lets an analysis finish', async () => {
    const simulator = await start();
    const [key] = simulator.state.issueKeys('equal-issues');
    simulator.faults.add({
      match: { path: 'api/issues/list', after: 1 },
      kind: {
        type: 'before',
        run: () => {
          simulator.state.accept(key ?? '');
          simulator.state.addAnalysis('equal-issues', { version: '2', close: 3 });
        },
      },
    });
    await get(simulator, list);
    expect(simulator.state.counts('equal-issues').accepted).toBe(0);
    await get(simulator, `${list}&p=2`);
    expect(simulator.state.counts('equal-issues')).toMatchObject({ accepted: 1, byState: { CLOSED: 3 } });
  });

  it('keeps an answer back until a test is done with what it does meanwhile', async () => {
    const simulator = await start();
    let arrived = (): void => undefined;
    let done = (): void => undefined;
    const there = new Promise<void>((resolve) => (arrived = resolve));
    const until = (): Promise<void> => {
      arrived();
      return new Promise<void>((resolve) => (done = resolve));
    };
    simulator.faults.add({ kind: { type: 'hold', until } });
    simulator.faults.add({ kind: { type: 'bad_gateway' } });
    let answered = false;
    const answer = get(simulator, list).finally(() => (answered = true));
    await there;
    expect(answered).toBe(false);
    done();
    expect((await answer).status).toBe(502);
  });

  it('tells the time of its own clock', async () => {
    const simulator = await start({ now: () => new Date('2026-01-02T03:04:05Z') });
    expect((await get(simulator, list)).headers.get('date')).toBe('Fri, 02 Jan 2026 03:04:05 GMT');
  });

  it('is slow', async () => {
    const simulator = await start();
    simulator.faults.add({ kind: { type: 'slow', milliseconds: 20, chunks: 5 } });
    const before = performance.now();
    await (await get(simulator, list)).text();
    expect(performance.now() - before).toBeGreaterThan(95);
  });
});

describe('journal', () => {
  it('records what was asked with which kind of token, and names unexpected paths', async () => {
    const simulator = await start();
    await get(simulator, list);
    await fetch(`${simulator.url}/api/system/status`);
    expect(simulator.journal.entries).toMatchObject([
      { method: 'GET', path: 'api/issues/list', query: { ps: '500' }, tokenKind: 'squ', status: 200, known: true },
      { path: 'api/system/status', tokenKind: 'anonymous' },
    ]);
    simulator.journal.expectNoUnexpected();
    expect((await get(simulator, 'api/no/such')).status).toBe(404);
    expect(() => simulator.journal.expectNoUnexpected()).toThrow('GET api/no/such');
    simulator.journal.expectNoUnexpected(['api/no/such']);
    expect(JSON.stringify(simulator.journal.entries)).not.toContain(simulator.tokens.admin);
  });
});

describe('state', () => {
  it('is the same for the same seed, with keys that all differ', async () => {
    const keys = async (seed: number): Promise<string[]> => {
      const { state } = await start({ seed, scenario: big({ projects: 3, issuesPerProject: 400, skew: 0.5 }) });
      return ['big-00000', 'big-00001', 'big-00002'].flatMap((key) => state.issueKeys(key));
    };
    const first = await keys(1);
    expect(new Set(first).size).toBe(1200);
    expect(await keys(1)).toEqual(first);
    expect(await keys(2)).not.toEqual(first);
  });

  it('follows a project through a new key and forgets a deleted one', async () => {
    const simulator = await start();
    const { state } = simulator;
    const [key] = state.issueKeys('equal-issues');
    state.renameKey('equal-issues', 'renamed');
    expect(state.issueKeys('renamed')[0]).toBe(key);
    expect((await read(simulator, `api/issues/search?issues=${key}`)).issues[0]?.project).toBe('renamed');
    state.deleteProject('renamed');
    expect((await read(simulator, `api/issues/search?issues=${key}`)).total).toBe(0);
    expect((await get(simulator, 'api/components/show?component=renamed')).status).toBe(404);
  });

  it('pages through a million issues with little memory', async () => {
    const plan = { count: 1_000_000, rules: someRules(20), files: 1000, directories: 40 };
    const simulator = await start({
      scenario: (state) => void state.addProject({ key: 'p', analyses: [{ issues: plan }] }),
    });
    const page = await read(simulator, 'api/issues/list?project=p&ps=500&p=2000');
    expect(page.issues).toHaveLength(500);
    expect((await read(simulator, 'api/issues/list?project=p&ps=500&p=2001')).issues).toEqual([]);
    expect((await read(simulator, 'api/issues/search?componentKeys=p&ps=1')).total).toBe(1_000_000);
  });
});
