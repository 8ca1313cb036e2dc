import { isPlumblineError } from '../../../platform/errors/index.ts';
import type { SliceEvent } from '../../contract.ts';
import { toInstant } from '../instant.ts';
import type { Params } from '../client.ts';
import { projectScope } from '../project-scope.ts';
import { isClosed, type Reader } from '../reader.ts';
import type { ProjectRecord } from '../records.ts';
import { IssuesSearch, ListedProject, MeasuresComponent, ProjectsSearch } from '../schema.ts';

export interface ProjectListing {
  records: ProjectRecord[];
  setAside: SliceEvent[];
  /** The server's own total before our filter; null where it gives none. */
  total: number | null;
  method: string;
  /** Distinct keys equal the total. */
  proven: boolean;
  /** Of an organization; null on Server. */
  organization: string | null;
  /** Tags by the keys of the projects; null where this list names none. */
  tags: ReadonlyMap<string, readonly string[]> | null;
  /** True for a listing that names projects also without Browse on them: what it leaves out does not exist. */
  seesAll: boolean;
}

const pageSize = 500;

/** `components/search_projects` answers no further than this. */
const searchWindow = 10_000;

/** Tags of the projects of an organization that the token may browse: no list for administrators names them. */
export async function listTags(
  reader: Reader,
  organization: string | null,
): Promise<ReadonlyMap<string, readonly string[]>> {
  return (await listPages(reader, 'api/components/search_projects', organization)).tags ?? new Map();
}

/** Every project of an organization (null on Server), before the filter by key. */
export async function listProjects(reader: Reader, organization: string | null): Promise<ProjectListing> {
  try {
    return { ...(await listPages(reader, 'api/projects/search', organization)), seesAll: true };
  } catch (error) {
    if (!isClosed(error)) throw error;
  }
  try {
    return { ...(await listPages(reader, 'api/components/search_projects', organization)), seesAll: false };
  } catch (error) {
    if (!isClosed(error)) throw error;
  }
  return listByFindings(reader, organization);
}

async function listPages(
  { client }: Reader,
  path: 'api/projects/search' | 'api/components/search_projects',
  organization: string | null,
): Promise<Omit<ProjectListing, 'seesAll'>> {
  const found = new Map<string, ProjectRecord>();
  const tags = new Map<string, readonly string[]>();
  const setAside: SliceEvent[] = [];
  const extra: Params = path === 'api/projects/search' ? { qualifiers: 'TRK' } : { f: '_all', s: 'name' };
  const windowed = path === 'api/components/search_projects';
  let total = 0;
  for (const ascending of windowed ? [true, false] : [undefined]) {
    for (let page = 1; ; page += 1) {
      const params = { ...extra, asc: ascending, organization: organization ?? undefined, p: page, ps: pageSize };
      const answer = await client.get(ProjectsSearch, path, params);
      total = answer.paging.total;
      for (const component of answer.components) add(component, { organization, found, tags, setAside });
      const read = page * pageSize;
      const isAll = found.size + setAside.length >= total;
      if (answer.components.length === 0 || isAll || read >= total || (windowed && read >= searchWindow)) break;
    }
    // From both ends of the names twice the window is reached; one pass suffices below it.
    if (total <= searchWindow) break;
  }
  const listed = found.size + setAside.length;
  const proven = listed === total;
  // A project analysis token is told how many its owner sees, and shown its own: that total says nothing about it.
  const isOwnOnly = windowed && listed < total && total <= searchWindow;
  const records = [...found.values()];
  const listing = { records, setAside, organization, tags: windowed ? tags : null, method: path, proven };
  return { ...listing, total: isOwnOnly ? null : total };
}

function add(
  raw: unknown,
  to: {
    organization: string | null;
    found: Map<string, ProjectRecord>;
    tags: Map<string, readonly string[]>;
    setAside: SliceEvent[];
  },
): void {
  const project = ListedProject.safeParse(raw);
  if (!project.success || project.data.key === '' || project.data.key.length > 400) {
    const reason = 'the project has no usable key and name';
    to.setAside.push({ type: 'set_aside', stream: 'projects', scope: '', text: JSON.stringify(raw) ?? '', reason });
    return;
  }
  const { data } = project;
  to.found.set(data.key, {
    key: data.key,
    name: data.name,
    uuid: data.projectUuid ?? data.uuid ?? null,
    organization: to.organization === null ? null : (data.organization ?? to.organization),
    qualifier: data.qualifier ?? 'TRK',
    visibility: data.visibility ?? null,
    lastAnalysisAt: toInstant(data.lastAnalysisDate ?? data.analysisDate),
    revision: data.revision ?? null,
  });
  if (data.tags !== undefined) to.tags.set(data.key, [...new Set(data.tags)].sort());
}

/**
 * Where both lists are closed to the token: the named projects one by one, else those that the issues name (at most a
 * hundred, those without an issue stay unseen).
 */
async function listByFindings(reader: Reader, organization: string | null): Promise<ProjectListing> {
  const scope = projectScope(reader.settings.projectKeys);
  const isNamed = scope.limited && scope.exact.length === reader.settings.projectKeys.length;
  const keys = new Set([...scope.exact, ...(isNamed ? [] : await keysOfIssues(reader, organization))]);
  const records: ProjectRecord[] = [];
  for (const key of keys) {
    const answer = await reader.client
      .get(MeasuresComponent, 'api/measures/component', { component: key, metricKeys: 'ncloc' })
      .catch((error: unknown) => {
        if (isClosed(error) || isPlumblineError(error, 'project_not_found')) return null;
        throw error;
      });
    if (answer === null) continue;
    const { name, qualifier } = answer.component;
    const unknown = { uuid: null, visibility: null, lastAnalysisAt: null, revision: null };
    records.push({ key, name: name ?? key, organization, qualifier: qualifier ?? 'TRK', ...unknown });
  }
  return {
    records,
    setAside: [],
    organization,
    tags: null,
    total: null,
    method: 'api/issues/search facet projects',
    proven: false,
    seesAll: false,
  };
}

async function keysOfIssues({ client }: Reader, organization: string | null): Promise<string[]> {
  const params = { facets: 'projects', ps: 1, organization: organization ?? undefined };
  const answer = await client.get(IssuesSearch, 'api/issues/search', params);
  const facet = answer.facets?.find((one) => one.property === 'projects');
  return facet?.values.map((value) => value.val) ?? [];
}
