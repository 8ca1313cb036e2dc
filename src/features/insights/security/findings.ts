import type { Standing } from '../../../domain/age-targets.ts';
import { trimEndCharacter } from '../../../domain/text-edges.ts';
import { type CreatedRange, createdRange, findingAges } from '../../../domain/finding-age.ts';
import { dayOf } from '../../../domain/time-buckets.ts';
import type { Queryable } from '../../../platform/database/index.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import type { AgeBucket, FindingList, FindingsQuery, SecurityFinding, Severity } from '../contract.ts';
import type { z } from 'zod';
import type { FindingTarget } from '../targets/contract.ts';
import { readDue } from '../targets/due.ts';
import { readTargetsInForce } from '../targets/groups.ts';
import { findingTarget, targetOf } from '../targets/standing.ts';
import { type AgedRow, openByAge } from './ages.ts';
import { type ListedState, type PresentRow, presentByLevel, presentByProject, type ProjectCounts } from './counts.ts';
import {
  type FindingRow,
  type ListedBranch,
  nextOfSegment,
  type Position,
  readFindings,
  readBranches,
  type Segment,
} from './listing-store.ts';
import { includesSeverity, type Scope, severities } from './scope.ts';

export const pageSize = 50;

const listedStates: Record<FindingList, ListedState> = {
  open: { class: 'vulnerability', state: 'open' },
  accepted: { class: 'vulnerability', state: 'accepted' },
  false_positive: { class: 'vulnerability', state: 'false_positive' },
  hotspots: { class: 'hotspot', state: 'open' },
};

export interface Listing {
  list: FindingList;
  sort: 'created' | 'severity' | 'project' | 'due';
  direction: 'asc' | 'desc';
  /** Only findings this old on this day; null: whatever their age. */
  aged: { ages: readonly AgeBucket[]; today: string } | null;
  /** Only what stands so to its target; null: however it stands. */
  standings: readonly Standing[] | null;
  now: Date;
}

type Asked = Pick<z.output<typeof FindingsQuery>, 'list' | 'sort' | 'direction' | 'age' | 'target'>;

/** Throws `invalid_request` where an age or a target is asked of what is not open, or an order of what has another. */
export function listingOf({ list, sort, direction, age = [], target = [] }: Asked, now: Date): Listing {
  const refuse = (message: string): never => {
    throw new PlumblineError('invalid_request', { message });
  };
  if (age.length > 0 && list !== 'open') refuse('Only the list of open vulnerabilities goes by age.');
  const byDue = target.length > 0 || sort === 'due';
  if (byDue && list !== 'open') refuse('Only the list of open vulnerabilities goes by targets.');
  if (byDue && (age.length > 0 || (sort ?? 'due') !== 'due'))
    refuse('What is listed by targets is in the order in which it breaks them, whatever its age.');
  return {
    list,
    sort: sort ?? (byDue ? 'due' : 'created'),
    direction: direction ?? (byDue ? 'asc' : 'desc'),
    aged: age.length === 0 ? null : { ages: age, today: dayOf(now) },
    standings: target.length === 0 ? null : target,
    now,
  };
}

interface Part {
  segment: Segment;
  count: number;
  direction: 'asc' | 'desc';
}

/**
 * A list is a row of segments, each in the order of creation, whose lengths the roll-ups know. So the total is exact, a
 * sort by severity or project costs no sorting, and only the segments a page lies in are read.
 */
async function partsOf(db: Queryable, scope: Scope, listing: Listing): Promise<Part[]> {
  const listed = listedStates[listing.list];
  // Hotspots have a probability, no severity: the filter does not apply to them.
  const applied: Scope = listed.class === 'hotspot' ? { ...scope, severities: null } : scope;
  const branchesOf = (projects: readonly number[] | null): Promise<ListedBranch[]> => readBranches(db, scope, projects);
  if (listing.sort === 'due') return byDue(db, applied, { listed, listing });
  if (listing.sort === 'project') return byProject(db, applied, { listed, listing, branchesOf });
  const cuts = await cutsOf(db, applied, { listed, listing });
  const segment = { listed, branches: () => branchesOf(applied.projects) };
  if (listing.sort === 'severity') return bySeverity(segment, cuts, listing.direction);
  const order = listing.direction === 'desc' ? cuts : cuts.toReversed();
  return order.map(({ kinds, created }) => ({
    segment: { ...segment, kinds, created },
    count: sum(kinds),
    direction: listing.direction,
  }));
}

/** What is listed of each kind: all of it, or of one age; the youngest first. */
interface Cut {
  kinds: readonly PresentRow[];
  created?: CreatedRange | undefined;
}

async function cutsOf(
  db: Queryable,
  scope: Scope,
  { listed, listing }: { listed: ListedState; listing: Listing },
): Promise<Cut[]> {
  const { aged } = listing;
  const listedOf = <Row extends PresentRow>(rows: readonly Row[]): Row[] =>
    rows.filter(
      (row) =>
        row.class === listed.class &&
        row.state === listed.state &&
        row.present > 0 &&
        includesSeverity(scope, row.severity),
    );
  if (aged === null) return [{ kinds: listedOf(await presentByLevel(db, scope)) }];
  return cutByAge(listedOf(await openByAge(db, scope, aged)), aged);
}

function cutByAge(rows: readonly AgedRow[], { ages, today }: NonNullable<Listing['aged']>): Cut[] {
  return findingAges
    .filter((age) => ages.includes(age))
    .map((age) => ({ kinds: rows.filter((row) => row.age === age), created: createdRange(age, today) }));
}

/** `desc`: the worst first. Within one severity the newest first, either way. */
function bySeverity(segment: Omit<Segment, 'kinds'>, cuts: readonly Cut[], direction: 'asc' | 'desc'): Part[] {
  const order: readonly Severity[] = direction === 'desc' ? severities : severities.toReversed();
  return order.flatMap((severity) =>
    cuts.map(({ kinds, created }): Part => {
      const own = kinds.filter((kind) => kind.severity === severity);
      return { segment: { ...segment, kinds: own, created }, count: sum(own), direction: 'desc' };
    }),
  );
}

/** By name; within one project the newest first, either way. */
async function byProject(
  db: Queryable,
  scope: Scope,
  options: {
    listed: ListedState;
    listing: Listing;
    branchesOf(projects: readonly number[]): Promise<ListedBranch[]>;
  },
): Promise<Part[]> {
  const { listed, listing, branchesOf } = options;
  const projects = await presentByProject(db, scope, listed);
  const order = listing.direction === 'asc' ? projects : projects.toReversed();
  const segmentOf = (project: ProjectCounts) => ({ listed, branches: () => branchesOf([project.id]) });
  if (listing.aged === null) {
    const [all] = await cutsOf(db, scope, options);
    return order.map((project): Part => {
      const segment = { ...segmentOf(project), kinds: all?.kinds ?? [] };
      return { segment, count: project.counts.total, direction: 'desc' };
    });
  }
  const { aged } = listing;
  const rows = Map.groupBy(
    (await openByAge(db, scope, { ...aged, perProject: true })).filter(({ severity }) =>
      includesSeverity(scope, severity),
    ),
    (row) => row.project_id,
  );
  return order.flatMap((project) =>
    cutByAge(rows.get(project.id) ?? [], aged).map(({ kinds, created }): Part => {
      return { segment: { ...segmentOf(project), kinds, created }, count: sum(kinds), direction: 'desc' };
    }),
  );
}

/** By the last day within their targets, those without one last; of one day the oldest first. */
async function byDue(
  db: Queryable,
  scope: Scope,
  { listed, listing }: { listed: ListedState; listing: Listing },
): Promise<Part[]> {
  const { groups } = await readDue(db, scope, listing.now);
  const others = groups.flatMap(({ projects }) => projects ?? []);
  const parts = groups.flatMap(({ projects, rows }, group) => {
    const branches = () => readBranches(db, scope, projects, projects === null ? others : []);
    const wanted = rows.filter(({ target }) => listing.standings?.includes(target.standing) ?? true);
    const days = Map.groupBy(wanted, ({ day, target }) => `${target.dueOn ?? 'none'} ${day} ${group}`);
    return [...days].map(([order, kinds]) => {
      const day = kinds[0]?.day ?? null;
      const count = kinds.reduce((total, { present }) => total + present, 0);
      const segment: Segment = { listed, branches, kinds, created: { from: day, to: day } };
      return { order, part: { segment, count, direction: listing.direction } };
    });
  });
  const inOrder = parts.toSorted((a, b) => (a.order < b.order ? -1 : 1)).map(({ part }) => part);
  return listing.direction === 'asc' ? inOrder : inOrder.toReversed();
}

function sum(kinds: readonly PresentRow[]): number {
  return kinds.reduce((total, kind) => total + kind.present, 0);
}

/** One page and the exact number of all. Read it in one snapshot, so that both are of the same moment. */
export async function findingsPage(
  db: Queryable,
  scope: Scope,
  listing: Listing,
  page: number,
): Promise<{ findings: SecurityFinding[]; total: number }> {
  const parts = await partsOf(db, scope, listing);
  const ids: number[] = [];
  let skip = (page - 1) * pageSize;
  for (const part of parts) {
    const missing = pageSize - ids.length;
    if (missing > 0 && skip < part.count) ids.push(...(await windowOf(db, part, skip, missing)));
    skip = Math.max(0, skip - part.count);
  }
  const rows = ids.length === 0 ? [] : await readFindings(db, ids, scope.counting);
  const told = await tellTargets(db, listing);
  return {
    findings: rows.map((row) => toFinding(row, told(row))),
    total: parts.reduce((sum, part) => sum + part.count, 0),
  };
}

/** Reads from the nearer end, so that the last page costs what the first does. */
async function windowOf(db: Queryable, part: Part, skip: number, limit: number): Promise<number[]> {
  const take = Math.min(limit, part.count - skip);
  const fromEnd = part.count - skip - take;
  if (skip <= fromEnd) {
    const rows = await nextOfSegment(db, part.segment, { direction: part.direction, limit: skip + take, after: null });
    return rows.slice(skip).map((row) => row.id);
  }
  const opposite = part.direction === 'asc' ? 'desc' : 'asc';
  const rows = await nextOfSegment(db, part.segment, { direction: opposite, limit: fromEnd + take, after: null });
  return rows
    .slice(fromEnd)
    .toReversed()
    .map((row) => row.id);
}

const exportBatch = 1000;

/** Every row of a list, in its order, a batch at a time. */
export async function* allFindings(db: Queryable, scope: Scope, listing: Listing): AsyncGenerator<SecurityFinding> {
  const told = await tellTargets(db, listing);
  for (const part of await partsOf(db, scope, listing)) {
    let after: Position | null = null;
    for (;;) {
      const rows: Position[] = await nextOfSegment(db, part.segment, {
        direction: part.direction,
        limit: exportBatch,
        after,
      });
      yield* (
        await readFindings(
          db,
          rows.map((row) => row.id),
          scope.counting,
        )
      ).map((row) => toFinding(row, told(row)));
      after = rows.at(-1) ?? null;
      if (rows.length < exportBatch) break;
    }
  }
}

/** How open vulnerabilities stand to their targets. */
async function tellTargets(
  db: Queryable,
  { list, now }: Pick<Listing, 'list' | 'now'>,
): Promise<(row: FindingRow) => FindingTarget | null> {
  if (list !== 'open') return () => null;
  const { organization, warnPercent, groups } = await readTargetsInForce(db);
  const own = new Map(groups.flatMap(({ projects, targets }) => projects.map((id) => [id, targets] as const)));
  const settings = { today: dayOf(now), warnPercent };
  return ({ opened_at, project_id, severity }) =>
    findingTarget(dayOf(opened_at), targetOf(own.get(project_id) ?? organization, severity), settings);
}

function toFinding(row: FindingRow, target: FindingTarget | null): SecurityFinding {
  return {
    id: row.id,
    issueId: row.source_key,
    link: linkOf(row),
    vulnerabilityId: vulnerabilityId(row),
    title: row.message,
    severity: row.severity,
    sourceLevel: row.raw_level,
    severitySource: row.axis,
    assetType: row.asset_type,
    createdAt: row.opened_at.toISOString(),
    project: { id: row.project_id, key: row.project_key, name: row.project_name },
    branch: row.branch,
    path: row.path,
    line: row.line,
    rule: row.rule,
    target,
  };
}

/** The finding in SonarQube's own pages; null where the integration is gone or has no usable address. */
export function linkOf(
  row: Pick<FindingRow, 'base_url' | 'class' | 'source_key' | 'project_key' | 'branch' | 'is_main'>,
): string | null {
  const base = row.base_url == null ? undefined : trimEndCharacter(row.base_url, '/');
  if (base === undefined || !/^https?:\/\//.test(base)) return null;
  const branch: Record<string, string> = row.is_main ? {} : { branch: row.branch };
  const isHotspot = row.class === 'hotspot';
  const page = isHotspot ? 'security_hotspots' : 'project/issues';
  const which: Record<string, string> = isHotspot
    ? { hotspots: row.source_key }
    : { issues: row.source_key, open: row.source_key };
  return `${base}/${page}?${new URLSearchParams({ id: row.project_key, ...which, ...branch })}`;
}

const cvePattern = /CVE-\d{4}-\d{4,}/i;

/** A CVE where rule or message names one, else the rule's first CWE, else the rule. */
export function vulnerabilityId(row: Pick<FindingRow, 'rule' | 'rule_name' | 'message' | 'cwe'>): string {
  const cve = [row.rule, row.rule_name, row.message]
    .map((text) => cvePattern.exec(text ?? '')?.[0])
    .find((found) => found);
  return cve?.toUpperCase() ?? row.cwe?.[0] ?? row.rule ?? 'unknown rule';
}
