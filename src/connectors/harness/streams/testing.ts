import type { Bookmark, ConnectorContext, SliceEvent, SliceRequest, StoredRow } from '../../contract.ts';
import type { FakeHarness } from '../fake-harness.ts';
import { harness } from '../index.ts';
import { type Secrets, Settings } from '../settings.ts';

/** Readings of the whole connector against the small Harness of the tests. */

export const now = new Date('2026-03-01T12:00:00.000Z');
export const day = 86_400_000;
export const ago = (days: number): number => now.getTime() - days * day;

const silent = Object.assign(() => {}, {}) as never;
const log = { debug: silent, info: silent, warn: silent, error: silent } as unknown as ConnectorContext<
  Settings,
  Secrets
>['log'];

export function contextOf(fake: FakeHarness, settings: object = {}): ConnectorContext<Settings, Secrets> {
  return {
    settings: Settings.parse({ accountId: 'acc', ...settings }),
    secrets: { apiKey: 'sat.acc.id.s3cret' },
    http: fake.http,
    log,
    signal: new AbortController().signal,
    now: () => now,
  };
}

export async function read(
  fake: FakeHarness,
  request: Partial<SliceRequest>,
  settings: object = {},
): Promise<SliceEvent[]> {
  const whole: SliceRequest = {
    phase: 'current',
    slice: 'project:default/shop',
    since: new Date(ago(180)),
    purpose: 'ingest',
    cursors: {},
    resume: {},
    ...request,
  };
  const events: SliceEvent[] = [];
  for await (const event of harness.read(contextOf(fake, settings), whole)) events.push(event);
  return events;
}

type Of<Type extends SliceEvent['type']> = Extract<SliceEvent, { type: Type }>;

export const eventsOf = <Type extends SliceEvent['type']>(events: readonly SliceEvent[], type: Type): Of<Type>[] =>
  events.filter((event): event is Of<Type> => event.type === type);

/** What lies in the stage of a stream in the end: a restart empties its scope. Each record is parsed as the hub does. */
export function staged(events: readonly SliceEvent[], stream: string): Map<string, Record<string, unknown>[]> {
  const declaration = harness.streams.find(({ name }) => name === stream);
  const scopes = new Map<string, Record<string, unknown>[]>();
  for (const event of events) {
    if ((event.type === 'restart' || event.type === 'unavailable') && event.stream === stream)
      scopes.delete(event.scope);
    if (event.type !== 'records' || event.stream !== stream) continue;
    const parsed = event.records.map((record) => declaration?.record.parse(record) as Record<string, unknown>);
    scopes.set(event.scope, [...(scopes.get(event.scope) ?? []), ...parsed]);
  }
  return scopes;
}

export const idsOf = (events: readonly SliceEvent[], stream: string): string[] =>
  [...staged(events, stream).values()].flat().map((record) => String(record['id'] ?? record['identifier']));

export const completesOf = (events: readonly SliceEvent[], stream: string): Of<'complete'>[] =>
  eventsOf(events, 'complete').filter((event) => event.stream === stream);

/** What the hub holds. */
export function storedWith({
  rows = [],
  bookmarks = {},
}: {
  rows?: readonly StoredRow[];
  bookmarks?: Record<string, Bookmark['value']>;
}): Pick<SliceRequest, 'rows' | 'stored'> {
  const stored: NonNullable<SliceRequest['rows']> = async function* (_stream, _scope, { status, keys } = {}) {
    yield rows.filter((row) => (status ?? row.status) === row.status && (keys ?? [row.key]).includes(row.key));
  };
  return {
    rows: stored,
    stored: {
      bookmark: async (stream) => {
        const value = bookmarks[stream];
        return value === undefined ? null : { value, touchedAt: null, fingerprints: async () => null };
      },
      counts: async () => ({}),
      rows: stored,
    },
  };
}
