import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, type TestContext } from 'vitest';
import { buildStage, deployStage, startSample } from '../../lab/simulators/harness/testing.ts';
import { harnessClients } from '../../lab/simulators/harness/outside/programs.ts';
import { installed } from '../../lab/simulators/outside/install.ts';
import type { ConnectorContext, SliceRequest } from '../../src/connectors/contract.ts';
import { harness } from '../../src/connectors/harness/index.ts';
import { type Secrets, Settings } from '../../src/connectors/harness/settings.ts';
import type { OutboundRequest } from '../../src/platform/outbound/types.ts';
import { silentLog } from '../../src/platform/telemetry/log.ts';
import { createFetchOutbound } from './fetch-outbound.ts';

/** An operation as hctl carries it from the vendor’s own description. */
interface Operation {
  method: string;
  path: string;
  parameters: { name: string; in: string; required: boolean; enum: string[]; schema_type: string }[];
  request_body: { required: boolean; samples: Record<string, unknown> } | null;
}

async function operations({ skip }: TestContext): Promise<Operation[]> {
  const found = await installed(harnessClients);
  if (!('directory' in found)) {
    process.stderr.write(`Skipped: ${found.reason}\n`);
    return skip(found.reason);
  }
  const [file = ''] = await Array.fromAsync(
    glob('venv/lib/*/site-packages/harness_cli/data/operations.json', { cwd: found.directory }),
  );
  return operationsIn(JSON.parse(await readFile(join(found.directory, file), 'utf8')));
}

function operationsIn(value: unknown): Operation[] {
  if (Array.isArray(value)) return value.flatMap(operationsIn);
  if (typeof value !== 'object' || value === null) return [];
  const one = value as Partial<Operation>;
  if (typeof one.method === 'string' && typeof one.path === 'string') return [one as Operation];
  return Object.values(value).flatMap(operationsIn);
}

interface Call extends Pick<OutboundRequest, 'url' | 'method'> {
  body?: string;
}

/** Everything that the connector asks a server on which something of each kind happens. */
async function everyCall(profile: 'cloud' | 'self-managed'): Promise<Call[]> {
  const { harness: server, token, clock, pipeline } = await startSample({ profile });
  onTestFinished(() => server.close());
  const { state } = server;
  const failed = state.start(pipeline, { stages: [buildStage(1, { commits: [] }), deployStage(1)] });
  state.move(failed, 'Failed', { stage: 'production', rollbackSteps: true });
  state.move(failed, 'Failed');
  state.start(pipeline, { status: 'Queued', stages: [deployStage(2)] });
  clock.forward(60_000);
  const calls: Call[] = [];
  const outbound = createFetchOutbound();
  const request: typeof outbound.request = (asked) => {
    const { url, method, body } = asked;
    calls.push({ url, ...(method && { method }), ...(body !== undefined && { body: Buffer.from(body).toString() }) });
    return outbound.request(asked);
  };
  const personal = state.addToken({ kind: 'pat' });
  const contextWith = (apiKey: string): ConnectorContext<Settings, Secrets> => ({
    settings: Settings.parse({ accountId: 'acc', accountType: 'on_prem', url: server.url, projects: 'pay/ledger' }),
    secrets: { apiKey },
    http: { ...outbound, request },
    log: silentLog,
    signal: new AbortController().signal,
    now: clock.now,
  });
  for (const key of [token, personal]) for await (const _ of harness.check(contextWith(key)));
  const context = contextWith(token);
  const rows: SliceRequest['rows'] = async function* (stream) {
    if (stream === 'executions')
      yield [
        { key: failed.id, status: 'open' },
        { key: 'nobody-has-this-one', status: 'open' },
      ];
  };
  const read = async (more: Partial<SliceRequest>): Promise<void> => {
    const since = new Date(clock.now().getTime() - 60 * 86_400_000);
    const cursors = { executions: new Date(clock.now().getTime() - 3_600_000).toISOString() };
    const asked = {
      phase: 'current',
      slice: '',
      since,
      purpose: 'ingest',
      cursors,
      resume: {},
      rows,
      ...more,
    } as const;
    for await (const _ of harness.read(context, asked));
  };
  const bookmark = { end: clock.now().toISOString(), deepAt: clock.now().toISOString(), open: 0, newest: null };
  const polls = [{ slice: 'project:pay/ledger', stream: 'executions', scope: '', name: 'pay/ledger', bookmark }];
  await read({ phase: 'discovery', slice: 'discovery', facts: { polls } });
  await read({ phase: 'discovery', slice: 'discovery', named: ['project:pay/ledger'] });
  for (const slice of ['account', 'organization:pay', 'project:pay/ledger']) await read({ slice });
  await read({ slice: 'project:pay/ledger', named: [`execution:${failed.id}`] });
  await read({ slice: 'project:pay/ledger', phase: 'history' });
  for (const text of ['pay/ledger', `pay/ledger/${failed.id}`]) await harness.lookup(context, text);
  server.journal.expectNoUnexpected(['gateway/ng/api/organizations']);
  return calls;
}

const asPattern = (path: string): RegExp =>
  new RegExp(`^(?:/gateway)?${path.replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&').replaceAll(/\{[^}]+\}/g, '[^/]+')}$`);

/** What is wrong with a call by the vendor’s description of it. */
function faultsOf({ url, body, method = 'GET' }: Call, known: readonly Operation[]): string[] {
  const called = `${method} ${url.pathname}`;
  const operation = known.find((one) => one.method.toUpperCase() === method && asPattern(one.path).test(url.pathname));
  if (operation === undefined) return [`${called} is no operation`];
  const described = new Map(operation.parameters.filter((one) => one.in === 'query').map((one) => [one.name, one]));
  const missing = [...described.values()].filter(({ name, required }) => required && !url.searchParams.has(name));
  const faults = missing.map(({ name }) => `${called} lacks ${name}`);
  for (const [name, value] of url.searchParams) {
    const parameter = described.get(name);
    // Every call of the account says which, also those whose path does.
    if (parameter === undefined && name !== 'accountIdentifier') faults.push(`${called} has no ${name}`);
    if (parameter === undefined) continue;
    if (parameter.enum.length > 0 && !parameter.enum.includes(value)) faults.push(`${called} has ${name}=${value}`);
    if (parameter.schema_type === 'integer' && !/^\d+$/.test(value)) faults.push(`${called} has ${name}=${value}`);
    if (parameter.schema_type === 'boolean' && !['true', 'false'].includes(value))
      faults.push(`${called} has ${name}=${value}`);
  }
  return [...faults, ...bodyFaults(called, body, operation)];
}

function bodyFaults(called: string, body: string | undefined, { request_body: described }: Operation): string[] {
  if (body === undefined) return described?.required === true ? [`${called} lacks a body`] : [];
  if (described === null) return [`${called} has no body`];
  const sample = described.samples['application/json'] as Record<string, unknown>;
  return Object.entries(JSON.parse(body) as Record<string, unknown>).flatMap(([name, value]) => {
    if (!(name in sample)) return [`${called} has no ${name} in its body`];
    const same = Array.isArray(value) === Array.isArray(sample[name]) && typeof value === typeof sample[name];
    return same ? [] : [`${called} has ${name} of another type in its body`];
  });
}

describe('every call of the connector', { timeout: 900_000 }, () => {
  for (const profile of ['cloud', 'self-managed'] as const)
    it(`is one that the vendor describes, with its parameters and its body: ${profile}`, async (context) => {
      const known = await operations(context);
      expect(known.length).toBeGreaterThan(2_000);
      const calls = await everyCall(profile);
      expect(calls.length).toBeGreaterThan(30);
      expect([...new Set(calls.flatMap((call) => faultsOf(call, known)))]).toEqual([]);
    });

  it('would not pass with a path, a parameter or a body that the vendor does not know', async (context) => {
    const known = await operations(context);
    const place = 'accountIdentifier=acc&orgIdentifier=pay&projectIdentifier=ledger';
    const url = (path: string): URL => new URL(`https://harness.example.com/${path}`);
    const summary = 'pipeline/api/pipelines/execution/summary';
    const faults = (path: string, body?: object): string[] =>
      faultsOf(
        body === undefined ? { url: url(path) } : { url: url(path), method: 'POST', body: JSON.stringify(body) },
        known,
      );
    expect(faults(`${summary}?${place}&page=0`, { filterType: 'PipelineExecution', status: ['Failed'] })).toEqual([]);
    expect(faults('ng/api/nothing')).toEqual(['GET /ng/api/nothing is no operation']);
    expect(faults(`${summary}?accountIdentifier=acc&pageIndex=0&page=one`, { stati: [], status: 'Failed' })).toEqual([
      `POST /${summary} lacks orgIdentifier`,
      `POST /${summary} lacks projectIdentifier`,
      `POST /${summary} has no pageIndex`,
      `POST /${summary} has page=one`,
      `POST /${summary} has no stati in its body`,
      `POST /${summary} has status of another type in its body`,
    ]);
  });
});
