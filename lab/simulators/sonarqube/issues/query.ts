import type { Scope } from '../state/model.ts';
import type { ImpactSeverity, SoftwareQuality } from '../types.ts';
import {
  type Batch,
  closedOf,
  createdOf,
  fileOf,
  filePath,
  impactsOf,
  isGone,
  lineOf,
  severityOf,
  statusOf,
  updatedOf,
} from './batch.ts';
import { type FacetCounter, type FacetName, facetCounter } from './facets.ts';
import { keyOrder } from './keys.ts';
import { createTop, type Row } from './top.ts';

export type SortName = 'default' | 'CREATION_DATE' | 'UPDATE_DATE' | 'CLOSE_DATE' | 'SEVERITY' | 'STATUS' | 'FILE_LINE';

/** Makes the test of one batch; a dimension is what a facet is named after, or a filter without a facet. */
export type FilterOfBatch = (batch: Batch) => (i: number) => boolean;

export interface IssueQuery {
  scopes: readonly Scope[];
  /** By dimension. The facet of a dimension ignores the filter of the same dimension (“sticky”). */
  filters: ReadonlyMap<string, FilterOfBatch>;
  /** Restricts scopes one by one, e.g. to a component below the project. */
  inScope?: (scope: Scope, batch: Batch) => ((i: number) => boolean) | null;
  /** Indices by number of the batch, when keys were asked for: only those are looked at. */
  only?: ReadonlyMap<number, ReadonlySet<number>> | null;
  impacts: { qualities: ReadonlySet<SoftwareQuality> | null; severities: ReadonlySet<ImpactSeverity> | null };
  /** With the values that are answered with 0 when no issue has them. */
  facets: readonly { name: FacetName; zeros: readonly string[] }[];
  sort: SortName;
  ascending: boolean;
  seed: number;
}

export interface IssueAnswer {
  total: number;
  /** The first rows in order, as many as were asked for. */
  rows: Row[];
  facets: FacetCounter[];
}

/** Runs a query over generated issues: one pass, memory for the wanted rows only. */
export function runQuery(query: IssueQuery, wanted: number): IssueAnswer {
  const top = createTop(wanted, orderOf(query));
  const counters = query.facets.map(({ name, zeros }) => facetCounter(name, query.impacts, zeros));
  let total = 0;
  for (const scope of query.scopes)
    for (const batch of scope.batches) {
      total += runBatch({ query, scope, batch, counters, offer: wanted > 0 ? top.offer : null });
      for (const counter of counters) counter.flush(scope, batch);
    }
  return { total, rows: top.rows(), facets: counters };
}

interface BatchRun {
  query: IssueQuery;
  scope: Scope;
  batch: Batch;
  counters: readonly FacetCounter[];
  offer: ((row: Row) => void) | null;
}

function runBatch({ query, scope, batch, counters, offer }: BatchRun): number {
  const names = [...query.filters.keys()];
  const tests = [...query.filters.values()].map((make) => make(batch));
  const below = query.inScope?.(scope, batch) ?? null;
  const impactTest = impactFilter(query.impacts);
  const simple =
    tests.length === 0 &&
    below === null &&
    impactTest === null &&
    counters.length === 0 &&
    offer === null &&
    !query.only;
  if (simple) return batch.count - batch.gone;
  let total = 0;
  const one = (i: number): void => {
    if (isGone(batch, i) || (below !== null && !below(i))) return;
    // -1: passes everything; a number: fails only there; -2: fails more than once.
    let failed = -1;
    for (let at = 0; at < tests.length && failed !== -2; at += 1) if (!tests[at]?.(i)) failed = failed === -1 ? at : -2;
    if (failed === -2 || (failed >= 0 && counters.length === 0)) return;
    const impactsFail = impactTest !== null && !impactTest(batch, i);
    const failedName = failed >= 0 ? (names[failed] ?? null) : null;
    for (const counter of counters) counter.see(batch, i, failedName, impactsFail);
    if (failed >= 0 || impactsFail) return;
    total += 1;
    offer?.({ scope, batch, index: i });
  };
  if (query.only) for (const i of query.only.get(batch.ordinal) ?? []) one(i);
  else for (let i = 0; i < batch.count; i += 1) one(i);
  return total;
}

/** Quality and severity must hold for the same impact. */
function impactFilter(impacts: IssueQuery['impacts']): ((batch: Batch, i: number) => boolean) | null {
  const { qualities, severities } = impacts;
  if (qualities === null && severities === null) return null;
  return (batch, i) =>
    impactsOf(batch, i).some(
      (impact) => (qualities?.has(impact.softwareQuality) ?? true) && (severities?.has(impact.severity) ?? true),
    );
}

const rank = { INFO: 0, MINOR: 1, MAJOR: 2, CRITICAL: 3, BLOCKER: 4 } as const;

/** Orders rows; ties are broken by issue key, reversed with the rest [V26: 12,000 equal issues], so pages are stable. */
function orderOf(query: IssueQuery): (a: Row, b: Row) => number {
  const direction = query.ascending ? 1 : -1;
  const primary = primaryOrder(query.sort);
  const byKey = (a: Row, b: Row) =>
    keyOrder(query.seed, a.batch.ordinal, a.index) - keyOrder(query.seed, b.batch.ordinal, b.index) ||
    a.batch.ordinal - b.batch.ordinal;
  return (a, b) => direction * (primary(a, b) || byKey(a, b));
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function primaryOrder(sort: SortName): (a: Row, b: Row) => number {
  const by = (value: (row: Row) => number) => (a: Row, b: Row) => value(a) - value(b);
  if (sort === 'CREATION_DATE') return by((row) => createdOf(row.batch, row.index));
  if (sort === 'UPDATE_DATE') return by((row) => updatedOf(row.batch, row.index));
  if (sort === 'CLOSE_DATE') return by((row) => closedOf(row.batch, row.index) ?? 0);
  if (sort === 'SEVERITY') return by((row) => rank[severityOf(row.batch, row.index)]);
  if (sort === 'STATUS')
    return (a, b) => compareText(statusOf(a.batch, a.index).state, statusOf(b.batch, b.index).state);
  return byPlace;
}

function byPlace(a: Row, b: Row): number {
  if (a.scope !== b.scope) return compareText(a.scope.project.key, b.scope.project.key);
  const fileA = fileOf(a.batch, a.index);
  const fileB = fileOf(b.batch, b.index);
  const samePath = a.batch === b.batch && fileA === fileB;
  return (
    (samePath ? 0 : compareText(pathOf(a.batch, fileA), pathOf(b.batch, fileB))) ||
    lineOf(a.batch, a.index) - lineOf(b.batch, b.index) ||
    rank[severityOf(b.batch, b.index)] - rank[severityOf(a.batch, a.index)]
  );
}

const pathOf = (batch: Batch, file: number): string => (file < 0 ? '' : filePath(batch, file));
