import { Readable } from 'node:stream';
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import {
  type Batch,
  createdOf,
  fileOf,
  filePath,
  impactsOf,
  isGone,
  lineOf,
  messageOf,
  ruleOf,
  severityOf,
  statusOf,
  typeOf,
  updatedOf,
} from '../issues/batch.ts';
import { issueKey } from '../issues/keys.ts';
import type { Scope, World } from '../state/model.ts';
import type { ImpactSeverity, IssueType, Severity, SoftwareQuality } from '../types.ts';
import { browsedProject, type Call, type Endpoint, flag, list, optional, required } from '../call.ts';
import { badRequest, notFound, type Reply } from '../reply.ts';

const severityNumbers: Record<Severity, number> = { INFO: 1, MINOR: 2, MAJOR: 3, CRITICAL: 4, BLOCKER: 5 };
const typeNumbers: Record<IssueType, number> = { CODE_SMELL: 1, BUG: 2, VULNERABILITY: 3 };
const qualityNumbers: Record<SoftwareQuality, number> = { MAINTAINABILITY: 1, RELIABILITY: 2, SECURITY: 3 };
/** Not in rank order: INFO and BLOCKER were added later. */
const impactNumbers: Record<ImpactSeverity, number> = { LOW: 1, MEDIUM: 2, HIGH: 3, INFO: 4, BLOCKER: 5 };

/** Issues per chunk of the streamed body. */
const chunkRows = 2000;

interface Pull {
  world: World;
  scope: Scope;
  taint: boolean;
  /** Epoch seconds, inclusive; null = everything that is not closed. */
  since: number | null;
  resolvedOnly: boolean;
  repositories: readonly string[] | null;
  languages: readonly string[] | null;
}

const pull =
  (taint: boolean) =>
  (call: Call): Reply => {
    const projectKey = required(call, 'projectKey');
    const branchName = required(call, 'branchName');
    const changedSince = optional(call, 'changedSince');
    if (changedSince !== undefined && !/^\d+$/.test(changedSince))
      throw badRequest(`For input string: "${changedSince}"`);
    const project = browsedProject(call, projectKey, 'Project');
    const scope = project.branches.find((branch) => branch.name === branchName);
    if (!scope) throw notFound(`Branch '${branchName}' in project '${projectKey}' not found`);
    const request: Pull = {
      world: call.world,
      scope,
      taint,
      since: changedSince === undefined ? null : Number(changedSince) / 1000,
      resolvedOnly: !taint && (flag(call, 'resolvedOnly') ?? false),
      repositories: taint ? null : (list(call, 'ruleRepositories') ?? null),
      languages: list(call, 'languages') ?? null,
    };
    return { status: 200, contentType: null, body: Readable.from(messages(request), { objectMode: false }) };
  };

/** Length-delimited messages: the server's clock, the issues, then the keys of those closed since. */
function* messages(pulled: Pull): Generator<Buffer> {
  const { world } = pulled;
  let writer = new BinaryWriter();
  writer.bytes(new BinaryWriter().uint32(8).int64(world.now().getTime()).finish());
  let rows = 0;
  for (const part of ['present', 'closed'] as const) {
    if (part === 'closed' && pulled.since === null) break;
    for (const batch of pulled.scope.batches)
      for (let index = 0; index < batch.count; index += 1) {
        if (!belongs(pulled, batch, index, part)) continue;
        writer.bytes(part === 'closed' ? closedIssue(world, batch, index) : issueLite(world, batch, index));
        rows += 1;
        if (rows % chunkRows !== 0) continue;
        yield Buffer.from(writer.finish());
        writer = new BinaryWriter();
      }
  }
  yield Buffer.from(writer.finish());
}

function belongs(pulled: Pull, batch: Batch, index: number, part: 'present' | 'closed'): boolean {
  if ((batch.plan.taint ?? false) !== pulled.taint || isGone(batch, index)) return false;
  const { state } = statusOf(batch, index);
  if ((state === 'CLOSED') !== (part === 'closed')) return false;
  if (pulled.since !== null && updatedOf(batch, index) < pulled.since) return false;
  if (part === 'closed') return true;
  if (pulled.resolvedOnly && state !== 'RESOLVED') return false;
  const rule = ruleOf(batch, index);
  if (pulled.repositories && !pulled.repositories.includes(rule.key.split(':')[0] ?? '')) return false;
  return pulled.languages === null || pulled.languages.includes(rule.language ?? '');
}

const keyOf = (world: World, batch: Batch, index: number): string =>
  issueKey(world.seed, batch.ordinal, index, world.profile.uuidKeys);

function closedIssue(world: World, batch: Batch, index: number): Uint8Array {
  return new BinaryWriter()
    .uint32(tag(1, 2))
    .string(keyOf(world, batch, index))
    .uint32(tag(8, 0))
    .bool(true)
    .finish();
}

const tag = (field: number, wire: 0 | 2): number => field * 8 + wire;

function issueLite(world: World, batch: Batch, index: number): Uint8Array {
  const writer = new BinaryWriter();
  writer.uint32(tag(1, 2)).string(keyOf(world, batch, index));
  writer.uint32(tag(2, 0)).int64(createdOf(batch, index) * 1000);
  writer.uint32(tag(3, 0)).bool(statusOf(batch, index).state === 'RESOLVED');
  writer.uint32(tag(4, 2)).string(ruleOf(batch, index).key);
  if (batch.changes.get(index)?.severityByHand)
    writer.uint32(tag(5, 0)).int32(severityNumbers[severityOf(batch, index)]);
  writer.uint32(tag(6, 0)).int32(typeNumbers[typeOf(batch, index)]);
  writer.uint32(tag(7, 2)).bytes(location(batch, index));
  writer.uint32(tag(8, 0)).bool(false);
  if (!world.profile.impacts) return writer.finish();
  for (const impact of impactsOf(batch, index)) {
    const message = new BinaryWriter().uint32(tag(1, 0)).int32(qualityNumbers[impact.softwareQuality]);
    message.uint32(tag(2, 0)).int32(impactNumbers[impact.severity]);
    writer.uint32(tag(9, 2)).bytes(message.finish());
  }
  return writer.finish();
}

function location(batch: Batch, index: number): Uint8Array {
  const file = fileOf(batch, index);
  const writer = new BinaryWriter();
  if (file >= 0) writer.uint32(tag(1, 2)).string(filePath(batch, file));
  writer.uint32(tag(2, 2)).string(messageOf(batch, index));
  if (file < 0) return writer.finish();
  const line = lineOf(batch, index);
  const range = new BinaryWriter();
  for (const [field, value] of [line, 0, line, 15].entries()) range.uint32(tag(field + 1, 0)).int32(value);
  return writer
    .uint32(tag(3, 2))
    .bytes(range.uint32(tag(5, 2)).string('').finish())
    .finish();
}

export const issuesPull: readonly Endpoint[] = [
  { method: 'GET', path: 'api/issues/pull', on: (profile) => profile.pull, handle: pull(false) },
  { method: 'GET', path: 'api/issues/pull_taint', on: (profile) => profile.pull, handle: pull(true) },
];
