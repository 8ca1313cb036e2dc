import type { CreatedRange } from '../../../domain/finding-age.ts';
import type { Queryable } from '../../../platform/database/index.ts';
import type { AssetType, SecurityFinding, Severity } from '../contract.ts';
import type { ListedState } from './counts.ts';
import type { CountingName, Scope } from './scope.ts';

/** One run of rows in the order of their creation: everything asked for, or of one severity or project of it. */
export interface Segment {
  listed: ListedState;
  /** The branches whose findings are listed; asked for only when a page lies in the segment. */
  branches(): Promise<readonly ListedBranch[]>;
  /** Only kinds of which there are some; each is in its own order in the index. */
  kinds: readonly ListedKind[];
  /** Only what was created on these days. */
  created?: CreatedRange | undefined;
}

/** A branch, and whether its findings count by their impacts or by their types. */
export interface ListedBranch {
  id: number;
  by_impact: boolean;
}

/** What the rows of one stretch of the index have in common. */
export interface ListedKind {
  axis: string;
  raw_level: string;
  asset_type: string;
  severity: Severity;
}

export interface Position {
  opened_at: Date;
  id: number;
}

/** The branches that the numbers are counted over: long-lived, on the server still. */
export async function readBranches(
  db: Queryable,
  { branchClasses, counting }: Scope,
  projects: readonly number[] | null,
  except: readonly number[] = [],
): Promise<ListedBranch[]> {
  return db.query(
    `select b.id, ${byImpact('$3')} as by_impact
     from shared.branches b join shared.projects p on p.id = b.project_id
     left join shared.current_modes mode on mode.integration_id = p.integration_id
     where b.kind = 'branch' and (b.is_main or $2) and b.deleted_at is null and p.counts
       and ($1::bigint[] is null or b.project_id = any($1))
       and b.project_id <> all($4::bigint[]) order by b.id`,
    [projects, branchClasses.includes('branch'), counting, except],
    'insights branches',
  );
}

const byImpact = (counting: string): string => `(${counting} = 'server') = (coalesce(mode.mode, 'mqr') = 'mqr')`;

/** Up to this many branches each one's own stretch of the index is read; with more, the common one is, and filtered. */
const fewBranches = 24;

/** Names of the columns by which findings count: each reading has an index of its own. */
const columnsOf = {
  impact: { class: 'class', axis: 'axis', level: 'raw_level' },
  standard: { class: 'standard_class', axis: 'standard_axis', level: 'standard_level' },
} as const;

interface Stretch {
  reading: keyof typeof columnsOf;
  byBranch: boolean;
  direction: 'asc' | 'desc';
  after: boolean;
  /** Only of some days of creation. */
  aged: boolean;
}

/** First and last day of creation. */
const createdBetween = `
      and f.opened_at >= $11::date::timestamp at time zone 'UTC' and f.opened_at < ($12::date + 1)::timestamp at time zone 'UTC'`;

/**
 * $1 axes, $2 levels, $3 asset types, $4 class, $5 state, $6 or $10 branches, $7 time and $8 id of the position, $9 limit,
 * $11 and $12 days of creation.
 */
function statement({ reading, byBranch, direction, after, aged }: Stretch): string {
  const column = columnsOf[reading];
  const branchIds = reading === 'impact' ? '$6::bigint[]' : '$10::bigint[]';
  const order = `order by f.opened_at ${direction}, f.id ${direction}`;
  const beyond = `and (f.opened_at, f.id) ${direction === 'asc' ? '>' : '<'} ($7::timestamptz, $8::bigint)`;
  // The index gives the rows of a kind in order, so a page is read without sorting what lies behind it.
  const rows = `
    select f.opened_at, f.id from shared.findings f
    where f.${column.class} = $4 and f.counted_state = $5 and f.period_to is null and f.${column.class} in ('vulnerability', 'hotspot')
      and f.${column.axis} = kind.axis and f.${column.level} = kind.raw_level and f.asset_type = kind.asset_type
      ${aged ? createdBetween : ''} ${after ? beyond : 'and $7::timestamptz is null and $8::bigint is null'}
      and ${byBranch ? 'f.branch_id = branch.id' : `f.branch_id = any(${branchIds})`} ${order} limit $9`;
  const branches = byBranch ? `cross join unnest(${branchIds}) as branch (id)` : '';
  return `
    select f.opened_at, f.id
    from unnest($1::text[], $2::text[], $3::text[]) as kind (axis, raw_level, asset_type) ${branches}
    cross join lateral (${rows}) f ${order} limit $9`;
}

/** The next rows of a segment, after a position. */
export async function nextOfSegment(
  db: Queryable,
  segment: Segment,
  page: { direction: 'asc' | 'desc'; limit: number; after: Position | null },
): Promise<Position[]> {
  if (segment.kinds.length === 0) return [];
  const branches = await segment.branches();
  const of = (byImpact: boolean): number[] =>
    branches.filter((branch) => branch.by_impact === byImpact).map(({ id }) => id);
  const [byImpact, byType] = [of(true), of(false)];
  const parts = [
    { reading: 'impact', ids: byImpact },
    { reading: 'standard', ids: byType },
  ] as const;
  const { direction } = page;
  const { created } = segment;
  const aged = created !== undefined;
  const statements = parts
    .filter(({ ids }) => ids.length > 0)
    .map(({ reading, ids }) =>
      statement({ reading, byBranch: ids.length <= fewBranches, direction, after: page.after !== null, aged }),
    );
  if (statements.length === 0) return [];
  const typed = '($6::bigint[], $10::bigint[]) is not null';
  const text = `select * from (${statements.map((one) => `(${one})`).join(' union all ')}) f where ${typed} order by f.opened_at ${direction}, f.id ${direction} limit $9`;
  return db.query(text, [
    segment.kinds.map((kind) => kind.axis),
    segment.kinds.map((kind) => kind.raw_level),
    segment.kinds.map((kind) => kind.asset_type),
    segment.listed.class,
    segment.listed.state,
    byImpact,
    page.after?.opened_at ?? null,
    page.after?.id ?? null,
    page.limit,
    byType,
    ...(aged ? [created.from ?? '-infinity', created.to ?? 'infinity'] : []),
  ]);
}

export interface FindingRow {
  id: number;
  source_key: string;
  class: string;
  message: string;
  severity: Severity;
  raw_level: string;
  axis: SecurityFinding['severitySource'];
  asset_type: AssetType;
  opened_at: Date;
  line: number | null;
  path: string | null;
  rule: string | null;
  rule_name: string | null;
  cwe: string[] | null;
  branch: string;
  is_main: boolean;
  project_id: number;
  project_key: string;
  project_name: string;
  base_url: string | null;
}

/** What a list shows of findings, in the order of the ids. */
export async function readFindings(
  db: Queryable,
  ids: readonly number[],
  counting: CountingName,
): Promise<FindingRow[]> {
  return db.query(
    `select f.id, f.source_key, counted.class, f.message, coalesce(m.severity, 'unrated') as severity, counted.axis, counted.raw_level, f.asset_type,
            f.opened_at, f.line, path.path, rule.source_key as rule, rule.name as rule_name, rule.cwe,
            b.name as branch, b.is_main, p.id as project_id, p.source_key as project_key, p.name as project_name,
            i.public_url as base_url
     from unnest($1::bigint[]) with ordinality as wanted (id, n)
     join shared.findings f on f.id = wanted.id
     join shared.branches b on b.id = f.branch_id
     join shared.projects p on p.id = f.project_id
     left join shared.rules rule on rule.id = f.rule_id
     left join shared.paths path on path.id = f.path_id
     left join shared.current_modes mode on mode.integration_id = f.integration_id
     cross join lateral (
       select f.class, f.axis, f.raw_level where ${byImpact('$2::text')}
       union all select f.standard_class, f.standard_axis, f.standard_level where not (${byImpact('$2::text')})) counted
     left join shared.severity_mapping m on m.axis = counted.axis and m.raw_level = counted.raw_level
     left join shared.integrations i on i.id = f.integration_id
     order by wanted.n`,
    [ids, counting],
    'insights findings',
  );
}
