import type { Connector } from '../connectors/contract.ts';
import type { Route } from '../features/access/index.ts';
import type { Handler } from '../features/inbox/index.ts';
import type { Sink } from '../features/ingestion/index.ts';
import type { IntegrationData } from '../features/integrations/index.ts';
import type { Database } from '../platform/database/index.ts';
import type { Reaction } from '../platform/jobs/index.ts';

export type Role = 'all' | 'web' | 'worker';

/** What a room gives the hub, and what it needs of it. All but the name may be left out. */
export interface Room {
  /** As its folder; its PostgreSQL schema is named alike. */
  name: string;
  routes?: readonly Route[];
  /** Kinds of changes that it tells others of. */
  changes?: readonly string[];
  /** Reactions that answer changes, by the kind of change. `key` gathers all of a kind into one. */
  reactsTo?: Readonly<Record<string, string | { name: string; key: string }>>;
  /** Reactions that the room asks for itself. */
  asksFor?: readonly string[];
  /** What carries reactions out. */
  reactions?: readonly Reaction[];
  /** What stores the records of a connector’s streams. */
  sinks?: readonly Sink[];
  /** What takes the deliveries of a connector’s kind. */
  handlers?: readonly Handler[];
  /** Its rows of integrations. */
  data?: IntegrationData;
  /** Begins the work of this process. Nothing runs before. */
  start?(role: Role): void | Promise<void>;
  stop?(): Promise<void>;
}

/**
 * A hub whose rooms do not fit together would go on and be wrong: it does not start when something is declared by one room
 * and wired by none. Throws an error that names every gap.
 */
export function requireWhole(rooms: readonly Room[], connectors: readonly Connector[]): void {
  const gaps = [...streamGaps(rooms, connectors), ...deliveryGaps(rooms, connectors), ...reactionGaps(rooms)];
  if (gaps.length > 0) throw new Error(`the rooms do not fit together: ${gaps.join('; ')}`);
}

function streamGaps(rooms: readonly Room[], connectors: readonly Connector[]): string[] {
  const sinks = rooms.flatMap((room) => room.sinks ?? []);
  return connectors.flatMap(({ kind, streams }) => {
    const [sink, second] = sinks.filter((one) => one.connector === kind);
    if (sink === undefined) return [`no room stores what ${kind} reads`];
    if (second !== undefined) return [`two rooms store what ${kind} reads`];
    const declared = streams.map(({ name }) => name);
    return [
      ...declared.filter((name) => !sink.streams.includes(name)).map((name) => `no room stores ${name} of ${kind}`),
      ...sink.streams.filter((name) => !declared.includes(name)).map((name) => `${kind} has no stream ${name}`),
    ];
  });
}

function deliveryGaps(rooms: readonly Room[], connectors: readonly Connector[]): string[] {
  const sending = connectors.filter(({ webhooks = [] }) => webhooks.length > 0).map(({ kind }) => kind);
  const handled = rooms.flatMap((room) => room.handlers ?? []).map(({ kind }) => kind);
  return [
    ...sending.filter((kind) => !handled.includes(kind)).map((kind) => `no room wants the deliveries of ${kind}`),
    ...handled.filter((kind) => !sending.includes(kind)).map((kind) => `${kind} sends no deliveries`),
    ...handled.filter((kind, index) => handled.indexOf(kind) !== index).map((kind) => `two rooms want ${kind}`),
  ];
}

function reactionGaps(rooms: readonly Room[]): string[] {
  const told = new Set(rooms.flatMap((room) => room.changes ?? []));
  const heard = rooms.flatMap((room) => Object.keys(room.reactsTo ?? {}));
  const answers = rooms.flatMap((room) => Object.values(room.reactsTo ?? {}));
  const asked = new Set([
    ...answers.map((answer) => (typeof answer === 'string' ? answer : answer.name)),
    ...rooms.flatMap((room) => room.asksFor ?? []),
  ]);
  const reactions = rooms.flatMap((room) => room.reactions ?? []);
  const carriedOut = new Set(reactions.map(({ name }) => name));
  return [
    ...heard.filter((kind) => !told.has(kind)).map((kind) => `nobody tells of a change of kind ${kind}`),
    ...[...asked].filter((name) => !carriedOut.has(name)).map((name) => `nobody carries out ${name}`),
    ...reactions
      .filter(({ name, sweep }) => sweep === undefined && !asked.has(name))
      .map(({ name }) => `nothing asks for ${name}`),
  ];
}

/** Rows of an integration that nobody would remove with it. The room of integrations removes its own. */
export async function requirePurges(db: Database, rooms: readonly Room[], schemas: readonly string[]): Promise<void> {
  const rows = await db.query<{ schema: string }>(
    `select distinct c.table_schema as schema from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
      where c.column_name = 'integration_id' and t.table_type = 'BASE TABLE' and c.table_schema = any ($1) order by 1`,
    [schemas],
  );
  const cared = new Set(rooms.filter((room) => room.data !== undefined).map(({ name }) => name.replaceAll('-', '_')));
  const left = rows.map(({ schema }) => schema).filter((schema) => schema !== 'integrations' && !cared.has(schema));
  if (left.length > 0) throw new Error(`nobody removes the rows of an integration from ${left.join(', ')}`);
}
