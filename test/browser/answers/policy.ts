import * as contract from '../../../src/features/policy/contract.ts';
import type {
  PlatformAnswer,
  PolicyOverview,
  ResultRow,
  VerdictDetail,
} from '../../../src/features/policy/contract.ts';
import { prepared } from '../stage.ts';

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
const commit = '890590b3273a2be3c0dcf811df22fae5492e6d3a';
const registry = { id: 2, name: 'registry-production', host: 'registry.example.com' };

const place = (id: number, repository: string, tag: string) => ({
  id,
  reference: `registry.example.com/${repository}:${tag}`,
  registry,
  repository,
  digest: digest(String(id % 10)),
  tags: [tag],
});

const row = (id: number, repository: string, change: Partial<ResultRow>): ResultRow => ({
  image: place(id, repository, '2.14.0'),
  status: 'failed',
  reason: 'GATE_FAILED',
  message: 'A quality gate failed.',
  waived: false,
  notEvaluated: false,
  since: '2026-11-21T08:04:00.000Z',
  ...change,
});

const rows: ResultRow[] = [
  row(1, 'shop/checkout', { message: 'A quality gate failed. On linux/arm64/v8 only.' }),
  row(2, 'shop/basket', {}),
  row(3, 'platform/internal/very-long-team-name/partner-gateway-sidecar', {
    status: 'no_data',
    reason: 'NO_PROVENANCE',
    message: 'The image does not say which commit it was built from.',
  }),
  row(4, 'shop/search', { status: 'no_data', reason: 'NO_ANALYSIS', message: 'The commit has not been analysed.' }),
  row(5, 'shop/legacy', { waived: true }),
  row(6, 'shop/mail', { status: 'passed', reason: 'GATES_PASSED', message: 'Every quality gate passed.' }),
  row(7, 'shop/docs', {
    status: 'passed',
    reason: 'GATES_PASSED',
    message: 'Every quality gate passed.',
    notEvaluated: true,
  }),
];

/** The first two are said otherwise now. */
const rowsThen: ResultRow[] = rows.map((one, place) => ({
  ...one,
  now:
    place === 0
      ? { status: 'passed', reason: 'GATES_PASSED', waived: false, notEvaluated: false }
      : place === 1
        ? { status: null, reason: null, waived: false, notEvaluated: false }
        : null,
}));

const settings = {
  warnFails: false,
  notEvaluatedIsNoData: true,
  allowDirty: false,
  usePullRequests: true,
  inheritIndexClaim: true,
  excludedIntegrations: [],
};

const overview: PolicyOverview = {
  policy: 'sonarqube-quality-gates',
  images: { passed: 1_031, failed: 17, waived: 3, noData: 152, error: 1, total: 1_204 },
  reasons: [
    { reason: 'GATE_FAILED', status: 'failed', count: 20 },
    { reason: 'IMAGE_UNREADABLE', status: 'error', count: 1 },
    { reason: 'NO_PROVENANCE', status: 'no_data', count: 101 },
    { reason: 'NO_ANALYSIS', status: 'no_data', count: 51 },
    { reason: 'GATES_PASSED', status: 'passed', count: 1_031 },
  ],
  setup: { sonarqubeIntegrations: 2, registryIntegrations: 1, analysedCommits: true, images: true, next: null },
  settings,
};

const empty: PolicyOverview = {
  ...overview,
  images: { passed: 0, failed: 0, waived: 0, noData: 0, error: 0, total: 0 },
  reasons: [],
  setup: {
    sonarqubeIntegrations: 1,
    registryIntegrations: 0,
    analysedCommits: true,
    images: false,
    next: 'connect_registry',
  },
};

const platform = (name: string, change: Partial<PlatformAnswer>): PlatformAnswer => ({
  digest: digest(name.includes('arm') ? 'd' : 'c'),
  platform: name,
  status: 'failed',
  reason: 'GATE_FAILED',
  claim: {
    trust: 'signed',
    commit,
    exact: true,
    repositoryKey: 'git.example.com/shop/checkout',
    repositoryUrl: 'https://git.example.com/shop/checkout',
    ref: 'refs/heads/main',
    subdir: null,
    inherited: true,
  },
  flags: ['CLAIMS_DIFFER'],
  projects: [
    {
      integrationId: 1,
      integrationName: 'sonar-production',
      projectId: 1,
      projectKey: 'shop-checkout',
      projectName: 'Shop checkout',
      status: 'failed',
      reason: 'GATE_FAILED',
      flags: [],
      analysis: {
        id: 512,
        scope: 'branch',
        branch: 'main',
        revision: commit,
        gateStatus: 'ERROR',
        gateEvaluated: true,
        analyzedAt: '2026-11-21T07:58:00.000Z',
        changedAt: '2026-11-21T07:58:00.000Z',
        repository: null,
        conditions: [
          {
            metric: 'new_coverage',
            name: 'Coverage on new code',
            operator: 'LT',
            threshold: '80',
            actualValue: '42.0',
            status: 'ERROR',
          },
          {
            metric: 'new_violations',
            name: 'New issues',
            operator: 'GT',
            threshold: '0',
            actualValue: '0',
            status: 'OK',
          },
        ],
      },
    },
  ],
  hints: [],
  ...change,
});

const detail: VerdictDetail = {
  policy: 'sonarqube-quality-gates',
  image: place(1, 'shop/checkout', '2.14.0'),
  status: 'failed',
  reason: 'GATE_FAILED',
  message: 'A quality gate failed. On linux/amd64 only.',
  remedy: 'Fix what its conditions name and build the image again, or record a waiver with a reason and an end.',
  upstream: null,
  waiver: null,
  since: '2026-11-21T08:04:00.000Z',
  platforms: [
    platform('linux/amd64', {}),
    platform('linux/arm64/v8', {
      status: 'no_data',
      reason: 'NO_ANALYSIS',
      projects: [],
      flags: [],
      hints: [
        {
          code: 'LIKELY_MERGE_COMMIT',
          message: 'The image was built from a pull request’s test merge, which SonarQube never analyses.',
        },
      ],
    }),
  ],
  history: [
    {
      status: 'failed',
      reason: 'GATE_FAILED',
      message: 'A quality gate failed. On linux/amd64 only.',
      validFrom: '2026-11-21T08:04:00.000Z',
      validTo: null,
    },
    {
      status: 'no_data',
      reason: 'NO_ANALYSIS',
      message: 'The commit has not been analysed.',
      validFrom: '2026-11-21T08:02:00.000Z',
      validTo: '2026-11-21T08:04:00.000Z',
    },
  ],
  waivers: [],
  environments: ['staging'],
};

/** Thirty days in which the share rises; the first have no data at all. */
const trend = Array.from({ length: 24 }, (_, day) => ({
  day: new Date(Date.UTC(2026, 10, 21) - (23 - day) * 864e5).toISOString().slice(0, 10),
  passed: 400 + day * 26,
  failed: 60 - day,
  noData: 300 - day * 6,
  error: day % 2,
}));

export const policyAnswers = (stage: { none?: boolean } = {}) => [
  prepared('GET', '/api/v1/policy', contract.Overview, () => (stage.none === true ? empty : overview)),
  prepared('GET', '/api/v1/policy/trend', contract.Trend, () => ({ days: stage.none === true ? [] : trend })),
  prepared('GET', '/api/v1/policy/results', contract.ResultList, ({ query }) => ({
    results: typeof query['asOf'] === 'string' ? rowsThen : rows,
    total: 1_204,
    page: 1,
    pageSize: 50,
    ...(typeof query['asOf'] === 'string' ? { asOf: { at: query['asOf'], settings, nothingSaid: null } } : {}),
  })),
  prepared('GET', '/api/v1/policy/images/:id', contract.VerdictDetail, () => detail),
  prepared('GET', '/api/v1/policy/verdicts', contract.BriefVerdicts, () => ({
    verdicts: rows.map(({ image, status, reason, waived, notEvaluated }) => ({
      imageId: image.id,
      status,
      reason,
      waived,
      notEvaluated,
    })),
  })),
  prepared(
    'GET',
    '/api/v1/policy/mappings',
    contract.MappingList,
    (): contract.MappingList => ({
      mappings:
        stage.none === true
          ? []
          : [
              {
                id: 1,
                images: 'shop/checkout-*',
                registry: null,
                repository: null,
                origin: 'person',
                createdBy: 'Ada',
                projects: [
                  {
                    projectKey: 'shop-checkout',
                    integration: null,
                    directory: null,
                  },
                ],
                createdAt: '2026-11-10T08:00:00.000Z',
              },
              {
                id: 2,
                images: null,
                registry: null,
                origin: 'file',
                createdBy: 'ci',
                createdAt: '2026-11-12T08:00:00.000Z',
                repository: 'https://git.example.com/shop/mono',
                projects: [
                  {
                    projectKey: 'shop-basket',
                    integration: {
                      id: 1,
                      name: 'sonar-production',
                    },
                    directory: 'svc/basket',
                  },
                  {
                    projectKey: 'shop-mail',
                    integration: null,
                    directory: '',
                  },
                ],
              },
            ],
    }),
  ),
  prepared(
    'GET',
    '/api/v1/policy/environments',
    contract.EnvironmentList,
    (): contract.EnvironmentList => ({
      environments:
        stage.none === true
          ? []
          : [
              {
                name: 'production',
                images: [
                  {
                    image: place(6, 'shop/mail', '1.9.0'),
                    reference: 'registry.example.com/shop/mail:1.9.0',
                    tagMoved: false,
                    status: 'passed',
                    reason: 'GATES_PASSED',
                    waived: false,
                    setAt: '2026-11-20T12:00:00.000Z',
                    setBy: 'ci-deploy',
                  },
                  {
                    image: place(5, 'shop/legacy', '0.4'),
                    reference: 'registry.example.com/shop/legacy:latest',
                    tagMoved: true,
                    status: 'failed',
                    reason: 'GATE_FAILED',
                    waived: true,
                    setAt: '2026-10-20T12:00:00.000Z',
                    setBy: 'ada@example.com',
                  },
                ],
              },
            ],
    }),
  ),
];
