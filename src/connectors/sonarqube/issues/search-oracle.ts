import { isPlumblineError } from '../../../platform/errors/index.ts';
import { toInstant, toServerDate, secondsOf } from '../instant.ts';
import type { Reader, ScopeRef } from '../reader.ts';
import { ComponentTree, IssuesSearch } from '../schema.ts';
import { pathOf } from './map-issue.ts';
import type { Filter, Page, SearchOracle, SlicingLimits } from './slice-oracle.ts';

/** Fields with one value per issue that every version has as facet and as filter of the same name, but for one. */
const fields = [
  'types',
  'severities',
  'statuses',
  'scopes',
  'languages',
  'rules',
  'directories',
  'files',
  'author',
  'assignees',
];

export const pageSize = 500;
const searchWindow = 10_000;

/** The filter that means one branch or pull request: `componentKeys` is the one name that every version knows. */
export function scopeFilter(project: string, scope: ScopeRef): Filter {
  return { componentKeys: project, ...scope.params };
}

export function searchLimits(reader: Reader): SlicingLimits {
  const width = (): number => reader.client.concurrency();
  return { window: searchWindow, pageSize, totalsCapped: reader.server.isCloud, width };
}

/** `api/issues/search` as the planner wants it. */
export function createSearchOracle(reader: Reader, project: string, scope: ScopeRef): SearchOracle {
  const { client } = reader;
  return {
    page: (filter, page, descending) => readPage(reader, filter, { page, ascending: !descending }),
    async facets(filter) {
      const answer = await client.get(IssuesSearch, 'api/issues/search', {
        ...filter,
        ps: 1,
        facets: fields.join(','),
      });
      const counts: Record<string, ReadonlyMap<string, number>> = {};
      for (const facet of answer.facets ?? []) {
        counts[facet.property] = new Map(facet.values.filter((v) => v.count > 0).map((v) => [v.val, v.count]));
      }
      return { total: answer.paging.total, counts };
    },
    files: () => readFilePaths(reader, project, scope),
    keyOf: (issue) => String((issue as { key?: unknown }).key),
    createdOf: (issue) =>
      secondsOf(toInstant((issue as { creationDate?: unknown }).creationDate) ?? '1970-01-01T00:00:00Z'),
    dateParameter: (seconds) => toServerDate(new Date(seconds * 1000)),
  };
}

async function readPage(
  { client }: Reader,
  filter: Filter,
  { page, ascending }: { page: number; ascending: boolean },
): Promise<Page> {
  try {
    const params = { ...filter, s: 'CREATION_DATE', asc: ascending, p: page, ps: pageSize };
    const answer = await client.get(IssuesSearch, 'api/issues/search', params);
    return { total: answer.paging.total, issues: answer.issues };
  } catch (error) {
    // Nothing was created after now: a walk that reached the present second is at its end.
    if (isPlumblineError(error, 'upstream_error') && error.upstream?.includes('cannot be in the future') === true) {
      return { total: 0, issues: [] };
    }
    throw error;
  }
}

/** Every file of the project, for scopes whose facet of files is longer than the hundred values a server gives. */
async function readFilePaths({ client, log }: Reader, project: string, scope: ScopeRef): Promise<string[] | null> {
  const paths: string[] = [];
  try {
    for (let page = 1; ; page += 1) {
      const params = {
        component: project,
        ...scope.params,
        strategy: 'leaves',
        metricKeys: 'violations',
        p: page,
        ps: pageSize,
      };
      const answer = await client.get(ComponentTree, 'api/measures/component_tree', params);
      for (const component of answer.components) {
        const path = component.path ?? pathOf(component.key, project);
        if (path !== null) paths.push(path);
      }
      if (answer.components.length === 0 || page * pageSize >= answer.paging.total) return paths;
    }
  } catch (error) {
    if (!isPlumblineError(error)) throw error;
    log.info({ code: error.code }, 'files cannot be listed');
    return null;
  }
}
