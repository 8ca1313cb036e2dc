import { Readable } from 'node:stream';
import { z } from 'zod';
import { StreamedAnswer } from '../../../src/features/access/index.ts';
import * as contract from '../../../src/features/ingestion/contract.ts';
import type {
  Audit,
  CompletenessRow,
  FindResult,
  Run,
  StreamCount,
  Task,
} from '../../../src/features/ingestion/contract.ts';
import { prepared } from '../stage.ts';

const base: Run = {
  id: 1,
  integrationId: 1,
  integrationName: 'sonar-production',
  kind: 'incremental_sync',
  status: 'success',
  requestedBy: 'schedule',
  scanFrom: '2026-11-21T09:26:00.000Z',
  scanTo: '2026-11-21T09:41:00.000Z',
  aggregationStatus: 'success',
  startedAt: '2026-11-21T09:41:02.000Z',
  finishedAt: '2026-11-21T09:41:06.000Z',
  durationMs: 4000,
  retries: 0,
  httpRequests: 9,
  httpRetries: 0,
  completeness: { stored: 81_170, source: 81_170, unproven: 0 },
  rowsChanged: 0,
  error: null,
  progress: null,
};

const notReadable = {
  code: 'invalid_permissions',
  message: '12 issues of partner-gateway are not readable.',
  remedy: 'Give svc-quality Browse on partner-gateway: Project settings → Permissions.',
  upstream: '{"errors":[{"msg":"Insufficient privileges"}]}',
};

const runs: Run[] = [
  {
    ...base,
    id: null,
    status: 'scheduled',
    startedAt: '2026-11-21T10:11:00.000Z',
    finishedAt: null,
    durationMs: null,
    scanFrom: null,
    scanTo: null,
    completeness: null,
  },
  {
    ...base,
    id: 6,
    status: 'running',
    startedAt: '2026-11-21T09:59:40.000Z',
    finishedAt: null,
    durationMs: null,
    completeness: null,
    progress: {
      stage: 'Reading issues',
      tasksDone: 91,
      tasksTotal: 148,
      recordsStaged: 42_800,
      recordsPerSecond: 2140,
      secondsLeft: 20,
    },
  },
  { ...base, id: 5 },
  {
    ...base,
    id: 4,
    kind: 'webhook',
    completeness: { stored: 12_004, source: 12_004, unproven: 0 },
    rowsChanged: 3,
    durationMs: 2100,
  },
  {
    ...base,
    id: 3,
    kind: 'repair',
    status: 'partial',
    retries: 2,
    durationMs: 41_000,
    completeness: { stored: 69_158, source: 69_170, unproven: 1 },
    error: notReadable,
    rowsChanged: 4,
  },
  {
    ...base,
    id: 2,
    kind: 'backfill',
    status: 'failed',
    retries: 3,
    durationMs: 190_000,
    scanFrom: '2026-05-21T00:00:00.000Z',
    completeness: null,
    error: {
      code: 'server_not_ready',
      message: 'SonarQube is starting.',
      remedy: 'Nothing to do: the next run tries again.',
      upstream: null,
    },
  },
  { ...base, id: 1, kind: 'aggregation', aggregationStatus: null, completeness: null, durationMs: 640 },
];

const stream = (change: Partial<StreamCount>): StreamCount => ({
  stream: 'issues',
  scope: 'main',
  outcome: 'complete',
  source: 12_004,
  stored: 12_004,
  inserted: 3,
  updated: 11,
  gone: 2,
  setAside: 0,
  method: 'issues/list',
  proof: 'key_set',
  sourceMoved: false,
  held: false,
  error: null,
  ...change,
});

const task = (change: Partial<Task>): Task => ({
  id: 1,
  runId: 3,
  slice: 'project:payments-api',
  part: 'current',
  status: 'success',
  stage: null,
  done: 12_004,
  total: 12_004,
  retries: 0,
  httpRequests: 27,
  httpRetries: 1,
  startedAt: '2026-11-21T09:41:02.000Z',
  finishedAt: '2026-11-21T09:41:05.000Z',
  durationMs: 3100,
  error: null,
  streams: [
    stream({}),
    stream({
      stream: 'hotspots',
      source: 41,
      stored: 41,
      inserted: 0,
      updated: 0,
      gone: 0,
      proof: 'counts_equal',
      method: 'hotspots/search',
    }),
  ],
  ...change,
});

const tasks: Task[] = [
  task({
    id: 3,
    slice: 'project:partner-gateway',
    status: 'failed',
    retries: 2,
    error: notReadable,
    streams: [stream({ outcome: 'unavailable', source: null, stored: 0, error: notReadable })],
  }),
  task({ id: 2 }),
  task({ id: 1, slice: 'discovery', part: 'discovery', streams: [] }),
];

const completenessRows: CompletenessRow[] = [
  {
    slice: 'project:partner-gateway',
    projectId: 3,
    stream: 'issues',
    scope: 'main',
    source: 812,
    stored: 800,
    method: 'issues/search',
    proof: 'unproven',
    outcome: 'complete',
    measuredAt: '2026-11-21T09:41:05.000Z',
  },
  {
    slice: 'project:payments-api',
    projectId: 1,
    stream: 'issues',
    scope: 'main',
    source: 12_004,
    stored: 12_004,
    method: 'issues/list',
    proof: 'key_set',
    outcome: 'complete',
    measuredAt: '2026-11-21T09:41:05.000Z',
  },
  {
    slice: 'project:payments-api',
    projectId: 1,
    stream: 'hotspots',
    scope: 'main',
    source: null,
    stored: 0,
    method: 'hotspots/search',
    proof: 'unproven',
    outcome: 'unavailable',
    measuredAt: '2026-11-21T09:41:05.000Z',
  },
];

const audit: Audit = {
  id: 1,
  integrationId: 1,
  runId: 3,
  requestedBy: 'ada@example.com',
  status: 'different',
  createdAt: '2026-11-21T09:45:00.000Z',
  finishedAt: '2026-11-21T09:45:40.000Z',
  tasksDone: 148,
  tasksTotal: 148,
  error: null,
  scopes: [
    {
      slice: 'project:payments-api',
      stream: 'issues',
      scope: 'main',
      label: 'payments-api · main',
      source: 12_004,
      stored: 12_004,
      retained: 18,
      method: 'issues/search',
      proof: 'counts_equal',
      differenceCount: 2,
      differences: [
        { stream: 'issues', scope: 'main', sourceKey: 'AZqT0k8Wb1', kind: 'missing', fields: [] },
        {
          stream: 'issues',
          scope: 'main',
          sourceKey: 'AZqT0k8Wb2',
          kind: 'changed',
          fields: [{ name: 'status', stored: 'OPEN', source: 'FIXED' }],
        },
      ],
    },
    {
      slice: 'project:ledger-core',
      stream: 'issues',
      scope: 'main',
      label: 'ledger-core · main',
      source: 7011,
      stored: 7011,
      retained: 0,
      method: 'issues/search',
      proof: 'counts_equal',
      differenceCount: 0,
      differences: [],
    },
  ],
};

export const runAnswers = () => [
  prepared('GET', '/api/v1/runs', contract.RunList, () => ({ runs, total: 137, page: 1, pageSize: 50 })),
  prepared(
    'GET',
    '/api/v1/runs/:id',
    contract.Run,
    ({ params }) => runs.find(({ id }) => String(id) === params['id']) ?? runs[2]!,
  ),
  prepared(
    'GET',
    '/api/v1/runs/:id/events',
    z.any(),
    () =>
      new StreamedAnswer('text/event-stream', Readable.from([`event: progress\ndata: ${JSON.stringify(runs[1])}\n\n`])),
  ),
  prepared('GET', '/api/v1/runs/:id/tasks', contract.TaskList, () => ({ tasks, total: 149, page: 1, pageSize: 50 })),
  prepared('GET', '/api/v1/integrations/:id/completeness', contract.Completeness, () => ({
    source: 81_182,
    stored: 81_170,
    slices: 148,
    complete: 147,
    rows: completenessRows,
    total: 296,
  })),
  prepared('GET', '/api/v1/integrations/:id/audits', z.object({ audits: z.array(contract.Audit) }), () => ({
    audits: [{ ...audit, scopes: [] }],
  })),
  prepared('GET', '/api/v1/audits/:id', contract.Audit, () => audit),
  prepared(
    'GET',
    '/api/v1/integrations/:id/find',
    contract.FindResult,
    ({ query }): FindResult => ({
      query: String(query['q']),
      stored: [
        {
          kind: 'issue',
          id: 1,
          label: 'payments-api',
          projectId: 1,
          runId: 4,
          facts: { status: 'OPEN', severity: 'BLOCKER', rule: 'java:S2076', deleted_at: null },
        },
      ],
      server: [
        {
          kind: 'issue',
          found: true,
          link: 'https://sonar.example.net/project/issues?id=payments-api&issues=AZqT0k8Wb1',
          summary: { status: 'OPEN', severity: 'BLOCKER' },
        },
      ],
      serverError: null,
    }),
  ),
];
