import * as contract from '../../../src/features/code-quality/contract.ts';
import type {
  Analysis,
  Branch,
  GateCondition,
  Measure,
  Project,
  ProjectRow,
} from '../../../src/features/code-quality/contract.ts';
import { prepared } from '../stage.ts';

const row = (change: Partial<ProjectRow>): ProjectRow => ({
  id: 1,
  key: 'com.example:payments-api',
  name: 'payments-api',
  integration: { id: 1, name: 'sonar-production' },
  gate: { status: 'ERROR', evaluated: true },
  coverage: 71.4,
  duplication: 3.2,
  issues: { security: 16, reliability: 31, maintainability: 412, mode: 'mqr' },
  openVulnerabilities: 14,
  updating: false,
  lastAnalysisAt: '2026-11-21T08:12:00.000Z',
  deletedAt: null,
  unreadableAt: null,
  leftScopeAt: null,
  duplicateOf: null,
  ...change,
});

const rows: ProjectRow[] = [
  row({}),
  row({ id: 2, key: 'ledger-core', name: 'ledger-core', gate: { status: 'OK', evaluated: true }, coverage: 88 }),
  row({
    id: 3,
    key: 'partner-gateway',
    name: 'partner-gateway',
    gate: { status: 'OK', evaluated: false },
    coverage: null,
    duplication: null,
  }),
  row({
    id: 4,
    key: 'never',
    name: 'never-analysed',
    gate: null,
    coverage: null,
    duplication: null,
    issues: { security: null, reliability: null, maintainability: null, mode: null },
    openVulnerabilities: null,
    updating: false,
    lastAnalysisAt: null,
  }),
];

const condition = (change: Partial<GateCondition>): GateCondition => ({
  metric: 'new_coverage',
  name: 'Coverage on new code',
  type: 'PERCENT',
  operator: 'LT',
  threshold: '80',
  actual: '71.4',
  status: 'ERROR',
  verdict: 'failed',
  ...change,
});

const measure = (metric: string, name: string, value: string, type: string, isNewCode = false): Measure => ({
  metric,
  name,
  type,
  domain: 'Coverage',
  direction: 1,
  value,
  number: Number.isFinite(Number(value)) ? Number(value) : null,
  isNewCode,
  bestValue: null,
  period: null,
});

const branch = (change: Partial<Branch>): Branch => ({
  id: 1,
  kind: 'branch',
  name: 'main',
  isMain: true,
  gate: { status: 'ERROR', evaluated: true },
  analyzedAt: '2026-11-21T08:12:00.000Z',
  openIssues: 457,
  openVulnerabilities: 14,
  title: null,
  sourceBranch: null,
  target: null,
  url: null,
  link: 'https://sonar.example.net/dashboard?id=payments-api',
  ...change,
});

const analyses: Analysis[] = Array.from({ length: 20 }, (_, index) => ({
  id: 20 - index,
  branch: 'main',
  analyzedAt: new Date(Date.UTC(2026, 10, 21, 8, 12) - index * 9 * 86_400_000).toISOString(),
  revision: index % 4 === 3 ? null : '8f14e45fceea167a5a36dedd4bea2543c1f0a9b7',
  projectVersion: `2.${20 - index}.0`,
  gate: { status: index % 3 === 0 ? 'ERROR' : 'OK', evaluated: index !== 4 },
}));

const project: Project = {
  ...row({}),
  organization: null,
  visibility: 'private',
  tags: ['java', 'payments'],
  tagsUnreadSince: null,
  revision: '8f14e45fceea167a5a36dedd4bea2543c1f0a9b7',
  link: 'https://sonar.example.net/dashboard?id=payments-api',
  reliableFrom: '2026-11-20T17:00:00.000Z',
  gateName: 'Sonar way',
  ignoredConditions: true,
  conditions: [
    condition({}),
    condition({
      metric: 'new_violations',
      name: 'Issues on new code',
      type: 'INT',
      operator: 'GT',
      threshold: '0',
      actual: '0',
      status: 'OK',
      verdict: 'passed',
    }),
    condition({
      metric: 'new_duplicated_lines_density',
      name: 'Duplicated lines on new code',
      operator: 'GT',
      threshold: '3',
      actual: '9.1',
      status: 'OK',
      verdict: 'ignored',
    }),
    condition({
      metric: 'new_security_hotspots_reviewed',
      name: 'Hotspots reviewed on new code',
      threshold: '100',
      actual: null,
      status: 'NO_VALUE',
      verdict: 'not_evaluated',
    }),
  ],
  warnings: ['The base of the newest pull request was not known to the server.'],
  measures: [
    measure('coverage', 'Coverage', '71.4', 'PERCENT'),
    measure('ncloc', 'Lines of code', '48211', 'INT'),
    measure('new_coverage', 'Coverage on new code', '71.4', 'PERCENT', true),
    measure('ncloc_language_distribution', 'Lines of code per language', 'java=41200;xml=6011;yaml=1000', 'DATA'),
    measure('software_quality_security_rating', 'Security rating', '4.0', 'RATING'),
    measure('software_quality_reliability_rating', 'Reliability rating', '3.0', 'RATING'),
    measure('software_quality_maintainability_rating', 'Maintainability rating', '1.0', 'RATING'),
    measure('security_review_rating', 'Security review rating', '5.0', 'RATING'),
    measure('new_software_quality_security_rating', 'Security rating on new code', '1.0', 'RATING', true),
    measure('new_software_quality_reliability_rating', 'Reliability rating on new code', '2.0', 'RATING', true),
    measure('software_quality_security_issues', 'Security issues', '16', 'INT'),
    measure('software_quality_reliability_issues', 'Reliability issues', '31', 'INT'),
    measure('software_quality_maintainability_issues', 'Maintainability issues', '412', 'INT'),
    measure('new_software_quality_security_issues', 'New security issues', '0', 'INT', true),
    measure('new_software_quality_reliability_issues', 'New reliability issues', '1', 'INT', true),
    measure('security_hotspots', 'Security hotspots', '12', 'INT'),
    measure('duplicated_lines_density', 'Duplicated lines', '3.2', 'PERCENT'),
    {
      ...measure('new_lines', 'New lines', '318', 'INT', true),
      period: { mode: 'PREVIOUS_VERSION', parameter: '2.19.0', at: '2026-11-02T08:00:00.000Z' },
    },
  ],
  branches: [
    branch({}),
    branch({ id: 2, name: 'release/2.x', isMain: false, gate: { status: 'OK', evaluated: true } }),
  ],
  pullRequests: [
    branch({
      id: 3,
      kind: 'pull_request',
      name: '482',
      isMain: false,
      title: 'Validate card numbers before they are stored',
      sourceBranch: 'feature/validate-cards',
      target: 'main',
      url: 'https://git.example.net/pr/482',
      gate: { status: 'OK', evaluated: false },
    }),
  ],
  analyses,
  completeness: [
    {
      stream: 'issues',
      branch: 'main',
      outcome: 'complete',
      source: 12_004,
      stored: 12_004,
      proof: 'key_set',
      method: 'issues/list',
      measuredAt: '2026-11-21T09:41:00.000Z',
    },
    {
      stream: 'hotspots',
      branch: 'main',
      outcome: 'unavailable',
      source: null,
      stored: 0,
      proof: 'unproven',
      method: 'hotspots/search',
      measuredAt: '2026-11-21T09:41:00.000Z',
    },
  ],
  readAt: '2026-11-21T09:41:00.000Z',
};

const series = (metric: string, name: string, type: string, from: number, by: number) => ({
  metric,
  name,
  type,
  direction: 1,
  points: analyses.toReversed().map((analysis, index) => ({
    at: analysis.analyzedAt,
    value: String(from + by * index),
    number: from + by * index,
  })),
});

export const projectAnswers = (stage: { none?: boolean } = {}) => [
  prepared('GET', '/api/v1/projects', contract.ProjectList, () => ({
    projects: stage.none === true ? [] : rows,
    total: stage.none === true ? 0 : 148,
    page: 1,
    pageSize: 50,
  })),
  prepared('GET', '/api/v1/projects/:id', contract.Project, () => project),
  prepared('GET', '/api/v1/projects/:id/history', contract.ProjectHistory, () => ({
    from: '2026-05-21',
    to: '2026-11-21',
    series: [
      series('coverage', 'Coverage', 'PERCENT', 60, 0.6),
      series('duplicated_lines_density', 'Duplicated lines', 'PERCENT', 5, -0.1),
      series('software_quality_security_issues', 'Security issues', 'INT', 33, -1),
      series('ncloc', 'Lines of code', 'INT', 40_000, 431),
    ],
    analyses,
  })),
];
