import { daySeconds, parseServerDate } from '../dates.ts';
import { assigneeOf, createdOf, inTests, ruleOf, severityOf, statusOf, tagsOf, typeOf } from '../issues/batch.ts';
import { type FacetName, facetNames, newerFacets } from '../issues/facets.ts';
import { inDirectories, inFiles } from '../issues/paths.ts';
import type { FilterOfBatch, SortName } from '../issues/query.ts';
import { issueStatuses, issueStatusOf } from '../issues/status.ts';
import { findIssue } from '../state/changes.ts';
import { impactSeverities, issueStates, issueTypes, severities, softwareQualities } from '../types.ts';
import { booleans, type Call, choices, flag, list, optional } from '../call.ts';
import { ApiError, badRequest } from '../reply.ts';

const resolutionNames = ['FALSE-POSITIVE', 'WONTFIX', 'FIXED', 'REMOVED'] as const;

/** The filters of `issues/search` that this version knows; others are ignored, as the real server ignores them. */
export function issueFilters(call: Call): Map<string, FilterOfBatch> {
  const filters = new Map<string, FilterOfBatch>();
  addEnumFilters(call, filters);
  addRuleFilters(call, filters);
  addPlaceFilters(call, filters);
  const created = createdRange(call);
  if (created) filters.set('created', (batch) => (i) => inRange(createdOf(batch, i), created));
  return filters;
}

function addEnumFilters(call: Call, filters: Map<string, FilterOfBatch>): void {
  const types = setOf(choices(call, issueTypes, 'types'));
  if (types) filters.set('types', (batch) => (i) => types.has(typeOf(batch, i)));
  const chosen = setOf(choices(call, severities, 'severities'));
  if (chosen) filters.set('severities', (batch) => (i) => chosen.has(severityOf(batch, i)));
  const stateNames = call.profile.issueMembers26 ? [...issueStates, 'IN_SANDBOX' as const] : issueStates;
  const states = setOf<string>(choices(call, stateNames, 'statuses'));
  if (states) filters.set('statuses', (batch) => (i) => states.has(statusOf(batch, i).state));
  const resolutions = setOf<string>(choices(call, resolutionNames, 'resolutions'));
  if (resolutions) filters.set('resolutions', (batch) => (i) => resolutions.has(statusOf(batch, i).resolution ?? ''));
  const known = call.profile.issueMembers26 ? issueStatuses : issueStatuses.filter((name) => name !== 'IN_SANDBOX');
  const wanted = call.profile.issueStatus ? setOf(choices(call, known, 'issueStatuses')) : null;
  if (wanted) filters.set('issueStatuses', (batch) => (i) => wanted.has(issueStatusOf(statusOf(batch, i))));
  const resolved = flag(call, 'resolved');
  if (resolved !== undefined)
    filters.set('resolved', (batch) => (i) => (statusOf(batch, i).resolution !== null) === resolved);
  const scopes = setOf(choices(call, ['MAIN', 'TEST'], 'scopes'));
  if (scopes) filters.set('scopes', (batch) => (i) => scopes.has(inTests(batch, i) ? 'TEST' : 'MAIN'));
}

function addRuleFilters(call: Call, filters: Map<string, FilterOfBatch>): void {
  const rules = setOf(list(call, 'rules'));
  for (const rule of rules ?? []) if (!rule.includes(':')) throw badRequest(`Invalid rule key: ${rule}`);
  if (rules) filters.set('rules', (batch) => (i) => rules.has(ruleOf(batch, i).key));
  const tags = setOf(list(call, 'tags'));
  if (tags) filters.set('tags', (batch) => (i) => tagsOf(batch, i).some((tag) => tags.has(tag)));
  const languages = setOf(list(call, 'languages'));
  if (languages) filters.set('languages', (batch) => (i) => languages.has(ruleOf(batch, i).language ?? ''));
  const cwe = setOf(list(call, 'cwe'));
  if (cwe) filters.set('cwe', (batch) => (i) => (ruleOf(batch, i).cwe ?? ['unknown']).some((one) => cwe.has(one)));
  const assignees = setOf(list(call, 'assignees'));
  if (assignees) filters.set('assignees', (batch) => (i) => assignees.has(assigneeOf(batch, i) ?? ''));
  if (list(call, 'author')) filters.set('author', () => () => false);
}

function addPlaceFilters(call: Call, filters: Map<string, FilterOfBatch>): void {
  const files = list(call, 'files');
  if (files) filters.set('files', (batch) => inFiles(batch, files));
  const directories = list(call, 'directories');
  if (directories) filters.set('directories', (batch) => inDirectories(batch, directories));
}

/** Largest number of keys in one call (section 3.1). */
const maximumKeys = 500;

/** The issues that were asked for by key: indices by number of their batch; null when none were. */
export function wantedIssues(call: Call): Map<number, Set<number>> | null {
  const keys = list(call, 'issues');
  if (!keys) return null;
  if (keys.length > maximumKeys)
    throw badRequest(`Number of issue keys must be less than ${maximumKeys} (got ${keys.length})`);
  const places = new Map<number, Set<number>>();
  for (const key of keys) {
    const found = findIssue(call.world, key);
    if (!found) continue;
    const indices = places.get(found.batch.ordinal) ?? new Set<number>();
    places.set(found.batch.ordinal, indices.add(found.index));
  }
  return places;
}

/** Filters on impacts; a version without impacts ignores them, and answers everything. */
export function impactFilters(call: Call) {
  if (!call.profile.impacts) return { qualities: null, severities: null };
  return {
    qualities: setOf(choices(call, softwareQualities, 'impactSoftwareQualities')),
    severities: setOf(choices(call, impactSeverities, 'impactSeverities')),
  };
}

export function facetsOf(call: Call): FacetName[] {
  const known = facetNames.filter((name) => call.profile.impacts || !newerFacets.includes(name));
  const facets = choices(call, known, 'facets') ?? [];
  const needProject = facets.filter((name) => name === 'files' || name === 'directories');
  const hasProject = optional(call, 'componentKeys', 'projects', ...componentNames(call)) !== undefined;
  if (needProject.length > 0 && !hasProject)
    throw badRequest(`Facet(s) '${needProject.join(',')}' require to also filter by project`);
  return facets;
}

/** What the version calls the component filter: `components` exists only from 10.2 on, `componentKeys` everywhere. */
export function componentNames(call: Call): string[] {
  return call.profile.componentsParameter ? ['components', 'componentKeys'] : ['componentKeys'];
}

/** What the definition of `issues/search` lists; refused before rights are looked at. */
export const issueChoices = { resolved: booleans, inNewCodePeriod: booleans, asc: booleans };

const sortNames = [
  'CLOSE_DATE',
  'UPDATE_DATE',
  'TYPE_SEVERITY',
  'HOTSPOTS',
  'IMPACT_RANK',
  'CREATION_DATE',
  'SEVERITY',
  'STATUS',
  'FILE_LINE',
] as const;
/** Sorts that this simulator answers in the default order. */
const unsorted: readonly string[] = ['TYPE_SEVERITY', 'HOTSPOTS', 'IMPACT_RANK'];

export function sortOf(call: Call): { sort: SortName; ascending: boolean } {
  const sort = choices(call, sortNames, 's')?.[0];
  return { sort: isSorted(sort) ? sort : 'default', ascending: flag(call, 'asc') ?? true };
}

type AnySort = (typeof sortNames)[number] | undefined;

function isSorted(sort: AnySort): sort is SortName & AnySort {
  return sort !== undefined && !unsorted.includes(sort);
}

interface Range {
  from: number;
  /** Exclusive. */
  to: number;
}

const inRange = (at: number, range: Range): boolean => at >= range.from && at < range.to;

/** `createdAfter` is inclusive, `createdBefore` exclusive; a date-only `createdBefore` includes that whole day. */
function createdRange(call: Call): Range | null {
  const at = dateOf(call, 'createdAt');
  if (at) return { from: at.epochSeconds, to: at.epochSeconds + (at.dateOnly ? daySeconds : 1) };
  const last = optional(call, 'createdInLast');
  const after = dateOf(call, 'createdAfter');
  const before = dateOf(call, 'createdBefore');
  if (last && after) throw badRequest('Parameters createdAfter and createdInLast cannot be set simultaneously');
  if (after && optional(call, 'inNewCodePeriod') === 'true')
    throw badRequest(`Parameters 'createdAfter' and ${newCodeWords(call)} cannot be set simultaneously`);
  if (!after && !before && !last) return null;
  const now = Math.floor(call.world.now().getTime() / 1000);
  const from = last ? now - ageSeconds(last) : (after?.epochSeconds ?? 0);
  if (from > now) throw badRequest('Start bound cannot be in the future');
  const to = before ? before.epochSeconds + (before.dateOnly ? daySeconds : 0) : Number.POSITIVE_INFINITY;
  if ((after || last) && from >= to) throw badRequest('Start bound cannot be larger or equal to end bound');
  return { from, to };
}

export function dateOf(call: Call, name: string) {
  const value = optional(call, name);
  if (value === undefined) return null;
  const date = parseServerDate(value);
  if (!date) throw badRequest(`Date '${value}' cannot be parsed as either a date or date+time`);
  return date;
}

const newCodeWords = (call: Call): string =>
  call.profile.membersOf10 ? "'inNewCodePeriod'" : "'inNewCodePeriod' or 'sinceLeakPeriod'";

/** `1y2m3w4d`, in this order; anything else makes the real server fail with 500. */
function ageSeconds(text: string): number {
  const parts = /^(?:(\d+)y)?(?:(\d+)m)?(?:(\d+)w)?(?:(\d+)d)?$/.exec(text);
  if (!parts) throw new ApiError(500, 'An error has occurred. Please contact your administrator');
  const days = [365, 30, 7, 1].reduce((sum, unit, at) => sum + unit * Number(parts[at + 1] ?? 0), 0);
  return days * daySeconds;
}

function setOf<T>(values: readonly T[] | undefined): ReadonlySet<T> | null {
  return values === undefined ? null : new Set(values);
}
