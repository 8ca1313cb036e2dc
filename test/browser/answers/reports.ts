import { isAdditive, kinds, type ReportKind, type ReportMetric, unitOf } from '../../../src/domain/report-kinds.ts';
import { Report, ReportFindings, type ReportGroup } from '../../../src/features/insights/reports/contract.ts';
import {
  Removed,
  SavedReport,
  SavedReports,
  SavedView,
  SavedViews,
} from '../../../src/features/insights/saved/contract.ts';
import { prepared } from '../stage.ts';

const state = {
  asOf: '2026-11-21T08:41:00.000Z',
  incomplete: false,
  projectsRead: 48,
  projectsKnown: 48,
  projectsUpdating: 0,
  projectsRecomputing: 0,
};

const day = (ago: number): string => new Date(Date.UTC(2026, 10, 21) - ago * 86_400_000).toISOString().slice(0, 10);

/** Weeks of a chart: the first is without values, as before a first analysis. */
const periods = Array.from({ length: 12 }, (_, index) => ({
  from: day((12 - index) * 7 - 5),
  to: day(index === 11 ? 0 : (12 - index) * 7 - 11),
  complete: index < 11,
  read: index > 3,
}));

const authors = ['ada@example.com', 'grace@example.com', 'a.very.long.name.of.somebody@payments.example.com', '(none)'];

function trend(kind: (typeof kinds)[ReportKind], metric: ReportMetric | null, stack: string | null): Report {
  const unit = metric === null ? 'findings' : unitOf(metric);
  const names =
    stack !== null
      ? ['high', 'medium', 'others']
      : metric === null
        ? ['findings']
        : [...(isAdditive(unit) ? ['total'] : []), 'median', 'least', 'greatest'];
  const greatest = unit === 'rating' ? 4 : unit === 'percent' ? 80 : 400;
  const groups = periods.map((period, index): ReportGroup => {
    const unknown = kind.of === 'measures' && index < 2;
    const values = names.map((_, part) =>
      unknown ? null : Math.max(1, Math.round((greatest * (10 + index)) / (24 + part * 12))),
    );
    return {
      key: period.from,
      label: null,
      values,
      total: isAdditive(unit) && !unknown ? values.reduce<number>((sum, value) => sum + (value ?? 0), 0) : null,
      counted: 48,
      unknown: unknown ? 48 : unit === 'findings' ? 0 : 3,
      period,
    };
  });
  return {
    state,
    report: 'issues-trend',
    axis: 'time',
    stack: stack === null ? null : 'severity',
    metric,
    unit,
    series: names.map((key) => ({ key, label: null, unit })),
    stackedInOthers: stack === null ? 0 : 4,
    groups,
    others: null,
    groupsInAll: groups.length,
    total: groups.at(-1)?.total ?? null,
    counted: 48,
    unknown: unit === 'findings' ? 0 : 3,
  };
}

function byAuthor(): Report {
  const values = [
    [40, 21],
    [12, 9],
    [3, 0],
    [1, null],
  ];
  return {
    state,
    report: 'issues',
    axis: 'author',
    stack: 'severity',
    metric: null,
    unit: 'findings',
    series: ['high', 'medium'].map((key) => ({ key, label: null, unit: 'findings' as const })),
    stackedInOthers: 0,
    groups: authors.map((key, index) => ({
      key,
      label: null,
      values: values[index] ?? [],
      total: (values[index] ?? []).reduce<number>((sum, value) => sum + (value ?? 0), 0),
      counted: 60 - index,
      unknown: 0,
      period: null,
    })),
    others: { groups: 212, values: [80, 31], total: 111, counted: 111, unknown: 0 },
    groupsInAll: 216,
    total: 197,
    counted: 197,
    unknown: 0,
  };
}

function ofProjects(metrics: readonly ReportMetric[]): Report {
  const names = ['payments-api', 'partner-gateway', 'web-shop', 'ledger'];
  return {
    state,
    report: 'metrics',
    axis: 'project',
    stack: null,
    metric: metrics[0] ?? 'coverage',
    unit: unitOf(metrics[0] ?? 'coverage'),
    series: metrics.map((key) => ({ key, label: null, unit: unitOf(key) })),
    stackedInOthers: 0,
    groups: names.map((label, index) => {
      const values = metrics.map((metric, n) =>
        index === 3 ? null : unitOf(metric) === 'rating' ? 1 + ((index + n) % 5) : 81 - index * 17,
      );
      return {
        key: String(index + 1),
        label,
        values,
        total: values[0] ?? null,
        counted: 1,
        unknown: index === 3 ? 1 : 0,
        period: null,
      };
    }),
    others: null,
    groupsInAll: 4,
    total: null,
    counted: 4,
    unknown: 1,
  };
}

const finding: ReportFindings['findings'][number] = {
  id: 1,
  key: 'AZ1',
  link: null,
  type: 'bug',
  qualities: ['reliability'],
  severity: 'high',
  sourceLevel: 'HIGH',
  severitySource: 'impact',
  state: 'open',
  message: 'Close this stream',
  vulnerabilityId: 'java:S2095',
  rule: 'java:S2095',
  ruleName: 'Resources should be closed',
  project: { id: 1, key: 'payments-api', name: 'payments-api' },
  branch: { id: 1, kind: 'branch', name: 'main', isMain: true },
  path: 'src/main/java/Ledger.java',
  line: 12,
  assetType: 'repository',
  tags: [],
  cwe: [],
  owasp: [],
  author: 'ada@example.com',
  assignee: null,
  createdAt: '2026-11-01T08:00:00.000Z',
  updatedAt: '2026-11-01T08:00:00.000Z',
  closedAt: null,
};

export interface Kept {
  reports: SavedReport[];
  views: SavedView[];
}

const usual: SavedReport = {
  id: 1,
  name: 'Worst authors',
  shared: true,
  createdBy: 'Grace Hopper',
  updatedAt: '2026-11-20T08:00:00.000Z',
  own: false,
  editable: true,
  definition: {
    report: 'issues',
    x: 'author',
    stack: 'severity',
    notType: ['code_smell'],
    branchScope: 'main',
    granularity: 'week',
    preset: '6m',
  },
};

export const reportAnswers = (kept: Kept = { reports: [usual], views: [] }) => [
  prepared('GET', '/api/v1/insights/reports/run', Report, ({ query }) => {
    const report = query['report'] as ReportKind;
    const kind = kinds[report];
    const metric = (query['metric'] as ReportMetric | undefined) ?? kind.metrics[0] ?? null;
    if (query['author'] === 'nobody')
      return { ...byAuthor(), groups: [], others: null, groupsInAll: 0, total: 0, counted: 0 };
    if (query['at'] !== undefined) return ofProjects(['coverage']);
    if (kind.isTrend) return { ...trend(kind, metric, query['stack'] === undefined ? null : 'severity'), report };
    return kind.of === 'findings' ? byAuthor() : { ...ofProjects(kind.metrics), report };
  }),
  prepared('GET', '/api/v1/insights/reports/findings', ReportFindings, () => ({
    findings: [finding],
    total: 1,
    page: 1,
    pageSize: 50,
  })),
  prepared('GET', '/api/v1/insights/reports', SavedReports, () => ({ reports: kept.reports })),
  prepared('POST', '/api/v1/insights/reports', SavedReport, ({ body }) => {
    const saved = SavedReport.parse({ ...usual, id: kept.reports.length + 1, own: true, ...(body as object) });
    kept.reports.push(saved);
    return saved;
  }),
  prepared('GET', '/api/v1/insights/views', SavedViews, () => ({ views: kept.views })),
  prepared('POST', '/api/v1/insights/views', SavedView, ({ body }) => {
    const view = SavedView.parse({ id: kept.views.length + 1, ...(body as object) });
    kept.views.push(view);
    return view;
  }),
  prepared('DELETE', '/api/v1/insights/views/:id', Removed, () => ({ ok: true as const })),
];
