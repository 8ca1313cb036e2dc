import { fileOf, filePath, isGone, statusOf } from '../issues/batch.ts';
import { metricsOf, treeDataMetrics } from '../metrics.ts';
import { lastAnalysis, type Scope } from '../state/model.ts';
import {
  type Call,
  type Endpoint,
  findProject,
  list,
  optional,
  required,
  scopeMember,
  scopeOfComponent,
} from '../call.ts';
import { paging, pagingOf } from '../paging.ts';
import { badRequest, forbidden, json, notFound, type Reply } from '../reply.ts';
import { canBrowse } from '../subject.ts';
import { measuresMember, notFoundMetrics, refuseBoth, wantedMetrics } from './measures.ts';

function componentTree(call: Call): Reply {
  refuseBoth(call);
  checkTreeMetrics(call);
  const key = required(call, 'component');
  const page = paging(call);
  const project = findProject(call, key);
  if (!project) throw notFound(`Component key '${key}' not found`);
  const scope = scopeOfComponent(call, project);
  if (!canBrowse(call.world, call.subject, project)) throw forbidden();
  const wanted = wantedMetrics(call, 'metricKeys', notFoundMetrics);
  const files = filesOf(scope, call);
  const sorted = optional(call, 's') === 'metric' ? files.sort((a, b) => compareCounts(call, a, b)) : files;
  const member = scopeMember(scope);
  return json({
    paging: pagingOf(page, sorted.length),
    baseComponent: {
      key: project.key,
      name: project.name,
      qualifier: 'TRK',
      // With `strategy=leaves` the project itself has no measures in the answer.
      measures: optional(call, 'strategy') === 'leaves' ? [] : measuresMember(call, lastAnalysis(scope), wanted),
      ...member,
    },
    components: sorted.slice(page.from, page.from + page.size).map((file) => ({
      key: `${project.key}:${file.path}`,
      name: file.path.split('/').at(-1),
      qualifier: 'FIL',
      path: file.path,
      measures: wanted.includes('violations')
        ? [{ metric: 'violations', value: String(file.open), bestValue: file.open === 0 }]
        : [],
      ...member,
    })),
  });
}

function compareCounts(call: Call, a: FileCount, b: FileCount): number {
  const direction = optional(call, 'asc') === 'false' ? -1 : 1;
  return direction * (a.open - b.open) || (a.path < b.path ? -1 : 1);
}

function checkTreeMetrics(call: Call): void {
  const keys = list(call, 'metricKeys') ?? [required(call, 'metricKeys')];
  const { treeMetrics, treeMetricsVerb } = call.profile;
  if (keys.length > treeMetrics)
    throw badRequest(`'metricKeys' ${treeMetricsVerb} only ${treeMetrics} values, got ${keys.length}`);
  const data = metricsOf(call.profile).filter(
    (metric) => metric.type === 'DATA' && !treeDataMetrics.includes(metric.key),
  );
  if (optional(call, 's') === 'metric' && optional(call, 'metricSort') === undefined)
    throw badRequest(
      "To sort by a metric, the 's' parameter must contain 'metric' or 'metricPeriod', and a metric key must be provided in the 'metricSort' parameter",
    );
  const refused = keys.filter((key) => data.some((metric) => metric.key === key));
  if (refused.length > 0)
    throw badRequest(
      `Metrics ${refused.join(', ')} can't be requested in this web service. Please use api/measures/component`,
    );
}

interface FileCount {
  path: string;
  open: number;
}

/** Every file with its number of open issues. */
function filesOf(scope: Scope, call: Call): FileCount[] {
  const counts = new Map<string, number>();
  for (const batch of scope.batches) {
    const perFile = new Map<number, number>();
    for (let i = 0; i < batch.count; i += 1) {
      const file = fileOf(batch, i);
      const open = !isGone(batch, i) && statusOf(batch, i).resolution === null;
      if (file >= 0) perFile.set(file, (perFile.get(file) ?? 0) + (open ? 1 : 0));
    }
    for (const [file, open] of perFile) {
      const path = filePath(batch, file);
      counts.set(path, (counts.get(path) ?? 0) + open);
    }
  }
  const only = optional(call, 'metricSortFilter') === 'withMeasuresOnly';
  return [...counts].map(([path, open]) => ({ path, open })).filter((file) => !only || file.open > 0);
}

export const measureTree: readonly Endpoint[] = [
  {
    method: 'GET',
    path: 'api/measures/component_tree',
    choices: { strategy: () => ['all', 'leaves', 'children'] },
    handle: componentTree,
  },
];
