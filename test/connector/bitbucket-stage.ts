import { onTestFinished } from 'vitest';
import { bitbucketServer } from '../../src/connectors/bitbucket-server/index.ts';
import type { PullRequestRecord, RepositoryRecord } from '../../src/connectors/bitbucket-server/records.ts';
import { Secrets, Settings } from '../../src/connectors/bitbucket-server/settings.ts';
import type { CheckReport, SliceEvent, SliceRequest, StoredRows } from '../../src/connectors/contract.ts';
import { createOutbound } from '../../src/platform/outbound/index.ts';
import { silentLog } from '../../src/platform/telemetry/log.ts';

export interface BitbucketConnection {
  url: string;
  token: string;
  settings?: Record<string, unknown>;
}

/** A context with the real outbound client, closed after the test. */
export function bitbucketContext({ url, token, settings = {} }: BitbucketConnection) {
  const http = createOutbound({ configuredHost: new URL(url).hostname, loopbackAllowed: true }, { random: () => 0 });
  onTestFinished(() => http.close());
  return {
    settings: Settings.parse({ url, ...settings }),
    secrets: Secrets.parse({ token }),
    http,
    log: silentLog,
    signal: new AbortController().signal,
    now: (): Date => new Date(),
  };
}

/** Runs every check; the outcome of each by its name, and the report. */
export async function checked(
  connection: BitbucketConnection,
): Promise<{ outcomes: Record<string, string>; report: CheckReport }> {
  const checks = bitbucketServer.check(bitbucketContext(connection));
  for (;;) {
    const { done, value } = await checks.next();
    if (done !== true) continue;
    const outcomes = value.checks.map(({ name, outcome, code }) => [
      name,
      code === undefined ? outcome : `${outcome} ${code}`,
    ]);
    return { outcomes: Object.fromEntries(outcomes), report: value };
  }
}

/** What a hub would hold after one reading. */
export interface BitbucketReading {
  slices: string[];
  repositories: RepositoryRecord[];
  pullRequests: Map<string, PullRequestRecord>;
  complete: Extract<SliceEvent, { type: 'complete' }>;
}

/** Reads a slice as the hub does: every record parsed strictly, the last of a key counts. */
export async function readBitbucket(
  connection: BitbucketConnection,
  slice: string,
  more: Partial<SliceRequest> = {},
): Promise<BitbucketReading> {
  const phase = slice === 'discovery' ? 'discovery' : 'current';
  const request: SliceRequest = {
    phase,
    slice,
    since: new Date(0),
    purpose: 'ingest',
    cursors: {},
    resume: {},
    ...more,
  };
  const reading: Omit<BitbucketReading, 'complete'> = { slices: [], repositories: [], pullRequests: new Map() };
  let complete: BitbucketReading['complete'] | undefined;
  for await (const event of bitbucketServer.read(bitbucketContext(connection), request)) {
    if (event.type === 'slice') reading.slices.push(event.slice);
    if (event.type === 'complete') complete = event;
    if (event.type === 'records') take(reading, event);
  }
  if (complete === undefined) throw new Error('The reading did not say that it is complete.');
  return { ...reading, complete };
}

function take(
  { repositories, pullRequests }: Omit<BitbucketReading, 'complete'>,
  { stream, records }: Extract<SliceEvent, { type: 'records' }>,
): void {
  const declared = bitbucketServer.streams.find(({ name }) => name === stream);
  if (declared === undefined) throw new Error(`The stream ${stream} is not declared.`);
  for (const raw of records) {
    const record = declared.record.parse(raw);
    if (stream === 'code_repositories') repositories.push(record as RepositoryRecord);
    else if (stream === 'pull_requests')
      pullRequests.set((record as PullRequestRecord).id, record as PullRequestRecord);
  }
}

/** What is stored after a reading, as far as the connector asks. */
export function storedOf({
  pullRequests,
}: Pick<BitbucketReading, 'pullRequests'>): Pick<SliceRequest, 'stored' | 'rows'> {
  const records = [...pullRequests.values()];
  const rows: StoredRows = async function* (_stream, _scope, { keys } = {}) {
    yield records
      .filter(({ id, state }) => (keys === undefined ? state === 'open' : keys.includes(id)))
      .map(({ id, state, updatedAt }) => ({ key: id, status: `${state} ${updatedAt}` }));
  };
  return { stored: { bookmark: async () => null, counts: async () => ({}), rows }, rows };
}
