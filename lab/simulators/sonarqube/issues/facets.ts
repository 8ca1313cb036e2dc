import type { Profile } from '../profiles.ts';
import type { Scope } from '../state/model.ts';
import type { ImpactSeverity, SoftwareQuality } from '../types.ts';
import {
  type Batch,
  createdOf,
  directoryPath,
  fileOf,
  filePath,
  impactsOf,
  inTests,
  ruleOf,
  severityOf,
  statusOf,
  tagsOf,
  typeOf,
} from './batch.ts';
import { histogram } from './histogram.ts';
import { issueStatusOf } from './status.ts';

export const facetNames = [
  'projects',
  'files',
  'assigned_to_me',
  'severities',
  'statuses',
  'resolutions',
  'rules',
  'assignees',
  'author',
  'directories',
  'scopes',
  'languages',
  'tags',
  'types',
  'createdAt',
  'cwe',
  'owaspTop10',
  'owaspTop10-2021',
  'sonarsourceSecurity',
  'codeVariants',
  'cleanCodeAttributeCategories',
  'impactSoftwareQualities',
  'impactSeverities',
  'issueStatuses',
  'prioritizedRule',
  'complianceStandards',
] as const;
export type FacetName = (typeof facetNames)[number];

/** Facets that 9.9 does not have. */
export const newerFacets: readonly FacetName[] = [
  'codeVariants',
  'cleanCodeAttributeCategories',
  'impactSoftwareQualities',
  'impactSeverities',
  'issueStatuses',
  'prioritizedRule',
  'complianceStandards',
];

/** How many values a facet answers at most (section 3.4). */
const facetCap = (name: FacetName): number => {
  if (['cwe', 'owaspTop10', 'owaspTop10-2021', 'sonarsourceSecurity'].includes(name)) return 15;
  return 100;
};

const enumValues: Partial<Record<FacetName, readonly string[]>> = {
  severities: ['INFO', 'MINOR', 'MAJOR', 'CRITICAL', 'BLOCKER'],
  statuses: ['OPEN', 'CONFIRMED', 'REOPENED', 'RESOLVED', 'CLOSED'],
  resolutions: ['', 'FALSE-POSITIVE', 'WONTFIX', 'FIXED', 'REMOVED'],
  types: ['CODE_SMELL', 'BUG', 'VULNERABILITY'],
  impactSoftwareQualities: ['MAINTAINABILITY', 'RELIABILITY', 'SECURITY'],
  impactSeverities: ['BLOCKER', 'HIGH', 'INFO', 'LOW', 'MEDIUM'],
};

/** Values that are answered with 0 when no issue has them. */
export function zeroValues(profile: Profile, name: FacetName): readonly string[] {
  const values = enumValues[name] ?? [];
  return name === 'statuses' && profile.issueMembers26 ? [...values, 'IN_SANDBOX'] : values;
}

export interface FacetCounter {
  name: FacetName;
  /** One issue; `failed` is the one filter that it does not pass, `impactsFail` whether the impact filters are it. */
  see(batch: Batch, i: number, failed: string | null, impactsFail: boolean): void;
  /** Ends a batch: numbers of files become paths. */
  flush(scope: Scope, batch: Batch): void;
  values(): { val: string; count: number }[];
}

type Impacts = { qualities: ReadonlySet<SoftwareQuality> | null; severities: ReadonlySet<ImpactSeverity> | null };

export function facetCounter(name: FacetName, impacts: Impacts, zeros: readonly string[]): FacetCounter {
  const counts = new Map<string, number>();
  const files = new Map<number, number>();
  let inBatch = 0;
  const add = (value: string, by = 1): void => {
    counts.set(value, (counts.get(value) ?? 0) + by);
  };
  const valuesOf = valuesOfFacet(name, impacts);
  const isImpactFacet = name === 'impactSeverities' || name === 'impactSoftwareQualities';
  return {
    name,
    see: (batch, i, failed, impactsFail) => {
      if (failed !== null && failed !== name) return;
      if (impactsFail && !isImpactFacet) return;
      if (name === 'projects') inBatch += 1;
      else if (name === 'files' || name === 'directories') countFile(files, fileOf(batch, i));
      else for (const value of valuesOf(batch, i)) add(value);
    },
    flush: (scope, batch) => {
      if (inBatch > 0) add(scope.project.key, inBatch);
      for (const [file, count] of files)
        add(name === 'files' ? filePath(batch, file) : directoryPath(batch, file), count);
      files.clear();
      inBatch = 0;
    },
    values: () => (name === 'createdAt' ? histogram(counts) : ranked(name, counts, zeros)),
  };
}

function countFile(files: Map<number, number>, file: number): void {
  if (file >= 0) files.set(file, (files.get(file) ?? 0) + 1);
}

function ranked(
  name: FacetName,
  counts: Map<string, number>,
  zeros: readonly string[],
): { val: string; count: number }[] {
  for (const value of zeros) if (!counts.has(value)) counts.set(value, 0);
  return [...counts]
    .map(([val, count]) => ({ val, count }))
    .sort((a, b) => b.count - a.count || (a.val < b.val ? -1 : 1))
    .slice(0, facetCap(name));
}

const none: readonly string[] = [];

type ValuesOf = (batch: Batch, i: number) => readonly string[];

/** Facets without an entry have no values here: nothing generated has an author or an OWASP category. */
const valuesByFacet: Partial<Record<FacetName, ValuesOf>> = {
  severities: (batch, i) => [severityOf(batch, i)],
  types: (batch, i) => [typeOf(batch, i)],
  statuses: (batch, i) => [statusOf(batch, i).state],
  resolutions: (batch, i) => [statusOf(batch, i).resolution ?? ''],
  issueStatuses: (batch, i) => [issueStatusOf(statusOf(batch, i))],
  rules: (batch, i) => [ruleOf(batch, i).key],
  scopes: (batch, i) => [inTests(batch, i) ? 'TEST' : 'MAIN'],
  tags: tagsOf,
  languages: (batch, i) => ofOptional(ruleOf(batch, i).language),
  cwe: (batch, i) => (typeOf(batch, i) === 'VULNERABILITY' ? (ruleOf(batch, i).cwe ?? ['unknown']) : none),
  createdAt: (batch, i) => [String(createdOf(batch, i))],
};

function valuesOfFacet(name: FacetName, impacts: Impacts): ValuesOf {
  if (name === 'impactSeverities' || name === 'impactSoftwareQualities')
    return (batch, i) => impactValues(name, impacts, batch, i);
  return valuesByFacet[name] ?? (() => none);
}

const ofOptional = (value: string | undefined): readonly string[] => (value === undefined ? none : [value]);

/** With a filter on the one side the facet of the other side counts only impacts that pass it. */
function impactValues(name: FacetName, impacts: Impacts, batch: Batch, i: number): string[] {
  const values = new Set<string>();
  for (const impact of impactsOf(batch, i)) {
    if (name === 'impactSeverities' && (impacts.qualities?.has(impact.softwareQuality) ?? true))
      values.add(impact.severity);
    if (name === 'impactSoftwareQualities' && (impacts.severities?.has(impact.severity) ?? true))
      values.add(impact.softwareQuality);
  }
  return [...values];
}
