import { repositoryKey } from '../../../domain/repository-url.ts';
import type { Origin } from './own-reports.ts';

export interface SuggestedRepository {
  id: number;
  project: string;
  slug: string;
  /** Addresses that people and programs know it by. */
  addresses: readonly string[];
  base: string | null;
}

export interface Suggestion {
  repository: number;
  reason: 'sonarqube_binding' | 'link' | 'name';
  confidence: 'certain' | 'likely' | 'possible';
}

/** A project’s own words of where its code is, as names to look repositories up by. */
export interface Named {
  project: string;
  slug: string;
}

/** Names of repositories that a project may be of, so that only those are looked for. */
export function namesToLookFor(project: { key: string; name: string }, origin: Origin | null): Named[] {
  const bound = origin?.bound;
  const ofBinding = bound?.kind === 'bitbucket' ? [{ project: bound.project, slug: bound.repository }] : [];
  return [...ofBinding, ...linkedNames(origin), ...namesInKey(project.key), ...namesInKey(project.name)].map(
    ({ project: key, slug }) => ({ project: key.toLowerCase(), slug: slug.toLowerCase() }),
  );
}

function linkedNames(origin: Origin | null): Named[] {
  return (origin?.links ?? []).flatMap((link) => {
    const [slug, project] = (repositoryKey(link) ?? '').split('/').toReversed();
    return slug === undefined || project === undefined ? [] : [{ project, slug }];
  });
}

/** `PAY_ledger`, `PAY:ledger`, `pay/ledger`, with what an import appends (`_<uuid>`), and the name alone. */
function namesInKey(text: string): Named[] {
  const bare = text.replace(/_[0-9a-f]{8}-[0-9a-f-]{27}$/i, '').trim();
  const cuts = [...bare].flatMap((sign, index) => ('_:/'.includes(sign) && index > 0 ? [index] : [])).slice(0, 8);
  return [
    ...cuts.map((at) => ({ project: bare.slice(0, at), slug: slugOf(bare.slice(at + 1)) })),
    { project: '', slug: slugOf(bare) },
  ].filter(({ slug }) => slug !== '');
}

/** As the server makes one of a name. */
const slugOf = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9._-]+/g, '-');

/**
 * The repository that most speaks for, and why; null where nothing does, or where two are equally likely. A person
 * decides: nothing is bound by this.
 */
export function suggest(
  project: { key: string; name: string },
  origin: Origin | null,
  candidates: readonly SuggestedRepository[],
): Suggestion | null {
  const only = (found: readonly SuggestedRepository[], how: Omit<Suggestion, 'repository'>): Suggestion | null =>
    found.length === 1 && found[0] !== undefined ? { repository: found[0].id, ...how } : null;
  return (
    only(boundTo(origin, candidates), { reason: 'sonarqube_binding', confidence: 'certain' }) ??
    only(linkedTo(origin, candidates), { reason: 'link', confidence: 'likely' }) ??
    only(calledAlike(project, candidates), { reason: 'name', confidence: 'possible' })
  );
}

function boundTo(origin: Origin | null, candidates: readonly SuggestedRepository[]): SuggestedRepository[] {
  const bound = origin?.bound;
  if (bound == null || bound.kind !== 'bitbucket') return [];
  return candidates.filter(
    ({ project, slug, base }) =>
      same(project, bound.project) &&
      same(slug, bound.repository) &&
      (bound.base === null || base === null || same(bound.base.replace(/\/$/, ''), base)),
  );
}

function linkedTo(origin: Origin | null, candidates: readonly SuggestedRepository[]): SuggestedRepository[] {
  const keys = new Set((origin?.links ?? []).flatMap((link) => repositoryKey(link) ?? []));
  return candidates.filter(({ addresses }) => addresses.some((address) => keys.has(repositoryKey(address) ?? '')));
}

function calledAlike(
  { key, name }: { key: string; name: string },
  candidates: readonly SuggestedRepository[],
): SuggestedRepository[] {
  const named = [...namesInKey(key), ...namesInKey(name)];
  const whole = candidates.filter((one) =>
    named.some(({ project, slug }) => same(project, one.project) && same(slug, one.slug)),
  );
  return whole.length > 0 ? whole : candidates.filter((one) => named.some(({ slug }) => same(slug, one.slug)));
}

const same = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();
