import { hash } from 'node:crypto';
import type { SliceEvent } from '../../contract.ts';
import { isPlumblineError } from '../../../platform/errors/index.ts';
import { type IssueTarget, issueStream as stream } from '../issues/prove.ts';
import type { PulledIssue } from '../issues/pull.ts';
import { keysPerCall, readByKeys, readPulled } from '../issues/pulled.ts';
import { chunk } from '../issues/slice-counts.ts';
import { pooled } from '../pool.ts';
import { isClosed } from '../reader.ts';
import { type Count, findChanges, keep, proveChanges } from './issue-changes.ts';
import { type BookmarkedScope, makeBookmark, sourceTime } from './issue-bookmark.ts';
import { readScopeState } from './scope-state.ts';

/** Up to here listing everything costs no more requests than finding out what changed. */
export const wholeBelow = 2_500;

/** Of a key and of a content: two equal ones by chance are rarer than a wrong bit of memory. */
const hashBytes = 8;

/** Digests of a branch as it is now, to be kept beside what is listed next; null where no pull is open to us. */
export async function takeDigests({ reader, project, scope }: IssueTarget): Promise<Uint8Array | null> {
  if (reader.server.isCloud || scope.kind !== 'branch' || scope.name === null) return null;
  const digests = createDigests();
  try {
    for await (const issue of readPulled(reader, { project, branch: scope.name })) digests.add(digestOf(issue));
  } catch (error) {
    if (isClosed(error) || isPlumblineError(error, 'upstream_error')) return null;
    throw error;
  }
  return digests.bytes();
}

/**
 * What a new analysis changed in a large branch. The search by date tells what was found, closed or altered; lines that
 * moved and issues copied from elsewhere carry no date, and show in the pull: every issue whose short form is not that
 * of the last pull is read again. False, and nothing yielded, when that would cost more than listing everything, when it
 * cannot be done, or when the counts say that something escaped.
 */
export async function* readByDigests(
  target: IssueTarget,
  marked: BookmarkedScope,
): AsyncGenerator<SliceEvent, boolean> {
  const { reader, project, scope } = target;
  const fingerprints = await marked.fingerprints();
  if (fingerprints === null || scope.kind !== 'branch' || scope.name === null) return false;
  const start = sourceTime(reader);
  try {
    const before = readDigests(fingerprints);
    const now = createDigests();
    const suspects: string[] = [];
    for await (const issue of readPulled(reader, { project, branch: scope.name })) {
      const digest = digestOf(issue);
      now.add(digest);
      if (before.get(digest.key) !== digest.content) suspects.push(issue.key);
    }
    if (suspects.length / keysPerCall > now.size() / 500) return false;
    const { bookmark } = marked;
    const afterLast = new Date(Date.parse(bookmark.analyzedAt) + 1000).toISOString();
    const changes = await findChanges(target, afterLast < bookmark.since ? afterLast : bookmark.since);
    if (changes === null || now.size() < pulledOf(changes.count)) return false;
    const issues = new Map(changes.issues);
    const unread = suspects.filter((key) => !issues.has(key));
    const width = (): number => reader.client.concurrency();
    for await (const raws of pooled(chunk(unread, keysPerCall), width, (keys) => readByKeys(reader, keys))) {
      for (const raw of raws) if (!keep(issues, raw)) return false;
    }
    if (unread.some((key) => !issues.has(key))) return false;
    const { analyzedAt } = await readScopeState(reader, project, scope);
    if (analyzedAt !== scope.analyzedAt) return false;
    const next = makeBookmark(reader, { start, analyzedAt, gateStatus: scope.gateStatus, byDatabase: false });
    const method = 'api/issues/pull compared with the last one + api/issues/search by update date and key';
    yield { type: 'fingerprints', stream, scope: scope.key, bytes: now.bytes() };
    return yield* proveChanges(target, { ...changes, issues, method }, next);
  } catch (error) {
    if (isClosed(error) || isPlumblineError(error, 'upstream_error')) return false;
    throw error;
  }
}

/** What a whole pull names at least. One that ended early between two messages looks whole by its bytes alone. */
function pulledOf({ byStatus }: Count): number {
  const left = [...(byStatus ?? [])].filter(([status]) => status !== 'CLOSED' && status !== 'IN_SANDBOX');
  return left.reduce((sum, [, count]) => sum + count, 0);
}

interface DigestWriter {
  add(entry: Digest): void;
  size(): number;
  bytes(): Uint8Array;
}

/** Eight bytes each, as text. */
interface Digest {
  key: string;
  content: string;
}

function digestOf({ key, message }: PulledIssue): Digest {
  return { key: shortHash(Buffer.from(key)), content: shortHash(message) };
}

function shortHash(bytes: Uint8Array): string {
  return hash('sha1', bytes, 'buffer').toString('latin1', 0, hashBytes);
}

function createDigests(): DigestWriter {
  let bytes = Buffer.alloc(hashBytes * 2 * 1024);
  let used = 0;
  return {
    add({ key, content }) {
      if (used === bytes.length) bytes = Buffer.concat([bytes, Buffer.alloc(bytes.length)]);
      used += bytes.write(key + content, used, 'latin1');
    },
    size: () => used / hashBytes / 2,
    bytes: () => bytes.subarray(0, used),
  };
}

function readDigests(fingerprints: Uint8Array): Map<string, string> {
  const text = Buffer.from(fingerprints).toString('latin1');
  const digests = new Map<string, string>();
  for (let at = 0; at < text.length; at += hashBytes * 2) {
    digests.set(text.slice(at, at + hashBytes), text.slice(at + hashBytes, at + hashBytes * 2));
  }
  return digests;
}
