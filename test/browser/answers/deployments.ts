import * as contract from '../../../src/features/deployments/contract.ts';
import type { Delivery, Deployment, Matrix, Place } from '../../../src/features/deployments/contract.ts';
import { statistics } from '../../../src/features/deployments/deployed/delivery/statistics.ts';
import { prepared } from '../stage.ts';

const harness = { id: 4, name: 'harness-production' };
const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
const image = (tag: string, letter: string, ids: number[] = []) => ({
  reference: `registry.example.com/payments/ledger:${tag}`,
  digest: digest(letter),
  ids,
});

const deployment = (change: Partial<Deployment> & { id: number }): Deployment => ({
  source: 'harness',
  integration: harness,
  key: `q7Zr0k2mT8uWvXyA1b3C5d/n${change.id}`,
  executionId: 10 + change.id,
  service: { key: 'ledger', name: 'Ledger', scope: 'pay/core' },
  environment: { key: 'prod', name: 'Production', scope: 'pay/core', type: 'production' },
  infrastructure: 'k8s_eu',
  state: 'succeeded',
  status: 'succeeded',
  rawStatus: 'Success',
  takesBack: false,
  superseded: false,
  runsNow: false,
  image: image('1.42.0', 'a', [1]),
  version: null,
  commit: '890590b3273a2be3c0dcf811df22fae5492e6d3a',
  link: 'https://app.harness.io/ng/account/acc/all/orgs/pay/projects/core/pipelines/deploy/deployments/q7Zr0k2m/pipeline',
  reportedBy: null,
  startedAt: '2026-11-21T08:00:00.000Z',
  endedAt: '2026-11-21T08:06:40.000Z',
  rolledBackAt: null,
  at: '2026-11-21T08:06:40.000Z',
  ...change,
});

const running = deployment({ id: 1, runsNow: true });
const failed = deployment({
  id: 2,
  state: 'failed',
  status: 'failed',
  rawStatus: 'Failed',
  image: image('1.43.0', 'b', [2]),
  startedAt: '2026-11-21T09:00:00.000Z',
  endedAt: '2026-11-21T09:01:10.000Z',
  at: '2026-11-21T09:01:10.000Z',
});
const takenBack = deployment({
  id: 3,
  state: 'rolled_back',
  superseded: true,
  image: image('1.41.9', 'c'),
  at: '2026-11-19T09:01:10.000Z',
  rolledBackAt: '2026-11-19T09:20:00.000Z',
});
const reported = deployment({
  id: 4,
  source: 'pushed',
  integration: null,
  key: '412',
  executionId: null,
  service: { key: 'partner-gateway', name: 'partner-gateway-with-a-name-that-goes-on', scope: '' },
  environment: { key: 'prod', name: 'Production', scope: '', type: 'production' },
  infrastructure: null,
  rawStatus: null,
  runsNow: true,
  image: null,
  version: '2026-11-20T18.30-build-with-a-long-name',
  commit: null,
  link: 'https://ci.example.com/412',
  reportedBy: 'pipeline-partner',
});
const staging = { key: 'staging', name: 'Staging', scope: 'pay/core', type: 'pre_production' } as const;
const waiting = deployment({
  id: 5,
  state: 'waiting',
  status: 'waiting',
  rawStatus: 'ApprovalWaiting',
  environment: staging,
  image: image('1.44.0-rc1', 'd'),
  startedAt: '2026-11-20T16:00:00.000Z',
  endedAt: null,
  at: '2026-11-20T16:00:00.000Z',
});

const place = (id: number, of: Deployment, change: Partial<Place> = {}): Place => ({
  id,
  service: of.service,
  environment: of.environment,
  infrastructure: of.infrastructure,
  integration: of.integration,
  running: of,
  newest: null,
  doubt: null,
  ...change,
});

const other = (id: number, infrastructure: string, tag: string, letter: string): Place =>
  place(
    id,
    deployment({
      id,
      runsNow: true,
      infrastructure,
      image: image(tag, letter, [1]),
      service: { key: 'search', name: 'Search', scope: 'pay/core' },
    }),
  );

const doubtful = place(1, running, { newest: failed, doubt: 'failed' });

/** Behind those that matter: the rest of the page, the services of the next one, and environments beyond. */
const others = { onPage: 22, onNextPage: 6, environments: ['dev-1', 'dev-2', 'dev-3', 'dev-4', 'dev-5'], beyond: 3 };

const usual = Array.from({ length: others.onPage }, (_nothing, n) => {
  const service = { key: `worker-${n}`, name: `Worker ${n + 1}`, scope: 'pay/core' };
  const here = place(20 + n, deployment({ id: 20 + n, runsNow: true, service, image: image(`2.${n}.0`, 'a', [1]) }));
  return { service, integration: harness, cells: [[here], ...Array.from({ length: 7 }, () => [])] };
});
const none = others.environments.map(() => []);

const matrix: Matrix = {
  deriving: null,
  environments: [
    { name: 'Production', type: 'production', places: 4 + others.onPage + others.onNextPage },
    { name: 'Staging', type: 'pre_production', places: 1 },
    { name: 'lab', type: null, places: 1 },
    ...others.environments.map((name) => ({ name, type: null, places: 1 })),
  ],
  totalEnvironments: 3 + others.environments.length + others.beyond,
  columns: 1,
  columnsShown: 8,
  services: [
    {
      service: running.service,
      integration: harness,
      cells: [[doubtful], [place(2, waiting, { running: null, newest: waiting })], [], ...none],
    },
    {
      service: reported.service,
      integration: null,
      cells: [
        [place(3, reported)],
        [],
        [place(4, { ...reported, id: 8 }, { doubt: 'in_progress', newest: waiting })],
        ...none,
      ],
    },
    {
      service: { key: 'search', name: 'Search', scope: 'pay/core' },
      integration: harness,
      cells: [[other(6, 'k8s_eu', '3.0.1', 'e'), other(7, 'k8s_us', '3.0.0', 'f')], [], [], ...none],
    },
    ...usual,
  ],
  total: 3 + others.onPage + others.onNextPage,
  page: 1,
  pageSize: 25,
  places: {
    running: 3 + others.onPage + others.onNextPage + others.environments.length + others.beyond,
    doubtful: 2,
    nothing: 1,
  },
};

const hours = (n: number): number => n * 3_600;

/** Each period with what took place in it; all that stands above the chart is made of these. */
const periods = Array.from({ length: 12 }, (_nothing, week) => {
  const from = new Date(Date.parse('2026-08-31') + week * 7 * 86_400_000);
  const to = new Date(Math.min(from.getTime() + 6 * 86_400_000, Date.parse('2026-11-21')));
  const isQuiet = week === 4;
  return {
    from: from.toISOString().slice(0, 10),
    to: to.toISOString().slice(0, 10),
    complete: week < 11,
    successful: isQuiet ? 0 : 80 + ((week * 17) % 40),
    failed: isQuiet ? 0 : 4 + ((week * 7) % 9),
    restores: isQuiet ? [] : [hours(1 + (week % 5))],
    leads: isQuiet ? [] : Array.from({ length: 50 + week }, (_none, n) => hours(2 + ((n * 7 + week) % 60))),
  };
});
const sum = (of: (period: (typeof periods)[number]) => number): number =>
  periods.reduce((total, period) => total + of(period), 0);
const rateOf = ({ successful, failed }: { successful: number; failed: number }): number | null =>
  successful + failed === 0 ? null : failed / (successful + failed);

const days = 83;
const [successful, failures] = [sum((one) => one.successful), sum((one) => one.failed)];
const [restores, leads] = [periods.flatMap((one) => one.restores), periods.flatMap((one) => one.leads)];

const delivery: Delivery = {
  deriving: null,
  from: '2026-08-31',
  to: '2026-11-21',
  days,
  definition: { rolledBackFails: true, abortedFails: false, supersededCounts: false },
  knownSince: '2026-05-21T08:00:00.000Z',
  frequency: {
    successful,
    perDay: successful / days,
    perWeek: successful / (days / 7),
    aDay: statistics(
      Array.from(
        { length: days },
        (_nothing, n) => Math.floor(((n + 1) * successful) / days) - Math.floor((n * successful) / days),
      ),
    ),
  },
  changeFailure: {
    failed: failures,
    total: successful + failures,
    rate: rateOf({ successful, failed: failures }),
    aPeriod: statistics(periods.flatMap((one) => rateOf(one) ?? [])),
  },
  restore: { restored: restores.length, open: 2, seconds: statistics(restores) },
  leadTime: {
    linked: leads.length,
    unlinked: { noCommit: successful - leads.length - 55, notAnalysed: 12, analysedAfter: 3 },
    repeated: 40,
    seconds: statistics(leads),
  },
  buckets: periods.map(({ restores: restored, leads: linked, ...period }) => ({
    ...period,
    failureRate: rateOf(period),
    restored: restored.length,
    restoreMedian: statistics(restored).median,
    linked: linked.length,
    leadMedian: statistics(linked).median,
  })),
};

const row = { service: 'Ledger', environment: 'Production', infrastructure: 'k8s_eu' };

export const deploymentAnswers = () => [
  prepared('GET', '/api/v1/deployments/running', contract.Matrix, () => matrix),
  prepared('GET', '/api/v1/deployments', contract.DeploymentList, ({ query }) => ({
    deriving: null,
    deployments: query['state'] === undefined ? [failed, running, waiting, reported, takenBack] : [failed, takenBack],
    total: successful + failures + 103,
    page: 1,
    pageSize: 50,
  })),
  prepared('GET', '/api/v1/deployments/:id', contract.DeploymentDetail, () => ({
    deployment: failed,
    place: doubtful,
    run: {
      id: 12,
      integrationId: 4,
      organization: 'pay',
      project: 'core',
      pipeline: 'deploy',
      name: 'Deploy',
      number: 412,
    },
    before: running,
    history: [failed, running, takenBack],
  })),
  prepared('GET', '/api/v1/delivery', contract.Delivery, () => delivery),
  prepared('GET', '/api/v1/delivery/settings', contract.FailureSettings, () => ({
    ...delivery.definition,
    changedBy: 'ada@example.com',
    changedAt: '2026-10-01T08:00:00.000Z',
  })),
  prepared('GET', '/api/v1/delivery/restores', contract.RestoreList, () => ({
    restores: [
      {
        ...row,
        failedId: 2,
        failedAt: '2026-11-20T09:01:10.000Z',
        failures: 2,
        restoredId: 1,
        restoredAt: '2026-11-20T11:31:10.000Z',
        seconds: 9_000,
      },
    ],
    total: delivery.restore.restored,
    page: 1,
    pageSize: 50,
  })),
  prepared('GET', '/api/v1/delivery/lead-times', contract.LeadTimeList, () => ({
    leadTimes: [
      {
        ...row,
        deploymentId: 1,
        deployedAt: '2026-11-21T08:06:40.000Z',
        commit: '890590b3273a2be3c0dcf811df22fae5492e6d3a',
        firstAnalysedAt: '2026-11-20T07:40:00.000Z',
        seconds: 88_000,
      },
    ],
    total: delivery.leadTime.linked,
    page: 1,
    pageSize: 50,
  })),
];
