import * as contract from '../../../src/features/deployments/contract.ts';
import type { Delivery, Deployment, Matrix, Place } from '../../../src/features/deployments/contract.ts';
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

const matrix: Matrix = {
  environments: [
    { name: 'Production', type: 'production', places: 4 },
    { name: 'Staging', type: 'pre_production', places: 1 },
    { name: 'lab', type: null, places: 1 },
  ],
  totalEnvironments: 11,
  columns: 1,
  columnsShown: 8,
  services: [
    {
      service: running.service,
      integration: harness,
      cells: [[doubtful], [place(2, waiting, { running: null, newest: waiting })], []],
    },
    {
      service: reported.service,
      integration: null,
      cells: [[place(3, reported)], [], [place(4, { ...reported, id: 8 }, { doubt: 'in_progress', newest: waiting })]],
    },
    {
      service: { key: 'search', name: 'Search', scope: 'pay/core' },
      integration: harness,
      cells: [[other(6, 'k8s_eu', '3.0.1', 'e'), other(7, 'k8s_us', '3.0.0', 'f')], [], []],
    },
  ],
  total: 31,
  page: 1,
  pageSize: 25,
  places: { running: 58, doubtful: 2, nothing: 1 },
};

const statistics = { values: 84, mean: 1.31, median: 1, p90: 3, p95: 4 };
const times = { values: 12, mean: 31_400, median: 9_000, p90: 86_400, p95: 121_000 };

const delivery: Delivery = {
  from: '2026-08-31',
  to: '2026-11-21',
  days: 83,
  definition: { rolledBackFails: true, abortedFails: false, supersededCounts: false },
  knownSince: '2026-05-21T08:00:00.000Z',
  frequency: { successful: 1_109, perDay: 13.36, perWeek: 93.5, aDay: statistics },
  changeFailure: {
    failed: 97,
    total: 1_206,
    rate: 0.0804,
    aPeriod: { values: 12, mean: 0.081, median: 0.079, p90: 0.12, p95: 0.14 },
  },
  restore: { restored: 12, open: 2, seconds: times },
  leadTime: { linked: 640, unlinked: { noCommit: 301, notAnalysed: 12, analysedAfter: 3 }, seconds: times },
  buckets: Array.from({ length: 12 }, (_nothing, week) => {
    const from = new Date(Date.parse('2026-08-31') + week * 7 * 86_400_000);
    const to = new Date(Math.min(from.getTime() + 6 * 86_400_000, Date.parse('2026-11-21')));
    const quiet = week === 4;
    return {
      from: from.toISOString().slice(0, 10),
      to: to.toISOString().slice(0, 10),
      complete: week < 11,
      successful: quiet ? 0 : 80 + ((week * 17) % 40),
      failed: quiet ? 0 : 4 + ((week * 7) % 9),
      failureRate: quiet ? null : 0.08,
      restored: quiet ? 0 : 1,
      restoreMedian: quiet ? null : 9_000,
      linked: quiet ? 0 : 50,
      leadMedian: quiet ? null : 88_000,
    };
  }),
};

const row = { service: 'Ledger', environment: 'Production', infrastructure: 'k8s_eu' };

export const deploymentAnswers = () => [
  prepared('GET', '/api/v1/deployments/running', contract.Matrix, () => matrix),
  prepared('GET', '/api/v1/deployments', contract.DeploymentList, ({ query }) => ({
    deployments: query['state'] === undefined ? [failed, running, waiting, reported, takenBack] : [failed, takenBack],
    total: 1_312,
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
    total: 12,
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
    total: 640,
    page: 1,
    pageSize: 50,
  })),
];
