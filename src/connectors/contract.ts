import { z } from 'zod';
import { textItems } from '../domain/text-list.ts';
import { catalogue, type ErrorCode, type PlumblineError } from '../platform/errors/index.ts';
import type { Outbound, OutboundMethod } from '../platform/outbound/types.ts';
import type { Log } from '../platform/telemetry/log.ts';
import type { CodeImport } from './code-import.ts';
import type { CodeReview } from './code-review.ts';
import type { CompanionProjects } from './companion-projects.ts';
import type { MeasuredLines } from './measured-lines.ts';
import type { ProjectCreation, ProjectSettings } from './project-setup.ts';
import type { Json, SliceEvent } from './slice-events.ts';
import type { StoredRows } from './stored-rows.ts';

export * from './code-import.ts';
export * from './code-review.ts';
export * from './companion-projects.ts';
export * from './measured-lines.ts';
export * from './project-setup.ts';
export * from './slice-events.ts';
export * from './stored-rows.ts';

/** Everything a connector gets. It never sees the database, so the same code runs in the hub and in a satellite. */
export interface ConnectorContext<Settings, Secrets> {
  settings: Settings;
  secrets: Secrets;
  http: Outbound;
  log: Log;
  signal: AbortSignal;
  now(): Date;
  /** Absent where nobody keeps answers: then each is asked for. */
  runCache?: RunCache;
}

/** Answers that are the same for every slice of one run (version of the server, rules), asked for once and not per slice. */
export interface RunCache {
  /** The answer kept under this name when it is younger than `maxAgeMs`, else what `read` gives. Failures are not kept. */
  get<T>(name: string, maxAgeMs: number, read: () => Promise<T>): Promise<T>;
}

/** One named pre-flight step of a connection test. */
export interface CheckResult {
  /** Stable name, e.g. `token_valid`. */
  name: string;
  /** What was tried, in the reader's words. */
  title: string;
  outcome: 'ok' | 'warning' | 'failed' | 'skipped';
  /** One sentence: what was found. */
  message: string;
  code?: ErrorCode;
  /** The exact place to click or command to run. */
  remedy?: string;
  /** The outside system's own words. */
  upstream?: string;
  /** True when a person may save although this check is not ok. */
  saveAllowed?: boolean;
  /** Of a skipped one: it could not be carried out, so nobody knows. Without it the check does not apply here. */
  untried?: true;
  /** What a person most likely meant, to be put in place of what was entered. */
  suggestions?: readonly Suggestion[];
}

/** A near match for one item of a setting. */
export interface Suggestion {
  /** Name of the setting. */
  field: string;
  entered: string;
  instead: string;
}

/** One line of “what this token can do on this server”. */
export interface Capability {
  /** Stable name, e.g. `history`. */
  name: string;
  title: string;
  available: boolean;
  /** Streams that are known not to arrive without it; none by default. */
  streams?: readonly string[];
  /** True when there was nothing to try it with: then `available` says nothing. */
  untried?: boolean;
  /** True for what changes the outside system: nothing that is read depends on it. */
  changes?: true;
  /** What is lost without it. */
  lost?: string;
  /** The least permission that would give it. */
  leastPermission?: string;
}

export interface CheckReport {
  checks: CheckResult[];
  capabilities: Capability[];
  /** Facts worth keeping: server id, version, edition, mode, token kind and expiry (`tokenExpiresAt`, ISO 8601). */
  facts: Record<string, Json>;
  /** Where webhooks may be set up; absent for a kind without, and where it could not be asked. */
  webhooks?: WebhookReach;
}

/** What a check found wrong; a remedy that is left out is the catalogue's. */
export interface CheckProblem {
  message: string;
  code?: ErrorCode;
  remedy?: string;
  upstream?: string | undefined;
  suggestions?: readonly Suggestion[];
}

/** How one connector words the results of its checks. */
export interface CheckWords<Name extends string> {
  /** In the order in which they run. */
  names: readonly Name[];
  ok(name: Name, message: string): CheckResult;
  /** It does not apply here. */
  skipped(name: Name, message: string): CheckResult;
  /** It applies and could not be carried out. */
  untried(name: Name, message: string): CheckResult;
  /** What was found is worth a word, and no reason not to save. */
  warning(name: Name, problem: CheckProblem): CheckResult;
  failed(name: Name, problem: CheckProblem & { code: ErrorCode }, options?: { saveAllowed?: boolean }): CheckResult;
  failedBy(
    name: Name,
    error: PlumblineError,
    more?: Pick<Partial<CheckProblem>, 'message' | 'remedy' | 'suggestions'> & { saveAllowed?: boolean },
  ): CheckResult;
}

/** `titles` says of each check what is tried, in the order in which they run. */
export function checkWords<Name extends string>(titles: Readonly<Record<Name, string>>): CheckWords<Name> {
  const result = (name: Name, outcome: CheckResult['outcome'], message: string): CheckResult => ({
    name,
    title: titles[name],
    outcome,
    message,
  });
  const failed: CheckWords<Name>['failed'] = (name, problem, { saveAllowed = false } = {}) => ({
    ...result(name, 'failed', problem.message),
    saveAllowed,
    ...whatToDo(problem),
  });
  return {
    names: Object.keys(titles) as Name[],
    ok: (name, message) => result(name, 'ok', message),
    skipped: (name, message) => result(name, 'skipped', message),
    untried: (name, message) => ({ ...result(name, 'skipped', message), untried: true }),
    warning: (name, problem) => ({
      ...result(name, 'warning', problem.message),
      saveAllowed: true,
      ...whatToDo(problem),
    }),
    failed,
    failedBy: (name, { code, message, remedy, upstream }, { saveAllowed = false, ...more } = {}) =>
      failed(name, { code, message, remedy, upstream, ...more }, { saveAllowed }),
  };
}

function whatToDo({
  code,
  remedy,
  upstream,
  suggestions = [],
}: CheckProblem): Pick<CheckResult, 'code' | 'remedy' | 'upstream' | 'suggestions'> {
  return {
    ...(code === undefined ? {} : { code, remedy: catalogue[code].remedy }),
    ...(remedy === undefined ? {} : { remedy }),
    ...(upstream === undefined ? {} : { upstream }),
    ...(suggestions.length === 0 ? {} : { suggestions }),
  };
}

/**
 * Keeps each result in the report and yields it, as the steps end. Steps that stop at a failure leave checks out: those
 * follow as untried.
 */
export async function* runChecks(
  { names, untried }: CheckWords<string>,
  steps: AsyncIterable<CheckResult>,
  report: CheckReport,
): AsyncGenerator<CheckResult, CheckReport> {
  for await (const check of steps) {
    report.checks.push(check);
    yield check;
  }
  const done = new Set(report.checks.map((check) => check.name));
  for (const name of names.filter((one) => !done.has(one))) {
    const check = untried(name, 'Not tried, because an earlier check failed.');
    report.checks.push(check);
    yield check;
  }
  return report;
}

/** A method and path the connector calls; the Endpoints page and the docs are made of these, and no other method is sent. */
export interface EndpointDeclaration {
  method: OutboundMethod;
  /**
   * Path below the base URL, e.g. `api/issues/search`; `<name>` stands for one part of it. A path that is nothing but that
   * lies on another host, which the server names.
   */
  path: string;
  /** Names in the path that stand for several parts of it. */
  spans?: readonly string[];
  /** True of a POST that only asks: a satellite sends it. Beside GET it sends nothing else. */
  asks?: true;
  why: string;
  /** First version that has it. */
  since: string;
  /** What is lost when it is missing or blocked. */
  without: string;
  permission: string;
}

export type FormField = TypedField | ChoiceField;

interface TypedField extends FieldFrame {
  kind: 'text' | 'url' | 'secret' | 'list' | 'textarea' | 'number' | 'boolean';
}

/** One of a few values. The setting takes these and no others; left out it means the first. */
interface ChoiceField extends FieldFrame {
  kind: 'choice';
  options: [FormOption, ...FormOption[]];
}

export interface FormOption {
  value: string;
  label: string;
  /** Where what it names is usually read from; choosing it chooses this, too. */
  place?: 'hub' | 'satellite';
  /** Names of fields that may stay empty, but not with this. */
  requires?: string[];
}

interface FieldFrame {
  name: string;
  label: string;
  step: 'connection' | 'scope' | 'advanced';
  required: boolean;
  /** Example in the outside system's own format. */
  placeholder?: string;
  help?: string;
  /** Where to make the thing asked for: a path in that system, appended to its URL when one is entered. */
  link?: { label: string; path: string };
}

/** A setting that people type by commas or lines, or declare as a list. */
export const TextList = z.union([z.string(), z.array(z.string())]).transform(textItems);

/**
 * The address of a server, as `normalise` makes it of what a person entered; `prompt` says what to enter when it throws.
 */
export function serverUrl(normalise: (text: string) => string, prompt: string): z.ZodType<string, string> {
  return z.string().transform((text, context) => {
    try {
      return normalise(text);
    } catch (error) {
      context.addIssue({ code: 'custom', message: `${prompt} (${(error as Error).message}).` });
      return z.NEVER;
    }
  });
}

/** How the hub reaches the outside system: settings of every connector, which the hub itself reads. */
export const networkSettings = {
  /** PEM certificates trusted in addition to the system's. */
  caCertificate: z.string().optional(),
  /** Proxy URL for this integration. */
  proxy: z.string().optional(),
};

/** Whoever may change one of these could have a stored secret sent through a machine of theirs. */
export const networkRoute: readonly (keyof typeof networkSettings)[] = ['proxy', 'caCertificate'];

/** The fields of `networkSettings`, last in every form. */
export const networkFields: readonly FormField[] = [
  {
    name: 'caCertificate',
    label: 'CA certificate',
    step: 'advanced',
    kind: 'textarea',
    required: false,
    placeholder: '-----BEGIN CERTIFICATE-----',
    help: 'PEM certificates to trust in addition to the system’s.',
  },
  {
    name: 'proxy',
    label: 'Proxy',
    step: 'advanced',
    kind: 'url',
    required: false,
    placeholder: 'http://proxy.example.com:3128',
    help: 'Proxy for this integration only.',
  },
];

/** One thing that a setting can name. */
export interface Choice {
  value: string;
  /** What people call it, where that is another word. */
  label: string | null;
}

export interface Choices {
  /** The first that match; what people see is bounded. */
  items: readonly Choice[];
  /** How many match; null where that is not known. */
  total: number | null;
}

export interface StreamDeclaration {
  name: string;
  title: string;
  phase: SlicePhase;
  /** Strict shape of one record, parsed again by the hub. */
  record: z.ZodType;
  /** The record's identity inside its scope. */
  key(record: never): string;
  /** True where it can be read without the other streams of its slice, so that it is tried alone when it could not be read. */
  standsAlone?: true;
  /** True for what the integration is there for: what a run says it has stored, of how much there is, counts these. */
  headline?: true;
  /**
   * How it counts for whether its slice is complete: without what is `essential` nothing of the slice is, and what is
   * `shown` stands beside it; of what is counted as headline it has to be read all the same. Left out: nobody is told how
   * whole it was.
   */
  completeness?: 'essential' | 'shown';
  /** The source's date of a record, ISO 8601 UTC: the newest that was read ends the scan range of a run. */
  dateOf?(record: never): string | null;
}

/**
 * `discovery` lists what there is to read, `current` reads how a slice stands now, `history` reads its past. A connector
 * without a stream of a phase is never asked for that phase.
 */
export type SlicePhase = 'discovery' | 'current' | 'history';

export interface SliceRequest {
  phase: SlicePhase;
  /** `discovery`, or a name that discovery yielded, e.g. `project:my-key`. */
  slice: string;
  /** How far back history is wanted. */
  since: Date;
  /**
   * `audit` reads the same through another endpoint than ingestion uses, so that it can contradict it; `count` asks for
   * counts only and yields `counts` events.
   */
  purpose: 'ingest' | 'audit' | 'count';
  /** Named values that earlier discoveries yielded as `cursor` events; a slice gets those named `all:…`. */
  cursors: Record<string, string>;
  /** What an interrupted attempt had staged: key `<stream> <scope>`, value `complete` or the last page's cursor. */
  resume: Record<string, 'complete' | { cursor: Json }>;
  /**
   * Keys that the interrupted attempt staged, so that a listing which goes on after its cursor can still prove that it is
   * whole. Absent (a satellite): such a listing yields `restart` and begins again.
   */
  stagedKeys?(stream: string, scope: string): AsyncIterable<readonly string[]>;
  /** So that only what changed since it was stored need be read. Absent: everything is listed whole. */
  stored?: StoredSlice;
  /**
   * What is stored of this slice and not gone: where everything is listed whole, to ask the source which of it there is
   * no more, and for nothing else. Absent in an audit, and where a room tells nothing.
   */
  rows?: StoredRows;
  /**
   * What alone is asked for, by its name: slices in a discovery, scopes of the slice else, as a delivery names them. More
   * may be read, and nothing that is not named is gone. Absent: everything.
   */
  named?: readonly string[];
  /**
   * What alone kept the last reading from being complete: asked for again, whatever stands still. `only`: nothing else is
   * read, as each of these stands alone.
   */
  unread?: { places: readonly StreamPlace[]; only: boolean };
  /**
   * Discovery only: the things that are stored and not gone, by their key with the source's own id of them; first those
   * that were not looked for one by one for the longest time.
   */
  known?(): Promise<ReadonlyMap<string, string | null>>;
  /** Absent where no room tells anything. */
  facts?: RoomFacts;
}

/** What rooms know that the source is asked by: the one way in which it comes into a request. */
export interface RoomFacts {
  /** Discovery only: scopes that no server-wide feed covers, to be asked one by one whether something changed. */
  polls?: readonly ScopePoll[];
  /** Those of the whole integration in a discovery, else of the slice. */
  companions?: readonly Companion[];
  /** Of a slice: somebody goes by its file of code owners, so that it is worth reading. */
  owners?: boolean;
}

/**
 * A thing that the hub itself made at the source for one pull request of another: a scope of that other one, and never a
 * thing of its own. What only has such a name is none.
 */
export interface Companion {
  key: string;
  /** Key of the thing whose scope it is. */
  of: string;
  /** What people call the pull request, e.g. its number. */
  name: string;
}

/** A stream of one scope of a slice. */
export interface StreamPlace {
  stream: string;
  scope: string;
}

/** What the hub holds of a slice. The source's own words and keys; nothing here is trusted beyond a comparison. */
export interface StoredSlice {
  /** What the last reading of the scope gave as `bookmark`; null before the first, or when it must not be built upon. */
  bookmark(stream: string, scope: string): Promise<Bookmark | null>;
  /** How many of its rows there are, by their status: added up where they lie, as a scope may have a million. */
  counts(stream: string, scope: string): Promise<Readonly<Record<string, number>>>;
  rows: StoredRows;
}

export interface Bookmark {
  value: Json;
  /** Newest change that a poll has seen in this scope. */
  touchedAt: string | null;
  fingerprints(): Promise<Uint8Array | null>;
}

/** Bounds of polling: each poll is one request. */
export interface ScopePolling {
  /** Scopes that changed within so many days; 0: none. */
  days: number;
  /** Least time between two polls of a scope. */
  everyMinutes: number;
  /** At most so many per discovery, the longest waiting first. */
  atMost: number;
}

/** A scope to be asked by hand whether something changed in one of its streams. */
export interface ScopePoll {
  slice: string;
  stream: string;
  scope: string;
  /** Name of the scope at the source. */
  name: string;
  /** `bookmark` of its last reading. */
  bookmark: Json;
}

/** What the server says now about one thing a person looks for. */
export interface LookupResult {
  /** What people call it, in one word; pages show it as it is. */
  kind: string;
  found: boolean;
  summary: Record<string, Json>;
  link?: string;
}

/** One incoming call, before anything of it is believed. */
export interface WebhookCall {
  /** The path's key, of senders that can neither sign nor set a header; null when the path has none. Never logged. */
  pathKey: string | null;
  /** Lower-case names. */
  headers: Readonly<Record<string, string>>;
  /** The body byte for byte. */
  body: Uint8Array;
}

/** A fact that only the webhook tells, in the words of a stream's record. It completes that record, and never makes one. */
export interface DeliveredFact {
  slice: string;
  stream: string;
  /** What it is about inside the slice, in the words the sender has (a branch's name, not its id). */
  subject: string;
  /** Which record of it, e.g. the analysis’ instant. */
  about: string;
  /** When it became true, ISO 8601 UTC; of two facts about one thing the later counts. */
  changedAt: string;
  fact: { [key: string]: Json };
}

/** What a delivery has read. A slice nobody knows is looked for. */
export interface DeliveredRead {
  slice: string;
  phases: readonly ('current' | 'history')[];
  /** Scopes of it that alone are to be read, in the words of `SliceRequest.named`; all of them where left out. */
  named?: readonly string[];
  /** It is called or lies otherwise now: it is looked for although it is known. */
  lookFor?: true;
}

/** What a delivery says, in our words. */
export interface ParsedDelivery {
  /** What happened, e.g. `analysis`, `analysis_failed`, `gate_changed`. */
  event: string;
  /** What it is about, as people call it, e.g. `shop · pull request 102`. */
  subject: string;
  /** The sender's own id of the work it reports, to find the delivery again in the sender's list; null when it has none. */
  reference: string | null;
  /** What should be read now because of it; empty when nothing changed. */
  reads: readonly DeliveredRead[];
  facts: readonly DeliveredFact[];
}

/** One way in which a kind's deliveries arrive: `/hooks/<kind>/<integration id>[/<adapter>][/<path key>]`. */
export interface WebhookAdapter {
  /** Path segment; '' for the kind's own, which has none. */
  name: string;
  title: string;
  /** How the sender proves who it is; says to people what to enter there. */
  proof: 'signature' | 'header_token' | 'path_key';
  /** Where people enter address and secret by hand on the server, and what else they choose there. */
  enteredAt?: string;
  /** Lower-case names of headers worth keeping; all others, above all secrets, are dropped. */
  keptHeaders: readonly string[];
  /** True when one of the live secrets (two during a rotation) proves the call. Compares in constant time. */
  verify(call: WebhookCall, secrets: readonly string[]): boolean;
  /** True for a call that only asks whether somebody listens: unproven, it is answered and leads to nothing. */
  isTest?(call: WebhookCall): boolean;
  /** The sender's id of this delivery; null: the body's hash tells repetitions. */
  deliveryId(call: WebhookCall): string | null;
  /** Throws `malformed_delivery` for a body it does not understand. Called again at each attempt: no state. */
  parse(call: Pick<WebhookCall, 'headers' | 'body'>): ParsedDelivery;
}

/** A kind of place where the server keeps webhooks, in its own words. */
export interface WebhookScope {
  /** Stable name, e.g. `global`. */
  name: string;
  /** What a webhook there is for, to follow its name, e.g. `of project shop`. */
  words(target: string): string;
  /** Where people find it on the server. */
  path(target: string): string;
  /** The least permission to change it. */
  permission: string;
}

/** Where an own webhook lives on the server. */
export interface WebhookPlace {
  /** Name of a `WebhookScope`. */
  scope: string;
  /** Key of what it is for; '' for everything. */
  target: string;
  /** What the target lies in, where its key alone does not say so (Cloud: the organization). */
  within: string | null;
}

/** Where a credential may set up webhooks. */
export interface WebhookReach {
  /** The widest that are allowed: one for everything covers each target. */
  places: readonly WebhookPlace[];
  /** What the widest of them are called together: `everything` for the one without a name, `projects`; null: none. */
  called: string | null;
  /** Narrowest targets beside the wider places: how many allow it, of how many tried, of how many there are. */
  single: { allowed: number; tried: number; total: number };
  /** The first refusal; null where nothing was refused. */
  refusal: PlumblineError | null;
}

/** True when each target is covered, which includes that each was tried. */
export const reachesEverything = ({ places, single }: WebhookReach): boolean =>
  places.length > 0 && single.allowed === single.total;

export interface OwnWebhook {
  /** The server's key. */
  key: string;
  name: string;
  url: string;
  hasSecret: boolean;
  /** Somebody switched it off there: it sends nothing until it is told again what it is to do. */
  switchedOff?: true;
}

/** A delivery as the server remembers it. */
export interface SentDelivery {
  id: string;
  at: string;
  success: boolean;
  httpStatus: number | null;
  durationMs: number | null;
  /** As `ParsedDelivery.reference`. */
  reference: string | null;
  /** What the server says it is about, e.g. a project’s key. */
  about: string | null;
}

/** Webhooks of ours on the server. All throw catalogue codes; refusals carry the server's own words. */
export interface OwnWebhooks<Settings, Secrets> {
  /** Kinds of places it knows, the widest first. */
  scopes: readonly [WebhookScope, ...WebhookScope[]];
  list(context: ConnectorContext<Settings, Secrets>, place: WebhookPlace): Promise<OwnWebhook[]>;
  /** Where this credential may set up webhooks for what the settings ask for; the targets tried are bounded. */
  reach(context: ConnectorContext<Settings, Secrets>): Promise<WebhookReach>;
  create(
    context: ConnectorContext<Settings, Secrets>,
    webhook: { place: WebhookPlace; name: string; url: string; secret: string },
  ): Promise<OwnWebhook>;
  /** Tells it all of it again; one that was switched off is on then. */
  update(
    context: ConnectorContext<Settings, Secrets>,
    webhook: { key: string; name: string; url: string; secret: string },
  ): Promise<void>;
  /** One that is not there any more is no error. */
  delete(context: ConnectorContext<Settings, Secrets>, key: string): Promise<void>;
  /** Newest first, back to `since`, at most `limit`. Absent where the server keeps no such list. */
  sentDeliveries?(
    context: ConnectorContext<Settings, Secrets>,
    webhook: { key: string; since: Date; limit: number },
  ): Promise<SentDelivery[]>;
  /** The body that was sent; null when the server keeps it no more. */
  sentPayload?(context: ConnectorContext<Settings, Secrets>, deliveryId: string): Promise<string | null>;
}

/** What an image registry answers beside its streams. */
export interface ImageRegistry<Settings, Secrets> {
  /** Reads one image now, as its stream yields it; null when the registry has none there. A digest counts before a tag. */
  readImage(
    context: ConnectorContext<Settings, Secrets>,
    place: { repository: string; tag: string | null; digest: string | null },
  ): Promise<unknown>;
}

export interface Connector<Settings = unknown, Secrets = unknown> {
  kind: string;
  title: string;
  /** One sentence for the tile under Available integrations. */
  description: string;
  settings: z.ZodType<Settings>;
  secrets: z.ZodType<Secrets>;
  form: readonly FormField[];
  endpoints: readonly EndpointDeclaration[];
  /** What may stand before the paths of its endpoints, below the base URL. */
  pathPrefixes?: readonly string[];
  streams: readonly StreamDeclaration[];
  /** Part of every record's hash; raised when records of the same source content change shape. */
  hashVersion: number;
  /** Its discovery looks for slices that a request names without listing everything. */
  findsNamedSlices?: true;
  /** How far back history is read at first, in months. */
  backfillMonths(settings: Settings): number;
  /** Which scopes are polled for changes that no server-wide feed shows; absent: none. */
  polling?(settings: Settings): ScopePolling;
  /** Weekly times in which no scheduled reading starts or goes on, as `domain/weekly-window.ts` writes them. */
  blackouts?(settings: Settings): readonly string[];
  /** Time of day of the daily audit, `03:00 UTC`; null: none. */
  auditTime?(settings: Settings): string | null;
  /** Codes that only a check of this kind finds, beside what every check may. */
  checkErrors?: readonly ErrorCode[];
  /** How much a credential reaches: its word for the things, and the facts of a check that count them, the truest first. */
  reach?: { things: string; counts: readonly string[] };
  /** True when several credentials of one server may share the load; one otherwise. */
  multipleCredentials?: boolean;
  /** Base URL a person configured (the host that may be private). */
  baseUrl(settings: Settings): URL;
  /**
   * Names of the settings that decide where secrets travel, beside the network settings, which the hub knows itself. With
   * another value the secrets have to be entered again.
   */
  secretsTravelBy: readonly (keyof Settings & string)[];
  /** By the name of a setting: what the outside system has for it, whose name holds the text. */
  choices?: Readonly<Record<string, (context: ConnectorContext<Settings, Secrets>, text: string) => Promise<Choices>>>;
  /** Yields each check as it ends, returns the report. */
  check(context: ConnectorContext<Settings, Secrets>): AsyncGenerator<CheckResult, CheckReport>;
  read(context: ConnectorContext<Settings, Secrets>, request: SliceRequest): AsyncGenerator<SliceEvent>;
  lookup(context: ConnectorContext<Settings, Secrets>, text: string): Promise<LookupResult[]>;
  /** How deliveries of this kind arrive; absent for a kind that sends none. */
  webhooks?: readonly WebhookAdapter[];
  /** Optional capability: setting up webhooks on the server ourselves. */
  ownWebhooks?: OwnWebhooks<Settings, Secrets>;
  /** Scopes whose names begin so stand beside what the source has: people see them, and no total counts them. */
  besideTotals?: string;
  /** Optional capability: pull requests and reports on them. */
  codeReview?: CodeReview<ConnectorContext<Settings, Secrets>>;
  /** Optional capability: repositories as one person sees them. */
  codeImport?: CodeImport<ConnectorContext<Settings, Secrets>>;
  /** Optional capability: making projects. */
  projectCreation?: ProjectCreation<ConnectorContext<Settings, Secrets>>;
  /** Optional capability: how one project is set up. */
  projectSettings?: ProjectSettings<ConnectorContext<Settings, Secrets>>;
  /** Optional capability: projects that stand for pull requests. */
  companionProjects?: CompanionProjects<ConnectorContext<Settings, Secrets>>;
  /** Optional capability: what tests and copies make of single lines. */
  measuredLines?: MeasuredLines<ConnectorContext<Settings, Secrets>>;
  /** Optional capability: reading one image that somebody names. */
  registry?: ImageRegistry<Settings, Secrets>;
}
