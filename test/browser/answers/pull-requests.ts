import * as contract from '../../../src/features/reports/contract.ts';
import type {
  LeftCompanions,
  MergeChecks,
  PullRequestDetail,
  PullRequestRow,
  ReportAttempt,
  ReportDetail,
  ReportFindingList,
  ReportSummary,
} from '../../../src/features/reports/contract.ts';
import { prepared } from '../stage.ts';

const head = '890590b3273a2be3c0dcf811df22fae5492e6d3a';
const bitbucket = { id: 3, name: 'bitbucket-production' };
const upstream = '{"errors":[{"message":"Sie verfügen nicht über die Berechtigung."}]}';

const tokenRefused = {
  code: 'invalid_credentials',
  message: 'Bitbucket does not accept the token of svc-plumbline.',
  remedy: 'Make a new token there and enter it with Re-authenticate.',
  upstream,
};

const report = (change: Partial<ReportSummary>): ReportSummary => ({
  id: 1,
  binding: 1,
  project: { id: 1, key: 'payments:ledger', name: 'Ledger' },
  reportKey: 'com.sonarsource.sonarqube_payments:ledger',
  commit: head,
  state: 'published',
  reason: null,
  gate: 'ERROR',
  evaluated: true,
  result: 'FAIL',
  shown: 1_000,
  total: 2_500,
  error: null,
  beside: [],
  foreign: null,
  nextTryAt: null,
  publishedAt: '2026-11-21T09:41:12.000Z',
  changedAt: '2026-11-21T09:41:12.000Z',
  ...change,
});

const row = (change: Partial<PullRequestRow>): PullRequestRow => ({
  id: 1,
  number: 102,
  title: 'Book reversals in the month they belong to',
  state: 'open',
  draft: false,
  author: 'grace',
  sourceBranch: 'feature/reversals',
  targetBranch: 'main',
  fromFork: false,
  head,
  link: 'https://bitbucket.example.com/projects/PAY/repos/ledger/pull-requests/102',
  updatedAt: '2026-11-21T09:40:00.000Z',
  repository: { id: 1, project: 'PAY', slug: 'ledger', integration: bitbucket },
  reports: [report({})],
  ...change,
});

const missing = { gate: null, result: null, shown: null, total: null, publishedAt: null } as const;

const rows: PullRequestRow[] = [
  row({}),
  row({
    id: 2,
    number: 101,
    title:
      'Round amounts half to even in every currency that has no minor unit, and say so in the statement of accounts',
    fromFork: true,
    reports: [report({ id: 2, gate: 'OK', result: 'PASS', shown: 0, total: 0 })],
  }),
  row({
    id: 3,
    number: 17,
    title: 'Move to the new gateway',
    repository: { id: 2, project: 'PLAT', slug: 'monorepo-of-the-platform-team', integration: bitbucket },
    reports: [
      report({ id: 3, gate: 'OK', result: 'PASS', shown: 2, total: 2 }),
      report({ id: 4, ...missing, state: 'failed', error: tokenRefused, nextTryAt: '2026-11-21T10:04:00.000Z' }),
    ],
  }),
  row({
    id: 4,
    number: 99,
    title: 'Spike: faster look-ups',
    draft: true,
    reports: [report({ id: 5, ...missing, state: 'waiting', reason: 'not_analysed' })],
  }),
  row({
    id: 5,
    number: 98,
    title: 'Documentation only',
    reports: [report({ id: 6, ...missing, gate: 'OK', state: 'skipped', reason: 'gate_not_evaluated' })],
  }),
  row({
    id: 6,
    number: 4,
    title: 'First try',
    repository: { id: 3, project: 'PAY', slug: 'sandbox', integration: bitbucket },
    reports: [],
  }),
];

const put = (path: string, change: Partial<ReportAttempt['calls'][number]> = {}): ReportAttempt['calls'][number] => ({
  at: '2026-11-21T09:41:11.000Z',
  method: 'PUT',
  path,
  status: 200,
  durationMs: 31,
  code: null,
  ...change,
});

const insights = `rest/insights/1.0/projects/PAY/repos/ledger/commits/${head}/reports/com.sonarsource.sonarqube_payments:ledger`;

const attempts: ReportAttempt[] = [
  {
    id: 9,
    commit: head,
    cause: 'analysis',
    askedBy: null,
    startedAt: '2026-11-21T09:41:11.000Z',
    endedAt: '2026-11-21T09:41:12.400Z',
    outcome: 'published',
    result: 'FAIL',
    shown: 1_000,
    total: 2_500,
    error: null,
    calls: [
      put('rest/api/1.0/projects/PAY/repos/ledger/pull-requests/102', { method: 'GET', durationMs: 12 }),
      put(insights),
      put(`${insights}/annotations`, { method: 'DELETE', status: 204 }),
      put(`${insights}/annotations`, { method: 'POST', status: 204, durationMs: 412 }),
    ],
  },
  {
    id: 8,
    commit: head,
    cause: 'person',
    askedBy: 'ada@example.com',
    startedAt: '2026-11-21T08:30:00.000Z',
    endedAt: '2026-11-21T08:30:00.300Z',
    outcome: 'failed',
    result: null,
    shown: null,
    total: null,
    error: tokenRefused,
    calls: [put(insights, { status: 401 }), put(insights, { status: null, code: 'timeout', durationMs: null })],
  },
];

const detail: ReportDetail = {
  report: report({}),
  analysis: {
    title: 'SonarQube quality gate',
    commit: head,
    analyzedAt: '2026-11-21T09:40:40.000Z',
    gate: 'ERROR',
    evaluated: true,
    conditions: [
      {
        metric: 'new_coverage',
        name: 'Coverage on new code',
        unit: 'percent',
        operator: 'LT',
        threshold: '80',
        actualValue: '61.4',
        verdict: 'failed',
      },
      {
        metric: 'new_security_rating',
        name: 'Security rating on new code',
        unit: 'rating',
        operator: 'GT',
        threshold: '1',
        actualValue: '4',
        verdict: 'failed',
      },
      {
        metric: 'new_duplicated_lines_density',
        name: 'Duplication on new code',
        unit: 'percent',
        operator: 'GT',
        threshold: '3',
        actualValue: null,
        verdict: 'not_evaluated',
      },
    ],
    figures: { newIssues: 2_500, acceptedIssues: 0, hotspots: 1, coverage: 61.4, duplication: null },
    findings: 2_500,
    notes: ['Links lead to an address that only the server itself can open.'],
    link: 'https://sonar.example.net/dashboard?id=payments%3Aledger&pullRequest=102',
  },
  annotations: true,
  mono: false,
  prefix: '',
  attempts,
};

const finding = (change: Partial<ReportFindingList['findings'][number]>): ReportFindingList['findings'][number] => ({
  key: 'AZqT0k8Wb1',
  kind: 'issue',
  path: 'ledger/src/main/java/com/example/ledger/Reversals.java',
  line: 48,
  severity: 'HIGH',
  type: 'VULNERABILITY',
  message: 'Change this code to not construct SQL queries directly from user-controlled data.',
  link: 'https://sonar.example.net/project/issues?id=payments%3Aledger&open=AZqT0k8Wb1',
  ...change,
});

const findings: ReportFindingList = {
  findings: [
    finding({}),
    finding({ key: 'AZqT0k8Wb2', kind: 'hotspot', line: 12, severity: 'MEDIUM', message: 'Make sure this is safe.' }),
    finding({
      key: 'AZqT0k8Wb3',
      path: null,
      line: null,
      severity: 'LOW',
      type: 'CODE_SMELL',
      message: 'Too few tests.',
    }),
  ],
  total: 2_500,
  page: 1,
  pageSize: 100,
};

/** Each pull request of the list has a page; what it says of its reports is that of the list. */
function detailOf(id: string): PullRequestDetail {
  const pullRequest = rows.find((one) => String(one.id) === id) ?? row({});
  return {
    pullRequest,
    reports: pullRequest.reports.map((one) =>
      one.gate === null ? { ...detail, report: one, analysis: null, attempts: [] } : { ...detail, report: one },
    ),
  };
}

const veto = `The report ‘Ledger’ (${report({}).reportKey}) must pass before this pull request can be merged.`;
const seen = { number: 102, title: rows[0]?.title ?? '', link: rows[0]?.link ?? null };

/** Two reports are seen; of the third nothing was, and of one pull request the server said nothing. */
const mergeChecks = (looked: boolean): MergeChecks => ({
  repository: {
    id: 1,
    project: 'PAY',
    slug: 'ledger',
    link: 'https://bitbucket.example.com/projects/PAY/repos/ledger/browse',
    integration: bitbucket,
  },
  enteredAt: {
    repository: 'Repository settings → Code Insights → Add required report',
    project: 'Project settings → Code Insights → Add required report',
  },
  reports: [
    {
      binding: 1,
      project: report({}).project,
      reportKey: report({}).reportKey,
      requiredStatus: 'Must pass',
      annotationRequirement: 'Must not have any annotations',
      buildKey: 'sonarqube.payments:ledger',
      state: looked ? 'seen_blocking' : 'not_seen',
      blocked: looked ? { at: '2026-11-21T09:55:00.000Z', veto, pullRequest: seen } : null,
      open: null,
    },
    {
      binding: 2,
      project: { id: 2, key: 'payments:statements-of-account', name: 'Statements of account' },
      reportKey: 'com.sonarsource.sonarqube_payments:stateme-8f2c1a',
      requiredStatus: 'Must pass',
      annotationRequirement: null,
      buildKey: null,
      state: looked ? 'seen_open' : 'not_seen',
      blocked: null,
      open: looked ? { at: '2026-11-21T09:55:00.000Z', pullRequest: seen } : null,
    },
  ],
  look: looked
    ? {
        at: '2026-11-21T09:55:00.000Z',
        openPullRequests: 12,
        pullRequests: [
          lookedAt({}),
          lookedAt({ id: 2, number: 101, title: rows[1]?.title ?? '', canMerge: true, vetoes: [], blockedBy: [] }),
          lookedAt({
            id: 4,
            number: 99,
            title: 'Spike: faster look-ups',
            canMerge: null,
            vetoes: [],
            error: tokenRefused,
          }),
        ],
      }
    : null,
});

type LookedAt = NonNullable<MergeChecks['look']>['pullRequests'][number];
function lookedAt(change: Partial<LookedAt>): LookedAt {
  return {
    ...seen,
    id: 1,
    head,
    canMerge: false,
    vetoes: [veto, 'Mindestens 2 Genehmigungen sind erforderlich.'],
    blockedBy: [report({}).reportKey],
    reports: [{ reportKey: report({}).reportKey, result: 'FAIL' }],
    error: null,
    ...change,
  };
}

const left = (pullRequest: number | null): LeftCompanions => {
  const companions: LeftCompanions['companions'] = [
    {
      key: 'payments:ledger:pr-88',
      project: { id: 1, key: 'payments:ledger', name: 'Ledger' },
      integration: { id: 1, name: 'sonar-production' },
      pullRequest: { id: 7, number: 88, title: 'Book fees of the month', repository: 'PAY/ledger' },
      error: {
        code: 'companion_not_permitted',
        message: 'The token may not delete the companion.',
        remedy: 'In SonarQube give the token’s user Administer on new projects.',
        upstream: null,
      },
      since: '2026-11-21T08:00:00.000Z',
      nextTryAt: '2026-11-21T12:00:00.000Z',
    },
  ];
  const shown = companions.filter(({ pullRequest: of }) => pullRequest === null || of?.id === pullRequest);
  return { companions: shown, total: shown.length };
};

export interface PullRequestStage {
  /** Nobody has looked at merges yet. */
  unseen?: boolean;
  none?: boolean;
  /** Told of each wish to report again. */
  again?: (id: string) => void;
}

export const pullRequestAnswers = ({ none, again, unseen }: PullRequestStage = {}) => [
  prepared('GET', '/api/v1/pull-requests', contract.PullRequestList, ({ query }) => {
    const shown = none === true ? [] : rows.filter(({ id }) => query['report'] === undefined || id === 3);
    return { pullRequests: shown, total: shown.length, page: 1, pageSize: 50 };
  }),
  prepared('GET', '/api/v1/companions/left', contract.LeftCompanions, ({ query }) =>
    left(query['pullRequest'] === undefined ? null : Number(query['pullRequest'])),
  ),
  prepared('GET', '/api/v1/pull-requests/:id', contract.PullRequestDetail, ({ params }) =>
    detailOf(params['id'] ?? ''),
  ),
  prepared('GET', '/api/v1/pull-requests/:id/findings', contract.ReportFindingList, () => findings),
  prepared('GET', '/api/v1/repositories/:id/merge-checks', contract.MergeChecks, () => mergeChecks(unseen !== true)),
  prepared('POST', '/api/v1/repositories/:id/merge-checks/look', contract.MergeChecks, () => mergeChecks(true)),
  prepared('POST', '/api/v1/pull-requests/:id/report', contract.ReportAgain, ({ params }) => {
    again?.(params['id'] ?? '');
    return { asked: 1 };
  }),
];
