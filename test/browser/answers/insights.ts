import * as contract from '../../../src/features/insights/contract.ts';
import type {
  DataState,
  PastCounts,
  SecurityFinding,
  SeverityCounts,
  TrendBucket,
} from '../../../src/features/insights/contract.ts';
import { TargetSettings } from '../../../src/features/insights/targets/contract.ts';
import { TeamNumbersList } from '../../../src/features/insights/teams/contract.ts';
import { prepared } from '../stage.ts';

export const complete: DataState = {
  asOf: '2026-11-21T09:41:00.000Z',
  incomplete: false,
  projectsRead: 148,
  projectsKnown: 148,
  projectsUpdating: 0,
  projectsRecomputing: 0,
};
export const partial: DataState = {
  asOf: null,
  incomplete: true,
  projectsRead: 12,
  projectsKnown: 148,
  projectsUpdating: 0,
  projectsRecomputing: 0,
};
export const nothing: DataState = {
  asOf: null,
  incomplete: false,
  projectsRead: 0,
  projectsKnown: 0,
  projectsUpdating: 0,
  projectsRecomputing: 0,
};

const day = (daysAgo: number): string =>
  new Date(Date.UTC(2026, 10, 21) - daysAgo * 86_400_000).toISOString().slice(0, 10);

const counts = (critical: number, high: number, medium: number, low: number): SeverityCounts => ({
  critical,
  high,
  medium,
  low,
  unrated: 0,
  total: critical + high + medium + low,
});

const past = (counted: SeverityCounts, unknown = 0): PastCounts => ({
  ...counted,
  unknown,
  total: counted.total + unknown,
});

const tile = (open: number, change: number | null) => ({
  open,
  change30Days: change,
  joined30Days: 0,
  changeBasis: change === -9 ? ('reconstructed' as const) : ('read' as const),
  sparkline: Array.from({ length: 30 }, (_, index) => ({
    day: day(29 - index),
    open: Math.max(0, Math.round(open - (change ?? 0) * (1 - index / 29) + Math.sin(index) * open * 0.01)),
  })),
});

const basisAt = (index: number): TrendBucket['basis'] =>
  index < 4 ? 'reconstructed' : index === 5 || index === 6 ? 'estimated' : index < 20 ? 'counted' : 'read';

const buckets: TrendBucket[] = Array.from({ length: 26 }, (_, index) => {
  const monday = 173 - index * 7;
  const last = index === 25;
  const falling = 26 - index;
  return {
    from: day(monday + 5 - 0),
    to: day(Math.max(0, monday - 1)),
    open: last
      ? past(counts(14, 56, 161, 167))
      : past(
          counts(
            14 + (index % 7) + Math.floor(falling / 6),
            56 + falling + (index % 3) * 2,
            161 + falling * 2,
            167 + Math.round(Math.sin(index / 3) * 9),
          ),
          index === 5 || index === 6 ? 60 : 0,
        ),
    created: past(counts(index % 3, 2 + (index % 4), 4 + (index % 5), 3)),
    resolved: past(counts((index + 1) % 3, 3, 5 + (index % 3), 4 + (index % 2))),
    joined: past(counts(0, 0, index === 8 ? 12 : 0, 0)),
    complete: !last,
    basis: basisAt(index),
  };
});

const titles = [
  'Change this code to not construct SQL queries directly from user-controlled data.',
  'Update this dependency; the deserialiser accepts arbitrary types.',
  'Sanitise this value before it is written into the page.',
  'Use a strong cipher algorithm.',
  'Set the Secure attribute on this cookie.',
  'Use HTTPS here.',
];
const levels = ['critical', 'critical', 'high', 'high', 'medium', 'low'] as const;
const vulnerabilities = ['CWE-89', 'CVE-2026-31337', 'CWE-79', 'CWE-327', 'CWE-614', 'S5332'];
const names = [
  'payments-api',
  'ledger-core',
  'storefront',
  'identity',
  'batch-jobs',
  'partner-gateway-of-a-very-long-name',
];

const findings: SecurityFinding[] = Array.from({ length: 12 }, (_, index) => ({
  id: index + 1,
  issueId: `AZqT0k8Wb1xY5dV9cN3m${index}`,
  link: `https://sonar.example.net/project/issues?id=payments-api&issues=AZqT${index}&open=AZqT${index}`,
  vulnerabilityId: vulnerabilities[index % 6]!,
  title: titles[index % 6]!,
  severity: levels[index % 6]!,
  sourceLevel: 'BLOCKER',
  severitySource: 'impact',
  assetType: index % 9 === 4 ? 'iac_file' : 'repository',
  createdAt: `${day(3 + index * 4)}T08:00:00.000Z`,
  project: { id: (index % 6) + 1, key: `com.example:${names[index % 6]}`, name: names[index % 6]! },
  branch: 'main',
  path: 'src/main/java/com/example/payments/api/internal/QueryFactory.java',
  line: 41 + index,
  rule: 'java:S2077',
  target:
    index % 6 > 3
      ? { standing: 'none', days: null, dueOn: null }
      : { standing: index < 4 ? 'broken' : 'due_soon', days: 30, dueOn: day(index < 4 ? 2 : -3) },
}));

const standing = (broken: number, due_soon: number, within: number, none: number) => ({
  broken,
  due_soon,
  within,
  none,
  total: broken + due_soon + within + none,
});

const none = { resolved: 0, mean: null, median: null, p90: null };
const noTimes = { critical: none, high: none, medium: none, low: none, unrated: none, all: none };
const timesOf = (resolved: number, median: number) => ({
  critical: { resolved: 1, mean: Math.round(median / 3), median: Math.round(median / 3), p90: Math.round(median / 3) },
  high: { resolved: Math.round(resolved / 4), mean: median / 2 + 1.4, median: Math.round(median / 2), p90: median },
  medium: { resolved: Math.round(resolved / 2), mean: median + 9.3, median, p90: median * 2 },
  low: { resolved: Math.round(resolved / 3), mean: median + 20.5, median: median + 4, p90: median * 3 },
  unrated: none,
  all: { resolved, mean: median + 12.1, median, p90: Math.round(median * 2.4) },
});

const includes = ({ severity: wanted }: Record<string, unknown>, severity: string): boolean =>
  typeof wanted !== 'string' || wanted.split(',').includes(severity);

export const insightAnswers = (state: DataState = complete) => {
  const isEmpty = state.projectsKnown === 0;
  return [
    prepared('GET', '/api/v1/insights/security/summary', contract.SecuritySummary, ({ query }) => ({
      state,
      counting: {
        by: 'server' as const,
        servers: [{ integrationId: 1, integration: 'sonarqube-main', mode: 'mqr' as const, told: true, since: null }],
        server: isEmpty ? 0 : 398,
        other: isEmpty ? 0 : 371,
        both: isEmpty ? 0 : 352,
      },
      total: tile(isEmpty ? 0 : 398, isEmpty ? null : -37),
      severities: [
        { severity: 'critical' as const, included: includes(query, 'critical'), ...tile(14, -4) },
        { severity: 'high' as const, included: includes(query, 'high'), ...tile(56, -6) },
        { severity: 'medium' as const, included: includes(query, 'medium'), ...tile(161, -9) },
        { severity: 'low' as const, included: includes(query, 'low'), ...tile(167, 12) },
        { severity: 'unrated' as const, included: includes(query, 'unrated'), ...tile(0, 0) },
      ],
      accepted: 31,
      falsePositive: 12,
      hotspots: { high: 4, medium: 21, low: 60, unknown: 0, total: 85 },
    })),
    prepared('GET', '/api/v1/insights/security/trend', contract.SecurityTrend, () => ({
      state,
      granularity: 'week' as const,
      from: buckets[0]!.from,
      to: day(0),
      readFrom: buckets[20]!.from,
      countedFrom: buckets[4]!.from,
      buckets,
      trendLine: {
        open: { slopePerBucket: -2.1, values: buckets.map((_, index) => 455 - index * 2.1) },
        created: { slopePerBucket: 0, values: buckets.map(() => 10) },
        resolved: { slopePerBucket: 0.1, values: buckets.map((_, index) => 11 + index * 0.1) },
      },
      markers: [
        {
          day: day(70),
          kind: 'hotspots_became_vulnerabilities' as const,
          findings: 12,
          projects: [{ id: 1, name: 'payments-api' }],
          projectCount: 1,
          mode: null,
          integration: null,
        },
        {
          day: day(112),
          kind: 'projects_joined' as const,
          findings: 12,
          projects: [{ id: 2, name: 'ledger-core' }],
          projectCount: 1,
          mode: null,
          integration: null,
        },
      ],
    })),
    prepared('GET', '/api/v1/insights/security/ages', contract.SecurityAges, () => ({
      state,
      today: day(0),
      buckets: [
        { age: '0-7' as const, fromDays: 0, toDays: 7, open: counts(1, 4, 11, 9) },
        { age: '8-30' as const, fromDays: 8, toDays: 30, open: counts(2, 9, 31, 28) },
        { age: '31-90' as const, fromDays: 31, toDays: 90, open: counts(3, 14, 40, 51) },
        { age: '91-365' as const, fromDays: 91, toDays: 365, open: counts(6, 20, 50, 49) },
        { age: 'over-365' as const, fromDays: 366, toDays: null, open: counts(2, 9, 29, 30) },
      ],
      open: counts(14, 56, 161, 167),
    })),
    prepared('GET', '/api/v1/insights/security/targets', contract.SecurityTargets, ({ query }) => ({
      state,
      today: typeof query['at'] === 'string' ? query['at'] : day(0),
      at: typeof query['at'] === 'string' ? query['at'] : null,
      by: query['targets'] === 'then' ? ('then' as const) : ('now' as const),
      whole: query['at'] === undefined,
      warnPercent: 25,
      isSet: query['node'] === undefined,
      severities: [
        { severity: 'critical' as const, targets: [2, 7], open: standing(11, 1, 2, 0) },
        { severity: 'high' as const, targets: [30], open: standing(29, 9, 18, 0) },
        { severity: 'medium' as const, targets: [90, null], open: standing(61, 20, 70, 10) },
        { severity: 'low' as const, targets: [null], open: standing(0, 0, 0, 167) },
        { severity: 'unrated' as const, targets: [null], open: standing(0, 0, 0, 0) },
      ],
      open: standing(101, 30, 90, 177),
    })),
    prepared('GET', '/api/v1/insights/teams', TeamNumbersList, () => ({
      state,
      teams: [
        { id: 3, name: 'Bob Noyce', projects: 7, open: counts(3, 18, 40, 52), broken: 21 },
        { id: 4, name: 'Direct reports of Ada Lovelace', projects: 0, open: counts(0, 0, 0, 0), broken: 0 },
      ].map((team) => ({ ...team, tree: { id: 1, name: 'Engineering' }, people: 11, manager: 'Bob Noyce' })),
      total: 2,
      page: 1,
      pageSize: 50,
    })),
    prepared('GET', '/api/v1/insights/targets', TargetSettings, () => ({
      organization: { critical: 7, high: 30, medium: 90, low: null },
      warnPercent: 25,
      nodes: [
        { node: 3, name: 'Bob Noyce', tree: 'Engineering', isTeam: true, targets: { critical: 2, medium: null } },
      ],
    })),
    prepared('GET', '/api/v1/insights/security/resolve-times', contract.SecurityResolveTimes, () => ({
      state,
      granularity: 'week' as const,
      from: buckets[0]!.from,
      to: day(0),
      readFrom: buckets[20]!.from,
      resolvedAs: { accepted: false, falsePositive: false },
      times: timesOf(31, 94),
      buckets: buckets.map(({ from, to, complete: over }, index) => ({
        from,
        to,
        complete: over,
        known: index < 6 ? ('none' as const) : index < 20 ? ('partly' as const) : ('whole' as const),
        times: index < 6 || index === 12 ? noTimes : timesOf(index % 9, 3 + ((index * 7) % 40)),
      })),
    })),
    prepared('GET', '/api/v1/insights/security/projects', contract.TopProjects, () => ({
      state,
      projects: names.map((name, index) => ({
        id: index + 1,
        key: `com.example:${name}`,
        name,
        open: counts(5 - Math.min(5, index), 14 - index, 20, 11),
      })),
      total: 61,
    })),
    prepared('GET', '/api/v1/insights/security/findings', contract.SecurityFindings, ({ query }) => ({
      state,
      findings,
      total: 398,
      page: Number(query['page'] ?? 1),
      pageSize: 50,
    })),
    prepared('GET', '/api/v1/insights/security/nodes', contract.SecurityNodes, ({ query }) => {
      const node = query['node'];
      const isTeam = node === '3';
      return {
        state,
        tree: { id: 1, name: 'Engineering' },
        path: node === undefined ? [] : [{ id: 1, name: 'Berlin' }, ...(isTeam ? [{ id: 3, name: 'Bob Noyce' }] : [])],
        nodes: isTeam
          ? []
          : [
              { id: 3, name: 'Bob Noyce', isTeam: true, projects: 31, open: counts(9, 30, 80, 70) },
              {
                id: 4,
                name: 'Direct reports of Ada Lovelace',
                isTeam: true,
                projects: 18,
                open: counts(4, 20, 60, 80),
              },
            ],
        nodesInAll: isTeam ? 0 : 2,
        total: counts(12, 46, 130, 140),
        shared: { projects: 2, open: counts(1, 4, 10, 10) },
        unowned: node === undefined ? counts(2, 10, 31, 27) : null,
      };
    }),
    prepared('GET', '/api/v1/insights/security/filters', contract.SecurityFilters, () => ({
      projects: names.map((name, index) => ({ id: index + 1, key: name, name, findings: 80 - index })),
      severities: [
        { severity: 'critical' as const, findings: 14 },
        { severity: 'high' as const, findings: 56 },
      ],
      assetTypes: [
        { assetType: 'repository' as const, findings: 390 },
        { assetType: 'iac_file' as const, findings: 8 },
      ],
    })),
  ];
};
