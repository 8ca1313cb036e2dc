import type { DeploymentStatus } from '../model.ts';
import { environmentTypes, type PlaceKey, plainReference, scopeOfReference } from '../places.ts';
import type { ExecutionFacts, Leaf, LeafPlace, Outcome } from './facts.ts';

/** A deployment of Harness as it is kept. */
export interface Derived {
  place: PlaceKey;
  integrationId: number;
  executionId: number;
  key: string;
  status: DeploymentStatus;
  rawStatus: string;
  rolledBack: boolean;
  rolledBackAt: Date | null;
  takesBack: boolean;
  superseded: boolean;
  serviceName: string;
  environmentName: string;
  environmentType: 'production' | 'pre_production' | null;
  image: string | null;
  digest: string | null;
  version: string | null;
  commit: string | null;
  link: string | null;
  startedAt: Date | null;
  endedAt: Date | null;
  at: Date;
}

/** How deployments are made of executions. */
export interface Derivation {
  /** Raised with every change of what is made: what an older one made is made again after the upgrade. */
  version: number;
  of(execution: ExecutionFacts): Derived[];
}

/** The deployments of one execution, from what is stored of it now and from nothing else. */
export function deploymentsOf(execution: ExecutionFacts): Derived[] {
  return execution.leaves.map((leaf) => derived(execution, leaf));
}

export const derivation: Derivation = { version: 1, of: deploymentsOf };

function derived(execution: ExecutionFacts, leaf: Leaf): Derived {
  const [startedAt, endedAt] = [instant(leaf.started_at), instant(leaf.ended_at)];
  const steps = execution.outcomes.find(({ node }) => node === leaf.node);
  const rollback = rollbackOf(execution, leaf, steps);
  return {
    place: placeOf(execution, leaf),
    integrationId: execution.integrationId,
    executionId: execution.id,
    key: `${execution.key}/${leaf.node}`,
    status: statusOf(execution, leaf),
    rawStatus: leaf.status,
    rolledBack: rollback !== null,
    rolledBackAt: rollback?.at ?? null,
    takesBack: leaf.is_rollback,
    superseded: isSuperseded(execution, leaf),
    serviceName: leaf.service_name ?? plain(leaf.service),
    environmentName: leaf.environment_name ?? plain(leaf.environment),
    environmentType: environmentTypes[leaf.environment_type?.toLowerCase() ?? ''] ?? null,
    ...imageOf(leaf, steps),
    version: leaf.version,
    commit: execution.commit ?? execution.outcomes.find(({ commit }) => commit !== null)?.commit ?? null,
    link: execution.link,
    startedAt,
    endedAt,
    at: endedAt ?? startedAt ?? execution.begun,
  };
}

const instant = (text: string | null): Date | null => (text === null ? null : new Date(text));

const statuses: Readonly<Record<string, DeploymentStatus>> = {
  success: 'succeeded',
  failure: 'failed',
  cancelled: 'aborted',
  neutral: 'skipped',
  running: 'running',
  waiting: 'waiting',
};

function statusOf({ settled, mode }: ExecutionFacts, { status_class: kind }: Leaf): DeploymentStatus {
  const status = statuses[kind] ?? 'unknown';
  // A run that takes another one back says neither which nor what it put there.
  if (mode?.toUpperCase() === 'PIPELINE_ROLLBACK' && status === 'succeeded') return 'unknown';
  // Nothing of a run that has ended is under way; how the stage ended was not told. What never began has no end.
  if (settled && status === 'running') return 'unknown';
  if (settled && status === 'waiting') return 'skipped';
  return status;
}

/** A stage that takes back, and has begun to: what it takes back runs no more from then on. */
const takesBack = ({ is_rollback: is, started_at: started, status_class: kind }: Leaf): boolean =>
  is && started !== null && kind !== 'neutral' && kind !== 'waiting';

function rollbackOf(execution: ExecutionFacts, leaf: Leaf, steps: Outcome | undefined): { at: Date | null } | null {
  if (leaf.is_rollback) return null;
  if (steps?.rolledBack === true) return { at: instant(leaf.ended_at) };
  const taking = execution.leaves.filter(takesBack);
  const own = taking.find((one) => isOf(one, leaf));
  if (own !== undefined) return { at: instant(own.ended_at ?? own.started_at) };
  // It was taken back, and no stage says what of it: none of it counts as running.
  return execution.rolledBack && taking.length === 0 ? { at: execution.endedAt } : null;
}

/** By the name that Harness gives such a stage, else by the place it deploys to. */
function isOf(taking: Leaf, leaf: Leaf): boolean {
  const name = taking.identifier;
  if (leaf.identifier !== null && (name === `prb-${leaf.identifier}` || name === `${leaf.identifier}_rollbackStage`))
    return samePlace(taking, leaf) || taking.service === null;
  return samePlace(taking, leaf);
}

const samePlace = (a: LeafPlace, b: LeafPlace): boolean =>
  a.service === b.service && a.environment === b.environment && a.infrastructure === b.infrastructure;

/** What succeeded is replaced only by a retry that deployed it again: else it is what runs. */
function isSuperseded({ retried, retriedPlaces }: ExecutionFacts, leaf: Leaf): boolean {
  if (!retried || leaf.is_rollback) return false;
  return leaf.status_class !== 'success' || retriedPlaces.some((place) => samePlace(place, leaf));
}

function placeOf({ integrationId, organization, project }: ExecutionFacts, leaf: Leaf): PlaceKey {
  const scope = (reference: string | null): string =>
    scopeOfReference(reference ?? '', organization, `${organization}/${project}`);
  return {
    integrationId,
    serviceScope: scope(leaf.service),
    service: plain(leaf.service),
    environmentScope: scope(leaf.environment),
    environment: plain(leaf.environment),
    infrastructure: leaf.infrastructure ?? '',
  };
}

const plain = (reference: string | null): string => plainReference(reference ?? '');

/** Steps tell the registry, and the digest where the summary does not. */
function imageOf({ image, tag, digest }: Leaf, steps: Outcome | undefined): Pick<Derived, 'image' | 'digest'> {
  const told = (steps?.images ?? [])
    .filter((one) => one.direction === 'in' && one.image !== null && (one.tag ?? null) === tag)
    .filter((one) => image === null || one.image === image || one.image?.endsWith(`/${image}`) === true)
    .toSorted((a, b) => Number(a.digest === null) - Number(b.digest === null));
  const name = told[0]?.image ?? image;
  return {
    image: name === null || name === undefined ? null : tag === null ? name : `${name}:${tag}`,
    digest: digest ?? told[0]?.digest ?? null,
  };
}
