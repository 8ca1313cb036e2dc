import { z } from 'zod';
import type { CheckReport, CheckResult, Json } from '../contract.ts';
import { catalogue, type ErrorCode } from '../../platform/errors/index.ts';
import { Assignment, Lease, OpenedWork, questions, type QuestionName } from './messages.ts';
import { wire } from './wire.ts';

/** What a satellite and the hub say to each other over HTTPS, beside what any worker says. */

/** Raised when an older satellite could not be understood any more. */
export const satelliteProtocol = 1;
export const oldestSatelliteProtocol = 1;

export const satelliteHeaders = {
  tenant: 'x-satellite-tenant',
  /** Names one satellite for as long as its state directory lives. */
  instance: 'x-satellite-id',
  version: 'x-satellite-version',
  protocol: 'x-satellite-protocol',
  /** Of the body before it was compressed. */
  digest: 'x-satellite-sha256',
} as const;

const text = z.string().max(1_000);
const JsonValue = z.json() as z.ZodType<Json>;
const Code = z.custom<ErrorCode>((value) => typeof value === 'string' && Object.hasOwn(catalogue, value));

export const Registration = z.object({
  /** Of its machine, for people. */
  name: z.string().min(1).max(200),
  startedAt: z.iso.datetime(),
  /** By the clock of the satellite, when it was sent. */
  clock: z.iso.datetime(),
  integrations: z.array(z.int()).max(1_000),
  /** Leases of an earlier process of it, of which something waits here to be told; all others are over. */
  kept: z.array(Lease).max(10_000).default([]),
});
export type Registration = z.infer<typeof Registration>;

export const Registered = z.object({
  version: z.string(),
  now: z.iso.datetime(),
  heartbeatSeconds: z.number().positive(),
  /** How long to wait before asking again when there was nothing to do. */
  idleSeconds: z.number().positive(),
  /** Those of its file that its key lists. */
  integrations: z.array(z.object({ id: z.int(), name: z.string(), kind: z.string() })),
});
export type Registered = z.infer<typeof Registered>;

export const Heartbeat = z.object({
  clock: z.iso.datetime(),
  uptimeSeconds: z.number().min(0),
  memoryBytes: z.int().min(0),
  cpus: z.int().min(0),
  /** Tasks under way. */
  running: z.int().min(0),
  /** What waits on its disk for the hub. */
  buffer: z.object({ bytes: z.int().min(0), full: z.boolean() }),
  /** Settings that its file says otherwise than the hub, by name, as they were met last. */
  differing: z
    .array(z.object({ integration: z.int(), settings: z.array(z.string().max(100)).max(50) }))
    .max(1_000)
    .default([]),
  /** The newest of what went wrong; `integration` null: of the satellite itself. */
  errors: z
    .array(
      z.object({ at: z.iso.datetime(), code: z.string().max(100), message: text, integration: z.int().nullable() }),
    )
    .max(20),
});
export type Heartbeat = z.infer<typeof Heartbeat>;

export const HeartbeatAnswer = z.object({ now: z.iso.datetime(), version: z.string() });

/** A connection test that a person waits for. */
export const AskedCheck = z.object({ id: z.int(), integrationId: z.int(), kind: z.string(), settings: JsonValue });
export type AskedCheck = z.infer<typeof AskedCheck>;

export const Claimed = z.object({
  work: z.object({ integrationId: z.int(), assignment: Assignment }).nullable(),
  checks: z.array(AskedCheck),
  /** More of the same runs is about to come: ask again soon. */
  soon: z.boolean().default(false),
});
export type Claimed = z.infer<typeof Claimed>;

export const Opened = z.object({ integrationId: z.int(), work: OpenedWork });

const Result = z.object({
  name: z.string().max(100),
  title: z.string().max(300),
  outcome: z.enum(['ok', 'warning', 'failed', 'skipped']),
  message: z.string().max(2_000),
  code: Code.exactOptional(),
  remedy: z.string().max(2_000).exactOptional(),
  upstream: z.string().max(300).exactOptional(),
  saveAllowed: z.boolean().exactOptional(),
  untried: z.literal(true).exactOptional(),
  suggestions: z
    .array(z.object({ field: z.string(), entered: z.string(), instead: z.string() }))
    .readonly()
    .exactOptional(),
}) satisfies z.ZodType<CheckResult>;

const Capability = z.object({
  name: z.string(),
  title: z.string(),
  available: z.boolean(),
  streams: z.array(z.string()).readonly().exactOptional(),
  untried: z.boolean().exactOptional(),
  changes: z.literal(true).exactOptional(),
  lost: z.string().exactOptional(),
  leastPermission: z.string().exactOptional(),
});

/** Where webhooks may be set up is left out: the hub could not set up any. */
const Report = z.object({
  checks: z.array(Result),
  capabilities: z.array(Capability),
  facts: z.record(z.string(), JsonValue),
}) satisfies z.ZodType<CheckReport>;

export const CheckStep = z.object({ id: z.int(), check: Result });
export const CheckEnd = z.object({ id: z.int(), report: Report });

const ResumeOutcome = z.enum(['resumed', 'ended', 'lost']);
export type ResumeOutcome = z.infer<typeof ResumeOutcome>;

const LeaseOnly = z.object({ lease: Lease });
const Nothing = z.object({});
const names = Object.keys(questions) as [QuestionName, ...QuestionName[]];

/** By the last part of the address: what is sent there, and what is answered. */
export const satelliteCalls = {
  register: { request: Registration, answer: Registered },
  heartbeat: { request: Heartbeat, answer: HeartbeatAnswer },
  claim: { request: Nothing, answer: Claimed },
  open: { request: LeaseOnly, answer: Opened },
  beat: { request: LeaseOnly, answer: wire.beat },
  /** Question and answer are written as `wireQuestion` and `wireAnswer` say. */
  ask: {
    request: z.object({ lease: Lease, name: z.enum(names), question: JsonValue }),
    answer: z.object({ answer: JsonValue }),
  },
  stage: { request: z.object({ lease: Lease, batch: wire.batch }), answer: Nothing },
  pause: { request: z.object({ lease: Lease, until: z.iso.datetime() }), answer: Nothing },
  finish: { request: z.object({ lease: Lease, end: wire.finish }), answer: Nothing },
  /**
   * Takes a lease up again that ran out meanwhile. `ended`: its end was told, and only the answer was lost. `lost`: somebody
   * else has the task, or nobody can go on with it.
   */
  resume: { request: LeaseOnly, answer: z.object({ outcome: ResumeOutcome }) },
  fail: { request: z.object({ lease: Lease, failure: wire.failure }), answer: wire.decision },
  check_step: { request: CheckStep, answer: Nothing },
  check_end: { request: CheckEnd, answer: Nothing },
} as const;
export type SatelliteCallName = keyof typeof satelliteCalls;
export type CallRequest<Name extends SatelliteCallName> = z.infer<(typeof satelliteCalls)[Name]['request']>;
export type CallAnswer<Name extends SatelliteCallName> = z.infer<(typeof satelliteCalls)[Name]['answer']>;
