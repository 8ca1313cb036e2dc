import { formatInstant } from '../dates.ts';
import { type IssueEvent, ruleOf, seconds } from '../issues/batch.ts';
import { zeroValues } from '../issues/facets.ts';
import { type FilterOfBatch, type IssueAnswer, type IssueQuery, runQuery } from '../issues/query.ts';
import { effortMinutes, issueWriter, renderComponents } from '../issues/render.ts';
import { findIssue } from '../state/changes.ts';
import type { Scope, World } from '../state/model.ts';
import { type Call, type Endpoint, list, optional } from '../call.ts';
import { type Paging, paging, pagingOf, resultWindow, withinWindow } from '../paging.ts';
import { badRequest, forbidden, json, jsonWithIssues, notFound, type Reply } from '../reply.ts';
import { canBrowse } from '../subject.ts';
import {
  componentNames,
  facetsOf,
  impactFilters,
  issueChoices,
  issueFilters,
  sortOf,
  wantedIssues,
} from './issue-parameters.ts';
import { searchedScopes, visibleScopes } from './issue-scopes.ts';

/** Answers kept per server: paging and the slices of one reader must not scan millions of issues again. */
const keptAnswers = 32;

interface Kept {
  version: number;
  answers: Map<string, IssueAnswer & { wanted: number }>;
}

const kept = new WeakMap<World, Kept>();

function searchIssues(call: Call): Reply {
  const page = withinWindow(paging(call));
  const query = queryOf(call);
  const answer = answerOf(call, query, page);
  const rows = answer.rows.slice(page.from, page.from + page.size);
  // Cloud's totals stop at 10,000, so there a total proves nothing.
  const total = call.profile.cappedTotals ? Math.min(answer.total, resultWindow) : answer.total;
  const fields = new Set(list(call, 'additionalFields') ?? []);
  const all = fields.has('_all');
  const options = {
    comments: all || fields.has('comments'),
    transitions: all || fields.has('transitions'),
    actions: all || fields.has('actions'),
  };
  const answered = {
    total,
    p: page.page,
    ps: page.size,
    paging: pagingOf(page, total),
    effortTotal: answer.total * effortMinutes,
    components: renderComponents(rows),
    ...(all || fields.has('rules') ? { rules: rulesOf(rows, call.world) } : {}),
    ...(all || fields.has('users') ? { users: [] } : {}),
    facets: answer.facets.map((facet) => ({ property: facet.name, values: facet.values() })),
  };
  return jsonWithIssues(answered, rows.map(issueWriter(call.world, options)));
}

const additionalFields = [
  '_all',
  'comments',
  'languages',
  'rules',
  'ruleDescriptionContextKey',
  'transitions',
  'actions',
  'users',
];

function queryOf(call: Call): IssueQuery {
  const filters = issueFilters(call);
  const facets = facetsOf(call);
  const { scopes, inScope } = searchedScopes(call);
  if (optional(call, 'inNewCodePeriod') === 'true') {
    if (list(call, ...componentNames(call))?.length !== 1)
      throw badRequest('One and only one component must be provided when searching in new code period');
    filters.set('newCode', newCodeFilter(scopes));
  }
  const fixedIn = optional(call, 'fixedInPullRequest');
  if (fixedIn !== undefined) checkPullRequest(call, fixedIn);
  return {
    scopes: fixedIn === undefined ? scopes : [],
    filters,
    only: wantedIssues(call),
    ...(inScope ? { inScope } : {}),
    impacts: impactFilters(call),
    facets: facets.map((name) => ({ name, zeros: zeroValues(call.profile, name) })),
    ...sortOf(call),
    seed: call.world.seed,
  };
}

function checkPullRequest(call: Call, key: string): void {
  const projectKey = optional(call, 'componentKeys', 'components', 'projects') ?? '';
  const project = call.world.projects.get(projectKey);
  if (!project?.pullRequests.some((pr) => pr.name === key))
    throw badRequest(`Pull request with key '${key}' does not exist for project ${projectKey}`);
}

/** Start of the new code period: the last analysis of another version. Null: nothing counts as new. */
export function newCodeStart(scope: Scope): number | null {
  const newest = scope.analyses.at(-1);
  const previous = scope.analyses.findLast((analysis) => analysis.version !== newest?.version);
  return previous?.at ?? null;
}

export function newCodeFilter(scopes: readonly Scope[]): FilterOfBatch {
  return (batch) => {
    const scope = scopes.find((one) => one.batches.includes(batch));
    if (!scope) return () => false;
    if (scope.kind === 'pullRequest') return () => true;
    const start = newCodeStart(scope);
    return () => start !== null && batch.analyzed > start;
  };
}

function answerOf(call: Call, query: IssueQuery, page: Paging): IssueAnswer {
  const { world } = call;
  let cache = kept.get(world);
  if (!cache || cache.version !== world.version) {
    cache = { version: world.version, answers: new Map() };
    kept.set(world, cache);
  }
  const name = cacheName(call);
  const known = cache.answers.get(name);
  const end = page.from + page.size;
  if (known && known.wanted >= end) return known;
  // A second page is asked by readers that will ask for all of them.
  const wanted = page.page === 1 ? end : resultWindow;
  const answer = { ...runQuery(query, wanted), wanted };
  // The facet `projects` ignores the component filter, as any facet ignores its own filter.
  if (query.facets.some((facet) => facet.name === 'projects'))
    replaceFacet(answer, runQuery(everywhere(call, query), 0));
  if (cache.answers.size >= keptAnswers) cache.answers.delete(cache.answers.keys().next().value ?? '');
  cache.answers.set(name, answer);
  return answer;
}

function everywhere(call: Call, query: IssueQuery): IssueQuery {
  return { ...query, scopes: visibleScopes(call), inScope: () => null, facets: [{ name: 'projects', zeros: [] }] };
}

function replaceFacet(answer: IssueAnswer, other: IssueAnswer): void {
  answer.facets = answer.facets.map((facet) => other.facets.find((one) => one.name === facet.name) ?? facet);
}

function cacheName(call: Call): string {
  const { subject } = call;
  const who = subject.kind === 'token' ? subject.token.value : subject.kind;
  const parameters = [...call.query].filter(([name]) => !['p', 'ps', 'additionalFields'].includes(name));
  // Relative filters depend on the clock, whose seconds are the finest that matter.
  const clock = call.query.has('createdInLast') ? seconds(call.world.now()) : '';
  return JSON.stringify([who, clock, parameters.map(([name, value]) => `${name}=${value}`).sort()]);
}

function rulesOf(rows: IssueAnswer['rows'], world: World) {
  const keys = new Set(rows.map((row) => ruleOf(row.batch, row.index).key));
  return [...keys].map((key) => ({ key, name: world.rules.get(key)?.name ?? key, lang: '', status: 'READY' }));
}

function changelog(call: Call): Reply {
  const key = optional(call, 'issue');
  if (key === undefined) throw badRequest("The 'issue' parameter is missing");
  const found = findIssue(call.world, key);
  if (!found) throw notFound(`Issue with key '${key}' does not exist`);
  if (!canBrowse(call.world, call.subject, found.scope.project)) throw forbidden();
  const history = found.batch.changes.get(found.index)?.history ?? [];
  return json({ changelog: history.map((event) => eventView(call, event)) });
}

/** Every change by hand is the administrator's. */
function eventView(call: Call, event: IssueEvent) {
  const diffs = event.diffs.filter((diff) => diff.key !== 'issueStatus' || call.profile.issueStatus);
  return { user: 'admin', userName: 'Administrator', creationDate: formatInstant(event.at), diffs, isUserActive: true };
}

export const issuesSearch: readonly Endpoint[] = [
  {
    method: 'GET',
    path: 'api/issues/search',
    choices: { ...issueChoices, additionalFields: () => additionalFields },
    handle: searchIssues,
  },
  { method: 'GET', path: 'api/issues/changelog', handle: changelog },
];
