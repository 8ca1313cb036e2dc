import { z } from 'zod';
import { isPlumblineError } from '../../../platform/errors/index.ts';
import type { ScopePoll, SliceEvent } from '../../contract.ts';
import { placeOf, type ProjectPlace, sharedSliceOf, sliceOf } from '../address.ts';
import { readPages } from '../paging.ts';
import type { ProjectRecord } from '../records.ts';
import { complete, type Reader, takesStreamAway, unavailable } from '../reader.ts';
import { type Chosen, choose, projectKey } from '../scope.ts';
import { instantOf } from '../text.ts';
import { isDeepDue } from '../windows.ts';
import { listOrganizations, listProjects, namedProjectList, organizationList, projectList } from './account.ts';
import { askNewest, ExecutionBookmark } from './executions.ts';
import { listedEvents, type ListedRows, readList } from './lists.ts';
import { executionList } from './window-reading.ts';

/** Nothing of a project moves by itself but what runs in it, which is told by `touchedAt`. */
const version = '1';

/**
 * What there is to read: organizations, projects, and where something ran since the last look. On an idle account it costs
 * no more than a twentieth of its projects and ten calls, however many executions there are.
 */
export async function* readDiscovery(reader: Reader): AsyncGenerator<SliceEvent> {
  const { client, settings, request, now } = reader;
  yield { type: 'identity', serverId: settings.accountId };
  const askedAt = now();
  const organizations = await organizationsOrNone(reader);
  const projects = await listProjects(client);
  const chosen = choose(
    { organizations: 'error' in organizations ? [] : organizations.rows, projects: projects.rows },
    settings,
  );
  yield* organizationEvents(organizations, chosen);
  yield* projectEvents(reader, projects, chosen);
  const places = chosen.projects.map(({ organization, identifier }) => ({ organization, project: identifier }));
  const [first] = places;
  const since = request.cursors['executions'];
  const hints = first === undefined || since === undefined ? new Map() : await hintsOf(reader, first, new Date(since));
  for (const place of places) {
    const slice = sliceOf(place);
    yield { type: 'slice', slice, version, touchedAt: hints.get(slice) ?? null };
  }
  yield* sharedSlices(chosen, askedAt);
  yield* pollProjects(reader, places, new Set(hints.keys()));
  yield { type: 'cursor', name: 'executions', value: askedAt.toISOString() };
}

/** What projects share is looked at once a day. */
function* sharedSlices({ organizations }: Chosen, now: Date): Generator<SliceEvent> {
  const touchedAt = `${now.toISOString().slice(0, 10)}T00:00:00.000Z`;
  for (const organization of [null, ...organizations])
    yield { type: 'slice', slice: sharedSliceOf(organization), version, touchedAt };
}

/** A key of a single project may not see organizations: that takes nothing else away. */
async function organizationsOrNone({ client, log }: Reader) {
  try {
    return await listOrganizations(client);
  } catch (error) {
    if (!isPlumblineError(error, 'invalid_permissions')) throw error;
    log.warn({ code: error.code, ...error.data }, 'organizations cannot be listed');
    return { error };
  }
}

type Organizations = Awaited<ReturnType<typeof organizationsOrNone>>;

function* organizationEvents(organizations: Organizations, chosen: Chosen): Generator<SliceEvent> {
  if ('error' in organizations) {
    yield unavailable('organizations', '', organizations.error);
    return;
  }
  yield* listedEvents(
    organizationList,
    selected(organizations, ({ identifier }) => chosen.organizations.has(identifier)),
  );
}

/** What the settings leave out is no part of what the source counts here. */
function selected<Row>(listed: ListedRows<Row>, isWanted: (row: Row) => boolean): ListedRows<Row> {
  const rows = listed.rows.filter(isWanted);
  const { sourceCount } = listed.end;
  const left = listed.rows.length - rows.length;
  return { ...listed, rows, end: { ...listed.end, sourceCount: sourceCount === null ? null : sourceCount - left } };
}

async function* projectEvents(
  { request }: Reader,
  projects: ListedRows<ProjectRecord>,
  chosen: Chosen,
): AsyncGenerator<SliceEvent> {
  const wanted = new Set(chosen.projects.map(projectKey));
  const known = (await request.known?.()) ?? new Map<string, string | null>();
  const outside = projects.rows.map(projectKey).filter((key) => !wanted.has(key) && known.has(key));
  const listed = selected(projects, (row) => wanted.has(projectKey(row)));
  const { unmatched } = chosen;
  const names = [...unmatched.organizations, ...unmatched.projects, ...chosen.outside];
  const code = unmatchedCode(chosen);
  const more = {
    ...(outside.length === 0 ? {} : { outside: outside.map((key) => ({ key, id: null })) }),
    ...(code === null ? {} : { unmatched: { code, names } }),
  };
  yield* listedEvents(projectList, { ...listed, end: { ...listed.end, ...more } });
}

function unmatchedCode({ unmatched, outside }: Chosen) {
  if (unmatched.organizations.length > 0) return 'organization_not_found' as const;
  if (unmatched.projects.length > 0) return 'project_not_found' as const;
  return outside.length > 0 ? ('project_outside_organizations' as const) : null;
}

/** Clocks differ, and a run is listed a moment after it began. */
const overlapMs = 10 * 60_000;
const hintPages = 5;

const Hint = z.object({
  orgIdentifier: z.string(),
  projectIdentifier: z.string(),
  startTs: z.number().nullish(),
  createdAt: z.number().nullish(),
});

/**
 * Newer servers list what ran in all projects in one go, and others ignore the wish. What it names is read at once; what it
 * does not name proves nothing, so that each project has its turn all the same.
 */
async function hintsOf(reader: Reader, first: ProjectPlace, since: Date): Promise<Map<string, string>> {
  const { client, log, now } = reader;
  const timeRange = { startTime: since.getTime() - overlapMs, endTime: now().getTime() };
  const list = executionList(first, { filterType: 'PipelineExecution', timeRange });
  const hints = new Map<string, string>();
  try {
    let pages = 0;
    const params = { ...list.params, showAllExecutions: true, sort: 'startTs,DESC' };
    for await (const { items } of readPages(client, { ...list, params })) {
      for (const item of items) noteHint(hints, item);
      pages += 1;
      if (pages === hintPages) break;
    }
  } catch (error) {
    if (!takesStreamAway(error)) throw error;
    log.debug({ code: error.code, ...error.data }, 'no list over all projects');
  }
  return hints;
}

function noteHint(hints: Map<string, string>, item: unknown): void {
  const parsed = Hint.safeParse(item);
  const at = parsed.success ? instantOf(parsed.data.startTs ?? parsed.data.createdAt) : null;
  if (!parsed.success || at === null) return;
  const slice = sliceOf({ organization: parsed.data.orgIdentifier, project: parsed.data.projectIdentifier });
  const before = hints.get(slice);
  if (before === undefined || at > before) hints.set(slice, at);
}

/** How many projects may be asked one by one. */
export const pollBudget = (projects: number, calls: number): number =>
  Math.max(1, Math.floor(projects / 20) + 10 - calls);

/**
 * Projects by themselves: where something is under way each time and without a question, of the others those that wait the
 * longest for what began last.
 */
async function* pollProjects(
  reader: Reader,
  places: readonly ProjectPlace[],
  hinted: ReadonlySet<string>,
): AsyncGenerator<SliceEvent> {
  const wanted = new Set(places.map(sliceOf));
  const polls = (reader.request.facts?.polls ?? []).filter(({ slice }) => wanted.has(slice));
  let left = pollBudget(places.length, reader.client.calls());
  let deep = Math.max(1, Math.ceil(places.length / 20));
  for (const poll of polls) {
    const { slice, stream, scope } = poll;
    const bookmark = ExecutionBookmark.safeParse(poll.bookmark);
    const touchedAt = reader.now().toISOString();
    if (!bookmark.success || bookmark.data.open > 0) yield { type: 'polled', slice, stream, scope, touchedAt };
    else if (deep > 0 && isDeepDue(bookmark.data, reader.now())) {
      // Each day all of them once, and not all at once.
      deep -= 1;
      yield { type: 'polled', slice, stream, scope, touchedAt };
    } else if (left > 0 && !hinted.has(slice)) {
      left -= 1;
      const moved = await hasMoved(reader, poll, bookmark.data);
      yield { type: 'polled', slice, stream, scope, touchedAt: moved ? touchedAt : null };
    }
  }
}

/** What cannot be asked here is read, so that the reading says why it cannot. */
async function hasMoved(reader: Reader, { slice }: ScopePoll, { newest }: ExecutionBookmark): Promise<boolean> {
  try {
    return (await askNewest(reader, placeOf(slice))) !== newest;
  } catch (error) {
    if (takesStreamAway(error)) return true;
    throw error;
  }
}

/** Projects that a delivery names and that are not known yet. */
export async function* readNamedProjects(reader: Reader, named: readonly string[]): AsyncGenerator<SliceEvent> {
  const visible: ProjectRecord[] = [];
  for (const slice of named) {
    const { organization, project } = placeOf(slice);
    try {
      const { rows } = await readList(reader.client, namedProjectList(organization, project));
      // A server that does not filter lists others, too.
      visible.push(...rows.filter((row) => row.organization === organization && row.identifier === project));
    } catch (error) {
      if (!takesStreamAway(error)) throw error;
    }
  }
  const { projects } = choose({ organizations: [], projects: visible }, reader.settings);
  const wanted = new Set(projects.map(projectKey));
  const records = visible.filter((row) => wanted.has(projectKey(row)));
  for (const { organization, identifier } of records) {
    const touchedAt = reader.now().toISOString();
    yield { type: 'slice', slice: sliceOf({ organization, project: identifier }), version, touchedAt };
  }
  yield { type: 'records', stream: 'projects', scope: '', records };
  yield complete({
    stream: 'projects',
    scope: '',
    sourceCount: null,
    method: 'project by name',
    proof: 'key_set',
    coverage: 'named',
  });
}
