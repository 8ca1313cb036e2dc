import { isGone, statusOf, typeOf } from '../issues/batch.ts';
import { below, exists } from '../issues/paths.ts';
import { issueWriter, renderComponents } from '../issues/render.ts';
import type { Row } from '../issues/top.ts';
import type { Scope } from '../state/model.ts';
import { issueTypes } from '../types.ts';
import { booleans, type Call, choices, type Endpoint, flag, optional, scopeOfProject, scopeWords } from '../call.ts';
import { paging } from '../paging.ts';
import { badRequest, forbidden, jsonWithIssues, notFound, type Reply } from '../reply.ts';
import { canBrowse } from '../subject.ts';
import { splitComponent } from './issue-scopes.ts';
import { newCodeFilter } from './issues-search.ts';

/** Reads the database: no window, no total, no promised order (section 3.5). */
function listIssues(call: Call): Reply {
  const projectKey = optional(call, 'project');
  const component = optional(call, 'component');
  if (projectKey === undefined && component === undefined)
    throw badRequest("Either 'project' or 'component' parameter must be provided");
  const words = scopeWords(call);
  if (words.branch !== undefined && words.pullRequest !== undefined)
    throw badRequest("Only one of parameters 'branch' and 'pullRequest' can be provided");
  const { project, path } = splitComponent(call, projectKey ?? component ?? '');
  if (!project)
    throw notFound(`${projectKey === undefined ? 'Component key' : 'Project'} '${projectKey ?? component}' not found`);
  const scope = scopeOfProject(call, project);
  if (path !== '' && !scope.batches.some((batch) => exists(batch, path)))
    throw notFound(`Component key '${component}' not found`);
  if (!canBrowse(call.world, call.subject, project)) throw forbidden();
  const page = paging(call, { wording: 'list' });
  // The fault `overlap`: an unordered page repeats rows of the one before and leaves out as many of its own.
  const from = Math.max(0, page.from - (page.page > 1 ? call.overlap : 0));
  const rows = rowsFrom(scope, testsOf(call, scope, path), from, page.size);
  const options = { comments: true, transitions: true, actions: true };
  const answered = { paging: { pageIndex: page.page, pageSize: rows.length }, components: renderComponents(rows) };
  return jsonWithIssues(answered, rows.map(issueWriter(call.world, options)));
}

type MakeTest = (row: Row['batch']) => (i: number) => boolean;

function testsOf(call: Call, scope: Scope, path: string): MakeTest[] {
  const tests: MakeTest[] = [];
  const types = choices(call, issueTypes, 'types');
  if (types) tests.push((batch) => (i) => types.includes(typeOf(batch, i)));
  const resolved = flag(call, 'resolved');
  if (resolved !== undefined) tests.push((batch) => (i) => (statusOf(batch, i).resolution !== null) === resolved);
  if (flag(call, 'inNewCodePeriod')) tests.push(newCodeFilter([scope]));
  if (path !== '') tests.push((batch) => below(batch, path));
  return tests;
}

/** The rows `from` to `from + size`; whole batches are stepped over without looking at each row where nothing filters. */
function rowsFrom(scope: Scope, makeTests: readonly MakeTest[], from: number, size: number): Row[] {
  const rows: Row[] = [];
  let skip = from;
  for (const batch of scope.batches) {
    const tests = makeTests.map((make) => make(batch));
    const plain = tests.length === 0 && batch.gone === 0;
    if (plain && skip >= batch.count) {
      skip -= batch.count;
      continue;
    }
    let index = plain ? skip : 0;
    if (plain) skip = 0;
    for (; index < batch.count && rows.length < size; index += 1) {
      if (isGone(batch, index) || !tests.every((test) => test(index))) continue;
      if (skip > 0) skip -= 1;
      else rows.push({ scope, batch, index });
    }
  }
  return rows;
}

export const issuesList: readonly Endpoint[] = [
  {
    method: 'GET',
    path: 'api/issues/list',
    on: (profile) => profile.lists,
    choices: { types: () => ['BUG', 'VULNERABILITY', 'CODE_SMELL'], resolved: booleans },
    handle: listIssues,
  },
];
