import { afterEach, describe, expect, it } from 'vitest';
import { type HarnessSimulatorOptions, startHarnessSimulator } from '../../lab/simulators/harness/index.ts';
import { buildStage, deployStage, type Sample, startSample } from '../../lab/simulators/harness/testing.ts';
import type { ConnectorContext, Json, SliceEvent, SliceRequest } from '../../src/connectors/contract.ts';
import { harness } from '../../src/connectors/harness/index.ts';
import { ExecutionRecord } from '../../src/connectors/harness/records.ts';
import { type Secrets, Settings } from '../../src/connectors/harness/settings.ts';
import { storedStatusOf } from '../../src/connectors/harness/streams/executions.ts';
import { eventsOf, staged, storedWith } from '../../src/connectors/harness/streams/testing.ts';
import { createFetchOutbound } from './fetch-outbound.ts';

const day = 86_400_000;
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const silent = (): void => {};
const log = { debug: silent, info: silent, warn: silent, error: silent } as unknown as ConnectorContext<
  Settings,
  Secrets
>['log'];

function contextOf(url: string, token: string, now: () => Date): ConnectorContext<Settings, Secrets> {
  return {
    settings: Settings.parse({ accountId: 'acc', accountType: 'on_prem', url }),
    secrets: { apiKey: token },
    http: createFetchOutbound(),
    log,
    signal: new AbortController().signal,
    now,
  };
}

async function read(
  context: ConnectorContext<Settings, Secrets>,
  request: Partial<SliceRequest>,
): Promise<SliceEvent[]> {
  const since = new Date(context.now().getTime() - 90 * day);
  const whole = { phase: 'current', slice: '', since, purpose: 'ingest', cursors: {}, resume: {}, ...request } as const;
  const events: SliceEvent[] = [];
  for await (const event of harness.read(context, whole)) events.push(event);
  return events;
}

const executionsOf = (events: readonly SliceEvent[], stream: string): ExecutionRecord[] =>
  [...staged(events, stream).values()].flat().map((record) => ExecutionRecord.parse(record));

const profiles: readonly HarnessSimulatorOptions[] = [
  { profile: 'cloud', prefixes: 'gateway', rateLimit: 400 },
  { profile: 'self-managed', prefixes: 'bare', nulls: 'explicit' },
];

describe.each(profiles)('a server as $profile', (options) => {
  it('is read whole: every execution that it lists, as the truth has it, and no other', async () => {
    const now = new Date('2026-03-02T10:00:00Z');
    const server = await startHarnessSimulator({ ...options, now: () => now });
    closing.push(() => server.close());
    const [from, to] = [new Date(now.getTime() - 60 * day), new Date(now.getTime() + day)];
    server.state.fill({ projects: 2, executions: 1_500, from, to, seed: 1 });
    const context = contextOf(server.url, server.state.addToken(), () => now);
    const found = new Map<string, ExecutionRecord>();
    const discovered = await read(context, { phase: 'discovery', slice: 'discovery' });
    for (const { slice } of eventsOf(discovered, 'slice')) {
      const current = await read(context, { slice, phase: 'current' });
      const history = await read(context, { slice, phase: 'history' });
      for (const event of eventsOf([...current, ...history], 'complete')) expect(event).not.toHaveProperty('doubt');
      expect(eventsOf([...current, ...history], 'unavailable')).toEqual([]);
      for (const record of [...executionsOf(current, 'executions'), ...executionsOf(history, 'execution_history')])
        found.set(record.id, record);
    }
    const listed = [...server.state.truth()].filter(({ hidden }) => hidden === null);
    expect(listed.length).toBeGreaterThan(1_000);
    expect([...found.keys()].toSorted()).toEqual(listed.map(({ planExecutionId }) => planExecutionId).toSorted());
    const iso = (time: number | null) => (time === null ? null : new Date(time).toISOString());
    for (const truth of listed) {
      expect(found.get(truth.planExecutionId)).toMatchObject({
        organization: truth.organization,
        project: truth.project,
        pipeline: truth.pipeline,
        number: truth.runSequence,
        status: truth.status,
        startedAt: iso(truth.startTs),
        previousExecution: truth.previous,
        rootExecution: truth.root,
      });
      const record = found.get(truth.planExecutionId);
      expect(record?.build?.commits.map(({ sha }) => sha) ?? []).toEqual(truth.commits);
      expect(record?.deployments.filter(({ startedAt }) => startedAt !== null)).toMatchObject(
        truth.deployments.map(({ stageId, service, environment, environmentType, status }) => ({
          node: stageId,
          service,
          environment,
          environmentType,
          status,
        })),
      );
    }
  });
});

describe.each(profiles)('an execution of a server as $profile', (options) => {
  let sample: Sample;
  let sync: () => Promise<void>;

  /** A room in memory: what it holds is compared with the truth after every sync. */
  async function start(): Promise<void> {
    sample = await startSample(options);
    const { harness: server, clock, token } = sample;
    closing.push(() => server.close());
    const context = contextOf(server.url, token, clock.now);
    const room = new Map<string, ExecutionRecord>();
    const bookmarks: Record<string, Json> = {};
    sync = async () => {
      const rows = [...room.values()].map((record) => ({ key: record.id, status: storedStatusOf(record) }));
      const events = await read(context, { slice: 'project:pay/ledger', ...storedWith({ rows, bookmarks }) });
      for (const record of executionsOf(events, 'executions')) room.set(record.id, record);
      for (const { stream, bookmark } of eventsOf(events, 'complete'))
        if (bookmark !== undefined) bookmarks[stream] = bookmark;
      const truth = new Map([...server.state.truth()].map((row) => [row.planExecutionId, row]));
      for (const row of truth.values()) if (row.hidden === null) expect(room.has(row.planExecutionId)).toBe(true);
      for (const { id, status, rolledBack } of room.values())
        expect({ status, rolledBack }).toEqual({
          status: truth.get(id)?.status,
          rolledBack: truth.get(id)?.rolledBack,
        });
    };
  }

  it('is right at every sync while it waits, fails, is retried, aborted and rolled back over weeks', async () => {
    await start();
    const { clock, pipeline } = sample;
    const { state } = sample.harness;
    await sync();
    const run = state.start(pipeline, { status: 'Queued', stages: [buildStage(7), deployStage(7)] });
    await sync();
    clock.forward(60_000);
    state.move(run, 'Running');
    await sync();
    clock.forward(3 * day);
    state.move(run, 'Success', { stage: 'build' });
    state.move(run, 'ApprovalWaiting');
    await sync();
    clock.forward(5 * day);
    await sync();
    state.move(run, 'Failed', { stage: 'production', failure: { message: 'No', types: ['TIMEOUT'] } });
    state.move(run, 'Failed');
    const other = state.start(pipeline, { status: 'Running', stages: [deployStage(8)] });
    await sync();
    const again = state.retry(run);
    await sync();
    clock.forward(2 * day);
    state.move(again, 'Success', { stage: 'production' });
    state.move(again, 'Success');
    state.move(other, 'Aborted');
    await sync();
    state.rollBack(again);
    await sync();
    clock.forward(3 * day);
    state.move(again, 'Success');
    await sync();
    // Retried between two syncs, long after it was seen running: the list never names it again.
    const third = state.start(pipeline, { status: 'Running', stages: [deployStage(9)] });
    await sync();
    clock.forward(3 * day);
    state.move(third, 'Failed', { stage: 'production' });
    state.move(third, 'Failed');
    const fourth = state.retry(third);
    state.move(fourth, 'Success', { stage: 'production' });
    state.move(fourth, 'Success');
    clock.forward(1_000);
    await sync();
  });
});
