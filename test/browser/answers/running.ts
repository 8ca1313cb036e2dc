import * as contract from '../../../src/features/running/contract.ts';
import type { FixesList, RunningList, RunningRow } from '../../../src/features/running/contract.ts';
import { catalogue } from '../../../src/platform/errors/index.ts';
import { prepared } from '../stage.ts';

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;

const row = (change: Partial<RunningRow> & { id: number }): RunningRow => ({
  service: 'ledger',
  environment: { name: 'production', type: 'production' },
  infrastructure: null,
  deploymentId: 1,
  image: { id: 1, repository: 'payments/ledger', digest: digest('a') },
  reference: 'registry.example.com/payments/ledger:1.42.0',
  commit: '890590b3273a2be3c0dcf811df22fae5492e6d3a',
  state: 'passed',
  verdict: 'passed',
  reason: 'GATES_PASSED',
  message: 'Every quality gate passed.',
  remedy: 'Nothing to do.',
  saidBy: 'policy',
  waiver: null,
  doubt: null,
  certainty: 'stated',
  runsSince: '2026-11-12T08:06:40.000Z',
  failingSince: null,
  newestFactAt: '2026-11-12T08:06:40.000Z',
  readAt: '2026-11-21T09:40:00.000Z',
  staleSince: null,
  staleIntegrations: [],
  open: { critical: 0, high: 2, medium: 5, low: 9 },
  criticalsSince: null,
  teams: [{ id: 3, name: 'Payments' }],
  criticalFixes: null,
  failing: [],
  links: [{ kind: 'deployed', certainty: 'stated', note: null }],
  flags: [],
  now: null,
  ...change,
});

const rows: readonly RunningRow[] = [
  row({
    id: 1,
    state: 'failed',
    verdict: 'failed',
    reason: 'GATE_FAILED',
    message: 'A quality gate failed.',
    remedy: 'Fix what its conditions name and build the image again.',
    failingSince: '2026-11-12T09:00:00.000Z',
    open: { critical: 11, high: 4, medium: 5, low: 9 },
    criticalsSince: '2026-11-12T08:06:40.000Z',
    criticalFixes: {
      running: 11,
      detectedAt: '2026-10-09T08:00:00.000Z',
      waiting: 3,
      fixedAt: '2026-11-18T16:00:00.000Z',
    },
    failing: [
      {
        project: 'ledger',
        metric: 'new_coverage',
        name: 'Coverage on New Code',
        operator: 'LT',
        threshold: '80',
        actualValue: '61.2',
        status: 'ERROR',
      },
    ],
  }),
  row({
    id: 2,
    service: 'gateway',
    state: 'stale',
    verdict: 'no_verdict',
    reason: 'running_stale',
    message: 'What it rests on is too old to be believed.',
    remedy: 'Look at the last run of the integrations that are named, and at their webhooks.',
    staleSince: '2026-11-20T07:00:00.000Z',
    staleIntegrations: ['sonar-production'],
    certainty: 'inferred',
    image: { id: 2, repository: 'edge/gateway', digest: digest('b') },
  }),
  row({
    id: 3,
    service: 'reporting-with-a-rather-long-name',
    environment: { name: 'staging', type: 'pre_production' },
    state: 'no_verdict',
    verdict: 'no_verdict',
    reason: 'trace_names_no_artifact',
    message: 'The execution names no image.',
    remedy: 'Add the image as the artifact of the service, or report the deployment with its image.',
    saidBy: null,
    image: null,
    reference: null,
    commit: null,
    certainty: null,
    open: null,
    teams: [],
  }),
  row({ id: 4, service: 'checkout', image: { id: 4, repository: 'shop/checkout', digest: digest('d') } }),
];

const list = (shown: readonly RunningRow[]): RunningList => ({
  rows: [...shown],
  total: shown.length,
  page: 1,
  pageSize: 50,
  counts: {
    total: 4,
    failed: 1,
    stale: 1,
    noVerdict: 1,
    waived: 0,
    passed: 1,
    failingServices: 1,
    failingImages: 1,
    withCriticals: 1,
    criticalsInProduction: 11,
    criticalsSince: '2026-11-12T08:06:40.000Z',
  },
  environments: [
    { name: 'production', type: 'production' },
    { name: 'staging', type: 'pre_production' },
  ],
  teams: [{ id: 3, name: 'Payments' }],
  asOf: null,
  untold: [],
  setup: { deployments: true, registries: true, sonarqube: true, running: true },
});

const nothing: RunningList = {
  ...list([]),
  counts: Object.fromEntries(
    Object.keys(list([]).counts).map((name) => [name, name === 'criticalsSince' ? null : 0]),
  ) as never,
  setup: { deployments: false, registries: false, sonarqube: true, running: false },
};

const days = (count: number): number => count * 86_400;
const figures = {
  deployed: 21,
  meanSeconds: days(11.4),
  medianSeconds: days(6.5),
  p90Seconds: days(31.2),
  open: 8,
  waiting: 3,
  unknown: 2,
  oldestAt: '2026-10-09T08:00:00.000Z',
};
const production = { name: 'production', type: 'production' };
const never = {
  deployed: 0,
  meanSeconds: null,
  medianSeconds: null,
  p90Seconds: null,
  open: 0,
  waiting: 0,
  unknown: 2,
};

const fixes: FixesList = {
  figures,
  places: [
    { service: 'ledger', environment: production, ...figures, unknown: 0 },
    { service: 'reporting-with-a-rather-long-name', environment: production, ...figures, ...never, oldestAt: null },
  ],
  rows: [],
  total: 0,
  page: 1,
  pageSize: 1,
  images: { known: 3, unknown: 1 },
  since: '2026-06-02T08:00:00.000Z',
};

const { title: message, remedy } = catalogue.said_by_removed;
const untold = [{ code: 'said_by_removed', message, remedy, details: ['Old registry'] }];

/** Two months earlier: one failure was waived then, and one service ran that does not run now. */
const backThen = (listed: RunningList, at: string): RunningList => {
  const earlier = JSON.parse(
    JSON.stringify(listed).replaceAll('"2026-10-', '"2026-08-').replaceAll('"2026-11-', '"2026-09-'),
  ) as RunningList;
  return {
    ...earlier,
    rows: earlier.rows.map((one) => {
      if (one.id === 3) return { ...one, now: { state: null, reason: null } };
      if (one.id !== 1) return one;
      return {
        ...one,
        state: 'waived',
        waiver: { reason: 'Accepted for the release', author: 'Grace', expiresAt: '2026-10-15T00:00:00.000Z' },
        now: { state: 'failed', reason: 'GATE_FAILED' },
      };
    }),
    counts: { ...earlier.counts, failed: 0, waived: 1, failingServices: 0, failingImages: 0 },
    asOf: new Date(at).toISOString(),
    untold,
  };
};

/** Whether anything runs is asked each time, so that a test can have nothing run. */
export const runningAnswers = (isEmpty: () => boolean = () => false) => [
  prepared('GET', '/api/v1/running/fixes', contract.FixesList, () => fixes),
  prepared('GET', '/api/v1/running', contract.RunningList, ({ query }) => {
    if (isEmpty()) return nothing;
    const states = typeof query['state'] === 'string' ? query['state'].split(',') : undefined;
    const listed = list(
      rows.filter(
        ({ state, open }) =>
          (states === undefined || states.includes(state)) &&
          (query['open'] === undefined || (open?.critical ?? 0) > 0),
      ),
    );
    return typeof query['asOf'] === 'string' ? backThen(listed, query['asOf']) : listed;
  }),
];
