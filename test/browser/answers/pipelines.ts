import * as contract from '../../../src/features/deployments/contract.ts';
import type {
  ExecutionRow,
  ExecutionStage,
  PipelineDay,
  PipelineRow,
  PipelineRun,
} from '../../../src/features/deployments/contract.ts';
import { prepared } from '../stage.ts';

const account = { id: 4, name: 'harness-production' };

const run = (id: number, change: Partial<PipelineRun> = {}): PipelineRun => ({
  id,
  number: 470 + id,
  status: 'Success',
  statusClass: 'success',
  rolledBack: false,
  at: `2026-11-${String(22 - id).padStart(2, '0')}T08:${String(10 + id)}:00.000Z`,
  ...change,
});

const failed = { status: 'Failed', statusClass: 'failure' } as const;
const waiting = { status: 'ApprovalWaiting', statusClass: 'waiting' } as const;

const row = (change: Partial<PipelineRow> = {}): PipelineRow => ({
  integration: account,
  organization: 'payments',
  project: 'ledger',
  pipeline: 'deploy',
  name: 'Deploy ledger',
  isDefined: true,
  link: 'https://app.harness.io/ng/account/acc/all/orgs/payments/projects/ledger/pipelines/deploy/pipeline-studio',
  figures: {
    succeeded: 44,
    failed: 4,
    cancelled: 2,
    successRate: 44 / 48,
    medianSeconds: 754,
    p90Seconds: 5_460,
  },
  underWay: 1,
  lastRuns: [
    run(1, waiting),
    run(2, failed),
    run(3, { rolledBack: true }),
    run(4),
    run(5),
    run(6, { status: 'Aborted', statusClass: 'cancelled' }),
    run(7),
    run(8, { status: 'Quarantined', statusClass: 'unknown' }),
    run(9),
    run(10),
  ],
  ...change,
});

const nothing = {
  succeeded: 0,
  failed: 0,
  cancelled: 0,
  successRate: null,
  medianSeconds: null,
  p90Seconds: null,
} as const;

const rows: PipelineRow[] = [
  row(),
  row({
    pipeline: 'build',
    name: 'Build and publish the images of the ledger and everything it needs',
    figures: { succeeded: 312, failed: 0, cancelled: 0, successRate: 1, medianSeconds: 188, p90Seconds: 260 },
    underWay: 0,
    lastRuns: [run(11), run(12), run(13)],
  }),
  row({
    project: 'cards',
    pipeline: 'nightly',
    name: 'Nightly',
    isDefined: false,
    link: null,
    underWay: 0,
    figures: { succeeded: 0, failed: 9, cancelled: 0, successRate: 0, medianSeconds: 61, p90Seconds: 75 },
    lastRuns: [run(14, failed), run(15, failed)],
  }),
  row({ project: 'cards', pipeline: 'idle', name: 'Never ran', underWay: 0, figures: nothing, lastRuns: [] }),
];

const days: PipelineDay[] = Array.from({ length: 30 }, (_, index) => {
  const day = new Date(Date.UTC(2026, 9, 23 + index)).toISOString().slice(0, 10);
  const quiet = index % 7 > 4;
  return {
    day,
    succeeded: quiet ? 0 : 1 + (index % 3),
    failed: index % 5 === 2 && !quiet ? 1 : 0,
    cancelled: index === 11 || index === 24 ? 1 : 0,
    medianSeconds: quiet ? null : 420 + ((index * 173) % 900),
  };
});

const execution = (id: number, change: Partial<ExecutionRow> = {}): ExecutionRow => ({
  ...run(id),
  execution: `k3uPXa9mQ0C-plan-${id}`,
  integrationId: account.id,
  organization: 'payments',
  project: 'ledger',
  pipeline: 'deploy',
  startedAt: `2026-11-${String(22 - id).padStart(2, '0')}T08:${String(10 + id)}:00.000Z`,
  endedAt: `2026-11-${String(22 - id).padStart(2, '0')}T08:${String(24 + id)}:30.000Z`,
  settled: true,
  triggerType: 'WEBHOOK',
  triggeredBy: 'ada@example.com',
  branch: 'main',
  pullRequest: null,
  commit: '890590b3273a2be3c0dcf811df22fae5492e6d3a',
  deployed: ['Ledger → Production', 'Ledger → Staging'],
  supersededBy: null,
  isRetry: false,
  isGone: false,
  failureMessage: null,
  link: `https://app.harness.io/ng/account/acc/all/orgs/payments/projects/ledger/pipelines/deploy/deployments/${id}/pipeline`,
  ...change,
});

const failure = 'Task timed out after 10m: deployment "ledger" exceeded its progress deadline';
const executions: ExecutionRow[] = [
  execution(1, { ...waiting, endedAt: null, settled: false }),
  execution(2, { ...failed, failureMessage: failure, isRetry: true }),
  execution(3, { ...failed, failureMessage: failure, supersededBy: 2 }),
  execution(4, { rolledBack: true, pullRequest: '102', branch: 'feature/very-long-branch-name-of-somebody' }),
  execution(5, { commit: null, branch: null, triggerType: 'MANUAL', deployed: [] }),
  execution(6, { status: 'Aborted', statusClass: 'cancelled', isGone: true }),
];

const stage = (node: string, change: Partial<ExecutionStage> = {}): ExecutionStage => ({
  node,
  name: node,
  type: 'Deployment',
  status: 'Success',
  statusClass: 'success',
  startedAt: '2026-11-20T08:12:00.000Z',
  endedAt: '2026-11-20T08:16:10.000Z',
  failureMessage: null,
  isRollback: false,
  deployment: null,
  ...change,
});

const deployment = {
  service: 'Ledger',
  environment: 'Staging',
  environmentType: 'PreProduction',
  infrastructure: 'k8s-eu-west',
  image: 'registry.example.com/payments/ledger',
  tag: '2.14.0',
  digest: `sha256:${'a'.repeat(64)}`,
  version: null,
  frozen: false,
  rolledBack: false,
} as const;

const stages: ExecutionStage[] = [
  stage('Build', { type: 'CI' }),
  stage('Staging', { deployment }),
  stage('Approve', { type: 'Approval', endedAt: '2026-11-22T09:00:00.000Z' }),
  stage('Production', {
    ...failed,
    failureMessage: failure,
    deployment: { ...deployment, environment: 'Production', environmentType: 'Production', rolledBack: true },
  }),
];

export const pipelineAnswers = (stageOf: { none?: boolean } = {}) => [
  prepared('GET', '/api/v1/pipelines', contract.PipelineList, () => ({
    pipelines: stageOf.none === true ? [] : rows,
    total: stageOf.none === true ? 0 : rows.length,
    page: 1,
    pageSize: 50,
  })),
  prepared('GET', '/api/v1/pipelines/:integration/:organization/:project/:pipeline', contract.PipelineDetail, () => ({
    pipeline: row(),
    before: { succeeded: 30, failed: 9, cancelled: 0, successRate: 30 / 39, medianSeconds: 802, p90Seconds: 4_000 },
    days,
  })),
  prepared('GET', '/api/v1/executions', contract.ExecutionList, () => ({
    executions,
    total: executions.length,
    page: 1,
    pageSize: 50,
  })),
  prepared('GET', '/api/v1/executions/:id', contract.ExecutionDetail, ({ params }) => ({
    execution: executions.find(({ id }) => id === Number(params['id'])) ?? execution(2),
    stages,
    commits: [
      { sha: '890590b3273a2be3c0dcf811df22fae5492e6d3a', message: 'Book each entry once', author: 'Ada Byron' },
      { sha: 'b4'.repeat(20), message: null, author: null },
    ],
    repositoryUrl: 'https://git.example.com/payments/ledger.git',
    abortedBy: null,
    mode: 'NORMAL',
    previous: 3,
    cutOff: false,
  })),
];
