import type { SliceEvent } from '../../contract.ts';
import { isPlumblineError } from '../../../platform/errors/index.ts';
import { toInstant } from '../instant.ts';
import { isCompanionScope, listCompanions } from '../companions/scopes.ts';
import { complete, isClosed, type Reader, type ScopeRef } from '../reader.ts';
import type { BranchRecord } from '../records.ts';
import { BranchesList, GateByProject, ListedBranch, ListedPullRequest, PullRequestsList } from '../schema.ts';

export interface BranchListing {
  records: BranchRecord[];
  scopes: ScopeRef[];
  events: SliceEvent[];
}

const ofPullRequest = 'pull_request:';
/** Scope name of a pull request. */
export const pullRequestScope = (key: string): string => `${ofPullRequest}${key}`;

/** Branches and pull requests of a project: the scopes of everything below, and their own stream. */
export async function listBranches(
  reader: Reader,
  project: string,
  { withGate }: { withGate: boolean },
): Promise<BranchListing> {
  const { named } = reader.request;
  if (named?.every((scope) => scope.startsWith(ofPullRequest) || isCompanionScope(scope)) === true) {
    const listing = await listNamed(reader, project, { withGate, named: new Set(named) });
    if (listing !== null) return listing;
  }
  const [branches, pullRequests, companions, qualityGate] = await Promise.all([
    listLongLived(reader, project),
    listPullRequests(reader, project),
    listCompanions(reader, project, async (of) => (await listLongLived(reader, of))?.records ?? null),
    withGate ? readGateName(reader, project) : null,
  ]);
  const own = [...(branches?.records ?? [mainUnseen]), ...pullRequests.records];
  const records = [...own, ...companions.records].map((record) => ({ ...record, qualityGate }));
  const setAside = [...(branches?.setAside ?? []), ...pullRequests.setAside];
  const listed = branches !== null;
  const certain = listed && pullRequests.certain && companions.certain;
  return {
    records,
    scopes: [...own.map((record) => scopeOf(record, project, listed)), ...companions.scopes],
    events: [
      { type: 'records', stream: 'branches', scope: '', records },
      ...setAside,
      complete({
        stream: 'branches',
        scope: '',
        sourceCount: listed ? records.length + setAside.length : null,
        method: listed ? 'api/project_branches/list, api/project_pull_requests/list' : 'assumed main branch',
        proof: certain ? 'key_set' : 'unproven',
        absenceTrusted: certain && setAside.length === 0,
      }),
    ],
  };
}

/** Pull requests and companions that are named, and nothing about any other; null where nobody tells of one of them. */
async function listNamed(
  reader: Reader,
  project: string,
  { withGate, named }: { withGate: boolean; named: ReadonlySet<string> },
): Promise<BranchListing | null> {
  const asked = [...named];
  const [pullRequests, companions, qualityGate] = await Promise.all([
    asked.some((scope) => scope.startsWith(ofPullRequest)) ? listPullRequests(reader, project) : null,
    listCompanions(reader, project, async (of) => (await listLongLived(reader, of))?.records ?? null, named),
    withGate ? readGateName(reader, project) : null,
  ]);
  if (pullRequests?.certain === false || !companions.certain) return null;
  const own = (pullRequests?.records ?? []).filter(({ key }) => named.has(key));
  const records = [...own, ...companions.records].map((record) => ({ ...record, qualityGate }));
  const method = 'api/project_pull_requests/list';
  const outcome = { stream: 'branches', scope: '', method, sourceCount: null, absenceTrusted: false } as const;
  return {
    records,
    scopes: [...own.map((record) => scopeOf(record, project, true)), ...companions.scopes],
    events: [
      { type: 'records', stream: 'branches', scope: '', records },
      complete({ ...outcome, proof: 'key_set', coverage: 'named' }),
    ],
  };
}

/** Where the branch list is blocked: every call without a branch still means the main one. */
const mainUnseen: BranchRecord = {
  key: 'branch:main',
  kind: 'branch',
  name: 'main',
  isMain: true,
  excludedFromPurge: null,
  analyzedAt: null,
  gateStatus: 'NONE',
  qualityGate: null,
  title: null,
  sourceBranch: null,
  base: null,
  target: null,
  url: null,
  isOrphan: null,
};

interface Listed {
  records: BranchRecord[];
  setAside: SliceEvent[];
}

async function listLongLived({ client }: Reader, project: string): Promise<Listed | null> {
  try {
    const { branches } = await client.get(BranchesList, 'api/project_branches/list', { project });
    return mapAll(branches, mapBranch);
  } catch (error) {
    // A proxy that blocks the list says nothing about the project; the server's own refusal is one of the whole project.
    if (isPlumblineError(error, 'endpoint_unavailable')) return null;
    throw error;
  }
}

function mapBranch(raw: unknown): BranchRecord | null {
  const parsed = ListedBranch.safeParse(raw);
  if (!parsed.success) return null;
  const branch = parsed.data;
  return {
    ...mainUnseen,
    key: `branch:${branch.branchId ?? branch.name}`,
    name: branch.name,
    isMain: branch.isMain,
    excludedFromPurge: branch.excludedFromPurge ?? null,
    analyzedAt: toInstant(branch.analysisDate),
    gateStatus: gateStatusOf(branch.status?.qualityGateStatus) ?? 'NONE',
  };
}

/** Community Build has no such endpoint: then there certainly is no pull request. */
async function listPullRequests({ client, server }: Reader, project: string): Promise<Listed & { certain: boolean }> {
  try {
    const { pullRequests } = await client.get(PullRequestsList, 'api/project_pull_requests/list', { project });
    return { ...mapAll(pullRequests, mapPullRequest), certain: true };
  } catch (error) {
    if (!isClosed(error)) throw error;
    const absent = error.upstream?.startsWith('Unknown url') === true && !server.isCloud;
    return { records: [], setAside: [], certain: absent };
  }
}

function mapPullRequest(raw: unknown): BranchRecord | null {
  const parsed = ListedPullRequest.safeParse(raw);
  if (!parsed.success) return null;
  const pull = parsed.data;
  return {
    ...mainUnseen,
    key: pullRequestScope(pull.key),
    kind: 'pull_request',
    name: pull.key,
    isMain: false,
    analyzedAt: toInstant(pull.analysisDate),
    gateStatus: gateStatusOf(pull.status?.qualityGateStatus) ?? 'NONE',
    title: pull.title ?? null,
    sourceBranch: pull.branch ?? null,
    base: pull.base ?? null,
    target: pull.target ?? null,
    url: pull.url ?? null,
    isOrphan: pull.isOrphan ?? false,
  };
}

function mapAll(elements: readonly unknown[], map: (raw: unknown) => BranchRecord | null): Listed {
  const listed: Listed = { records: [], setAside: [] };
  for (const raw of elements) {
    const record = map(raw);
    if (record !== null) listed.records.push(record);
    else {
      const text = JSON.stringify(raw) ?? '';
      listed.setAside.push({
        type: 'set_aside',
        stream: 'branches',
        scope: '',
        text,
        reason: 'the branch has no name',
      });
    }
  }
  return listed;
}

async function readGateName({ client, server }: Reader, project: string): Promise<string | null> {
  if (server.isCloud) return null;
  try {
    return (await client.get(GateByProject, 'api/qualitygates/get_by_project', { project })).qualityGate.name;
  } catch (error) {
    if (isPlumblineError(error, 'project_not_found') || isClosed(error)) return null;
    throw error;
  }
}

export function gateStatusOf(text: string | undefined): BranchRecord['gateStatus'] | null {
  return text === 'OK' || text === 'ERROR' || text === 'WARN' || text === 'NONE' ? text : null;
}

/** The main branch is asked for without its name: names move (rename, `set_main`), the pointer does not. */
function scopeOf(record: BranchRecord, project: string, listed: boolean): ScopeRef {
  const { key, isMain, analyzedAt, gateStatus } = record;
  const base = { key, project, companion: false, isMain, analyzedAt, gateStatus };
  if (record.kind === 'pull_request')
    return { ...base, kind: 'pull_request', name: record.name, params: { pullRequest: record.name } };
  return {
    ...base,
    kind: 'branch',
    name: listed ? record.name : null,
    params: record.isMain ? {} : { branch: record.name },
  };
}
