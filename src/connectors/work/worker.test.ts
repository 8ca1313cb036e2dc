import { describe, expect, it, vi } from 'vitest';
import { PlumblineError } from '../../platform/errors/index.ts';
import type { Outbound } from '../../platform/outbound/types.ts';
import { silentLog } from '../../platform/telemetry/log.ts';
import type { Connector, SliceEvent } from '../contract.ts';
import type { Assignment, Beat, Failure, OpenedWork } from './messages.ts';
import type { WorkPort } from './port.ts';
import { type OwnWork, startWorker, type Worker } from './worker.ts';

const opened: OpenedWork = {
  name: 'things',
  kind: 'fake',
  settings: {},
  secrets: {},
  reach: { configuredHost: 'things.example', loopbackAllowed: false },
  request: {
    phase: 'current',
    slice: 'thing:a',
    since: '2026-01-01T00:00:00.000Z',
    purpose: 'ingest',
    cursors: {},
    resume: {},
    facts: null,
    named: null,
    unread: null,
    stored: { changes: false, rows: false, known: false },
  },
};

const assignment = (taskId: number): Assignment => ({
  lease: { taskId, fence: 1 },
  runId: 1,
  slice: 'thing:a',
  phase: 'current',
  // A beat every ten milliseconds.
  leaseSeconds: 0.2,
  slots: 4,
});

interface World {
  tasks?: number;
  read?: () => AsyncGenerator<SliceEvent>;
  beat?: () => Beat;
  claim?: () => void;
  fail?: (failure: Failure) => void;
  own?: OwnWork;
}

function working(world: World) {
  const said: string[] = [];
  const failures: Failure[] = [];
  let left = world.tasks ?? 1;
  const port: WorkPort = {
    async claim() {
      world.claim?.();
      if (left === 0) return undefined;
      left -= 1;
      said.push('read');
      return assignment(left + 1);
    },
    open: async () => opened,
    beat: async () => world.beat?.() ?? { state: 'held', slots: 4, pausedUntil: null },
    ask: () => Promise.reject(new Error('nothing is stored')),
    stage: async () => undefined,
    pause: async () => undefined,
    finish: async () => void said.push('finished'),
    async fail(_, failure) {
      world.fail?.(failure);
      failures.push(failure);
      return { action: 'retry', delaySeconds: 1 };
    },
  };
  const http: Outbound = {
    request: () => Promise.reject(new Error('this test has no network')),
    concurrency: () => 1,
    stats: () => ({ requests: 3, retries: 1, bytes: 0 }),
    close: async () => undefined,
  };
  const nothing = async function* (): AsyncGenerator<SliceEvent> {};
  const worker: Worker = startWorker({
    port,
    connectorOf: () => ({ read: world.read ?? nothing }) as unknown as Connector,
    openOutbound: () => http,
    log: silentLog,
    now: () => new Date(),
    concurrency: 1,
    reached: () => undefined,
    ...(world.own === undefined ? {} : { own: world.own }),
  });
  return { worker, said, failures };
}

async function* stuck(): AsyncGenerator<SliceEvent> {
  yield { type: 'progress', stage: 'Things', done: 0, total: null };
  await new Promise(() => undefined);
}

const once = (condition: () => unknown) =>
  vi.waitFor(() => expect(condition()).toBeTruthy(), { timeout: 10_000, interval: 5 });

describe('a worker', () => {
  it('hands over what it read, and goes on with the next task', async () => {
    const { worker, said, failures } = working({ tasks: 2 });
    await once(() => said.length === 4);
    await worker.stop();
    expect([said, failures]).toEqual([['read', 'finished', 'read', 'finished'], []]);
  });

  it.each([
    ['cancelled', 'cancelled'],
    ['lost', 'task_lease_lost'],
  ] as const)('stops reading a task that is %s, whatever its connector waits for', async (state, code) => {
    const beat = (): Beat => ({ state, slots: 4, pausedUntil: null });
    const { worker, said, failures } = working({ read: stuck, beat });
    await once(() => failures.length === 1);
    await worker.stop();
    expect(failures[0]).toMatchObject({ type: 'failed', code, traffic: { requests: 3, retries: 1 } });
    expect(said).toEqual(['read']);
  });

  it('gives its task back when it is asked to stop', async () => {
    const { worker, said, failures } = working({ read: stuck });
    await once(() => said.length === 1);
    await worker.stop();
    expect(failures).toEqual([{ type: 'stopping', traffic: { requests: 3, retries: 1 } }]);
  });

  it('tells the end again while whoever plans its work cannot hear it', async () => {
    let deaf = true;
    const { worker, failures } = working({
      async *read() {
        yield { type: 'progress', stage: 'Things', done: 0, total: null };
        throw new PlumblineError('upstream_error', { message: 'It failed.' });
      },
      fail() {
        if (!deaf) return;
        deaf = false;
        throw new PlumblineError('database_unavailable');
      },
    });
    await once(() => failures.length === 1);
    await worker.stop();
    expect(failures[0]).toMatchObject({ code: 'upstream_error', message: 'It failed.' });
  });

  it('polls on when nothing could be claimed', async () => {
    let times = 0;
    const { worker, said } = working({
      claim() {
        times += 1;
        if (times === 1) throw new Error('the database restarts');
      },
    });
    await once(() => said.includes('finished'));
    await worker.stop();
  });

  it('publishes before it reads, and lets reading and what else there is take turns', async () => {
    const order: string[] = [];
    let [staged, rollUps] = [2, 2];
    const does = (what: string, left: () => boolean) => async () => {
      if (!left()) return false;
      order.push(what);
      return true;
    };
    const { worker, said } = working({
      tasks: 2,
      own: { first: does('publish', () => staged-- > 0), inTurn: does('roll-up', () => rollUps-- > 0) },
      async *read() {
        order.push('read');
        yield { type: 'progress', stage: 'Things', done: 0, total: null };
      },
    });
    await once(() => said.filter((word) => word === 'finished').length === 2 && order.length === 6);
    await worker.stop();
    expect(order.slice(0, 2)).toEqual(['publish', 'publish']);
    expect(order.slice(2)).toEqual(['read', 'roll-up', 'read', 'roll-up']);
  });
});
