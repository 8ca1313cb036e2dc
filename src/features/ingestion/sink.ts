import type {
  Json,
  Proof,
  RoomFacts,
  ScopePolling,
  SlicePhase,
  StoredFilter,
  StoredRow,
  ThingAtSource,
  TimeWindow,
  Unmatched,
} from '../../connectors/contract.ts';
import type { Cell, Queryable, Tx } from '../../platform/database/index.ts';
import type { ErrorCode } from '../../platform/errors/index.ts';

/** How one stream of one scope ended, as the publish of its slice sees it. */
export interface StreamOutcome {
  stream: string;
  /** '' for records of the slice itself, else the scope's key (SonarQube: a branch key). */
  scope: string;
  outcome: 'complete' | 'unavailable';
  /** Why it is unavailable. */
  code?: ErrorCode;
  sourceCount: number | null;
  method: string;
  proof: Proof;
  /** Why it is unproven, where the connector says so. */
  doubt?: string;
  sourceMoved: boolean;
  /** True when what is not staged is gone from the source. */
  absenceTrusted: boolean;
  /** `changes`, `named`: what is not staged stays as it is stored. */
  coverage?: 'whole' | 'changes' | 'named';
  /** Only what is dated in it was listed: nothing outside it is missing. */
  window?: TimeWindow;
  /** Keys the source said it has no more. */
  gone?: readonly string[];
  /** Keys the source has and the token may not read any more; absent where that cannot be told. */
  unreadable?: readonly string[];
  /** Keys the source was asked for one by one. */
  lookedFor?: readonly string[];
  /** Stored things that the settings leave out, under the key they have now. */
  outside?: readonly ThingAtSource[];
  /** Names and patterns of the settings that nothing answers. */
  unmatched?: Unmatched;
  /** For the next reading of the scope. */
  bookmark?: Json;
}

/** Rows after this key, in the order of keys; no more than `limit`. */
export interface RowsPage {
  after: string;
  limit: number;
}

/** What is stored of a slice, as a connector asks for it (`rows` and `StoredSlice` in the contract of connectors). */
export interface Holdings {
  counts(stream: string, scope: string): Promise<Readonly<Record<string, number>>>;
  /** Throws for a filter that its stream does not know: what was not asked must not be answered. */
  rows(stream: string, scope: string, filter: StoredFilter, page: RowsPage): Promise<readonly StoredRow[]>;
}

export interface PublishContext {
  tx: Tx;
  integrationId: number;
  runId: number;
  taskId: number;
  phase: SlicePhase;
  /** e.g. `project:my-key`. */
  slice: string;
  /** Only these streams and scopes were read; everything else of the slice stays as it is. */
  outcomes: readonly StreamOutcome[];
  /** Database clock at the start of the publish. */
  now: Date;
  /** Large disappearances of this slice that were held back. */
  heldAbsences: readonly HeldAbsence[];
  /** Records that could not be understood, by `<stream> <scope>`: not staged, and yet not gone. */
  setAside: ReadonlyMap<string, number>;
  /** False after an audit found differences: every stored column is compared, not the hash alone. */
  trustHashes: boolean;
}

/** A disappearance that was held back at an earlier publish of the slice. */
export interface HeldAbsence {
  stream: string;
  scope: string;
  /** Of the rows that were missing. */
  fingerprint: string;
  /** True when a person confirmed it, or when the same was missing an hour ago. */
  confirmed: boolean;
}

/** Rows that a listing leaves out and that were not marked as gone. */
export interface MissingRows {
  count: number;
  /** Rows of the scope before. */
  before: number;
  fingerprint: string;
  /** Keys of the first of them. */
  examples: string[];
}

export interface StreamPublished {
  stream: string;
  scope: string;
  /** Rows without `deleted_at` in this scope after the publish. */
  stored: number;
  inserted: number;
  updated: number;
  gone: number;
  /** True when too much disappeared at once and nothing was marked. */
  held: boolean;
  /** What is held. */
  missing?: MissingRows;
  /** True when what was held before is settled: marked as gone now, or there again. */
  released?: true;
}

export interface PublishSummary {
  streams: StreamPublished[];
  /** What other rooms react to. Empty when no row changed. */
  changes: { kind: string; id: number }[];
  /** Slices to be read whatever their version says: what was stored of them was marked as gone, and they are back. */
  returned?: readonly string[];
  /**
   * Slices that stand for something else from now on (another thing has the key), or for something that was not read for
   * a while: nothing of what was remembered of them is built upon, and they are read anew.
   */
  anew?: readonly string[];
}

/** A part of a large change that was merged before its publish. */
export interface PublishedPart {
  /** Key of its last record: the next part begins after it. */
  last: string;
  streams: Pick<StreamPublished, 'stream' | 'scope' | 'inserted' | 'updated'>[];
}

/** One thing in which the store and the server differ, found by an audit. */
export interface Difference {
  stream: string;
  scope: string;
  sourceKey: string;
  kind: 'missing' | 'invented' | 'changed';
  /** For `changed`: column, what is stored, what the server says. */
  fields: { name: string; stored: string | null; source: string | null }[];
}

/** Per scope what the audit counted. */
export interface ScopeComparison {
  stream: string;
  scope: string;
  /** Reader's name of the scope, e.g. the branch name. */
  label: string;
  source: number;
  stored: number;
  /** Rows the server has dropped and we kept. */
  retained: number;
  differences: Difference[];
  /** True when the scope moved at the source since it was last read: a difference then says nothing of the store. */
  behind?: boolean;
}

/** How records of one stream are staged: in columns of a table that inherits `ingestion.stage`. */
export interface StageForm<Record = never> {
  table: string;
  columns: readonly string[];
  /** One cell per column; `json` is the record as its hash was made of it. */
  cells(record: Record, json: string): readonly Cell[];
}

/**
 * The socket a room fills to store what a connector kind's streams yield. Staged records are in `ingestion.stage`
 * (task_id, stream, scope, seq, source_key, row_hash, record), or in the columns of the stream's form; a key staged
 * twice counts once, the higher seq wins.
 */
export interface Sink {
  connector: string;
  streams: readonly string[];
  /** Streams that are not staged as JSON. */
  forms?: Readonly<Record<string, StageForm>>;
  publish(context: PublishContext): Promise<PublishSummary>;
  /**
   * Merges what is next, in the order of keys, of a change too large for one transaction, and marks what is half
   * written until its publish. Undefined when the rest is small enough for one. Merged twice it changes nothing.
   */
  publishPart?(context: PublishContext, after: string): Promise<PublishedPart | undefined>;
  /** Fewer staged records than these are never too many for one transaction: then it is not asked. */
  partsFrom?: number;
  /** Compares the staged records with the store without changing either. Reads every stored column, not the hash. */
  compare(context: PublishContext): Promise<ScopeComparison[]>;
  /** Rebuilds the roll-ups of a slice; true when something changed. */
  aggregate(context: Pick<PublishContext, 'tx' | 'integrationId' | 'slice'>): Promise<boolean>;
  /** What is stored of a slice, for a reading of what changed since; absent: slices are always listed whole. */
  holdings?(db: Queryable, integrationId: number, slice: string): Holdings;
  /** What is stored and not gone, by key with the source's own id: what a discovery must account for. */
  known?(db: Queryable, integrationId: number): Promise<ReadonlyMap<string, string | null>>;
  /** What a request carries of what the room knows: about one slice, or the whole integration (`discovery`). */
  facts?(db: Queryable, about: FactsAbout): Promise<RoomFacts>;
  /** The slice and scope under which a companion is stored that the source tells of as a slice; undefined: it is none. */
  mainSlice?(
    db: Queryable,
    integrationId: number,
    slice: string,
  ): Promise<{ slice: string; scope: string } | undefined>;
  /** What people call the scopes of some slices, by `<slice> <scope>`. */
  scopeNames?(db: Queryable, integrationId: number, slices: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Where a thing a person looks for is stored. */
  locate(tx: Tx, integrationId: number, text: string): Promise<StoredThing[]>;
}

export interface FactsAbout {
  integrationId: number;
  slice: string;
  /** How scopes are to be polled, where this request polls; the longest waiting are told first. */
  polling: ScopePolling | null;
}

export interface StoredThing {
  /** What people call it, in one word; pages show it as it is. */
  kind: string;
  id: number;
  label: string;
  /** Project it belongs to; null for what belongs to none. */
  projectId: number | null;
  /** Run that wrote it last. */
  runId: number | null;
  facts: Record<string, string | number | boolean | null>;
}
