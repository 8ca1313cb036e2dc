import { Readable } from 'node:stream';
import { z } from 'zod';
import { form } from '../../../src/connectors/sonarqube/form.ts';
import { StreamedAnswer } from '../../../src/features/access/index.ts';
import * as contract from '../../../src/features/integrations/contract.ts';
import type {
  CapabilityAnswer,
  CheckResultAnswer,
  CheckStreamLine,
  CredentialInfo,
  EndpointAnswer,
  IntegrationAnswer,
  NetworkPage,
} from '../../../src/features/integrations/contract.ts';
import { prepared } from '../stage.ts';

const checks: CheckResultAnswer[] = [
  { name: 'reachable', title: 'Reachable', outcome: 'ok', message: 'https://sonar.example.net answered in 84 ms.' },
  { name: 'tls', title: 'TLS certificate is trusted', outcome: 'ok', message: 'Valid until 3 Mar 2027.' },
  { name: 'sonarqube', title: 'Is SonarQube', outcome: 'ok', message: 'SonarQube Community Build 26.9.' },
  { name: 'token', title: 'Token is valid', outcome: 'ok', message: 'User token of svc-quality, expires in 71 days.' },
  { name: 'projects', title: 'Can list projects', outcome: 'ok', message: '148 projects.' },
  {
    name: 'administer',
    title: 'Administer permission',
    outcome: 'warning',
    message: 'Not granted: webhooks cannot be created, changes are found by polling every 15 minutes.',
    code: 'invalid_permissions',
    remedy: 'Administration → Security → Global permissions → Administer for svc-quality.',
    upstream: '{"errors":[{"msg":"Insufficient privileges"}]}',
    saveAllowed: true,
  },
];

const failedKeys: CheckResultAnswer = {
  name: 'project_keys',
  suggestions: [{ field: 'projectKeys', entered: 'Payments-API', instead: 'payments-api' }],
  title: 'Project keys',
  outcome: 'failed',
  message: 'Payments-API does not exist. Did you mean payments-api? Keys are case-sensitive.',
  code: 'project_not_found',
  remedy:
    'Correct the key, or leave the box empty to read every project. Try `curl -sS https://sonar.example.net/api/projects/search`.',
  saveAllowed: true,
};

const capabilities: CapabilityAnswer[] = [
  { name: 'projects', title: 'Projects', available: true },
  { name: 'issues', title: 'Issues', available: true },
  { name: 'measures', title: 'Current measures', available: true },
  { name: 'history', title: 'Measure history', available: true },
  {
    name: 'hotspots',
    title: 'Hotspots',
    available: false,
    lost: 'Hotspots to review are not counted.',
    leastPermission: 'Browse on the project',
  },
  {
    name: 'webhooks',
    title: 'Webhooks',
    available: false,
    lost: 'Changes are found by polling every 15 minutes.',
    leastPermission: 'Administer',
  },
];

const endpoints: EndpointAnswer[] = [
  {
    method: 'GET',
    path: 'api/projects/search',
    why: 'Lists projects.',
    since: '6.3',
    without: 'Projects are listed one by one through components/search.',
    permission: 'Browse',
  },
  {
    method: 'GET',
    path: 'api/issues/search',
    why: 'Reads issues with their status and history.',
    since: '3.6',
    without: 'Issues come through issues/list only.',
    permission: 'Browse',
  },
  {
    method: 'GET',
    path: 'api/measures/search_history',
    why: 'Reads six months of measures.',
    since: '6.3',
    without: 'Charts begin on the first day.',
    permission: 'Browse',
  },
];

const credential: CredentialInfo = {
  id: 1,
  label: 'svc-quality',
  kind: 'user',
  lastFour: '9f3c',
  expiresAt: '2027-01-31T00:00:00.000Z',
  expirationDate: null,
  endsAt: '2027-01-31T00:00:00.000Z',
  standing: 'ready',
  disabledAt: null,
  disabledCode: null,
  pausedUntil: null,
  lastUsedAt: '2026-11-21T09:58:00.000Z',
  changedAt: '2026-11-20T17:00:00.000Z',
  createdAt: '2026-11-20T17:00:00.000Z',
};

const refused = {
  standing: 'disabled',
  disabledAt: '2026-11-21T03:14:00.000Z',
  disabledCode: 'invalid_credentials',
} as const;

export const integration: IntegrationAnswer = {
  id: 1,
  place: 'hub',
  name: 'sonar-production',
  kind: 'sonarqube',
  kindTitle: 'SonarQube',
  tags: ['production', 'eu'],
  settings: { url: 'https://sonar.example.net', projectKeys: [], organization: [], branches: 'all', backfillMonths: 6 },
  baseUrl: 'https://sonar.example.net',
  state: 'active',
  capabilities,
  facts: {
    version: '26.9.0.129388',
    edition: 'community',
    mode: 'MQR',
    serverId: '86E1FA4D-AXyYf4',
    tokenExpiresAt: '2027-01-31T00:00:00.000Z',
  },
  checks,
  checkedAt: '2026-11-21T09:41:00.000Z',
  serverId: '86E1FA4D-AXyYf4',
  syncIntervalSeconds: 900,
  credential,
  credentials: [
    credential,
    {
      ...credential,
      id: 2,
      label: 'bot 2',
      lastFour: '77aa',
      endsAt: '2026-11-29T00:00:00.000Z',
      standing: 'expiring',
    },
    { ...credential, id: 3, label: 'bot 3', lastFour: null, ...refused },
  ],
  createdAt: '2026-11-20T17:00:00.000Z',
  updatedAt: '2026-11-20T17:00:00.000Z',
};

const integrations: IntegrationAnswer[] = [
  integration,
  {
    ...integration,
    id: 2,
    name: 'sonar-old-with-a-long-name-that-somebody-once-chose',
    tags: [],
    state: 'paused',
    baseUrl: 'https://old-sonar.internal.example.net/sonarqube',
    credentials: [{ ...credential, endsAt: '2026-11-29T00:00:00.000Z', standing: 'expiring' }],
  },
  { ...integration, id: 3, name: 'trial', state: 'deleting', tags: [], credential: null, credentials: [] },
];

const kept = (line: CheckStreamLine): string => `${JSON.stringify(line)}\n`;

const webhooks = { scope: 'projects' as const, count: 3, single: { allowed: 3, tried: 5, total: 5 } };

async function* checkLines(wait: Promise<void> | undefined, fails: boolean): AsyncGenerator<string> {
  const all = fails ? [...checks, failedKeys] : checks;
  for (const check of all.slice(0, 3)) yield kept({ type: 'check', check });
  await wait;
  for (const check of all.slice(3)) yield kept({ type: 'check', check });
  yield kept({ type: 'report', report: { checks: all, capabilities, facts: {}, saveAllowed: true, webhooks } });
}

async function* savedLines(): AsyncGenerator<string> {
  yield kept({ type: 'report', report: { checks, capabilities, facts: {}, saveAllowed: true, webhooks } });
  yield kept({ type: 'saved', integration });
}

export interface IntegrationStage {
  none?: boolean;
  /** Held back in the middle until it resolves. */
  checkWaits?: Promise<void>;
  checkFails?: boolean;
  /** Connected is one container registry. */
  onlyRegistry?: boolean;
  /** A Bitbucket Server is connected, too. */
  bitbucket?: boolean;
}

const registry: IntegrationAnswer = {
  ...integration,
  id: 9,
  name: 'harbor',
  kind: 'oci-registry',
  kindTitle: 'OCI registry',
};

const bitbucket: IntegrationAnswer = {
  ...registry,
  id: 8,
  name: 'bitbucket-production',
  kind: 'bitbucket-server',
  kindTitle: 'Bitbucket Server',
};

function connected({ none, onlyRegistry, bitbucket: withBitbucket }: IntegrationStage): IntegrationAnswer[] {
  if (none === true) return [];
  if (onlyRegistry === true) return [registry];
  return withBitbucket === true ? [...integrations, bitbucket] : integrations;
}

export const integrationAnswers = (stage: IntegrationStage = {}) => [
  prepared('GET', '/api/v1/integrations', contract.IntegrationList, () => ({
    integrations: connected(stage),
  })),
  prepared('GET', '/api/v1/integrations/:id', contract.IntegrationAnswer, ({ params }) => ({
    integration: connected(stage).find(({ id }) => String(id) === params['id']) ?? integration,
  })),
  prepared('GET', '/api/v1/connectors', contract.ConnectorList, () => ({
    connectors: [
      {
        kind: 'sonarqube',
        title: 'SonarQube',
        description:
          'Projects, issues, hotspots, measures and quality gates of SonarQube Server, Community Build and Cloud.',
        form: form.map((field) => (field.name === 'projectKeys' ? { ...field, choices: true } : field)),
        endpoints,
        streams: [
          { name: 'projects', title: 'Projects' },
          { name: 'issues', title: 'Issues' },
          { name: 'measures', title: 'Measures' },
        ],
        multipleCredentials: true,
      },
    ],
  })),
  prepared('GET', '/api/v1/integrations/:id/endpoints', contract.EndpointList, () => ({
    name: integration.name,
    kind: 'sonarqube',
    baseUrl: integration.baseUrl,
    endpoints,
  })),
  prepared('GET', '/api/v1/integrations/:id/deletion-preview', contract.DeletionPreview, () => ({
    name: integration.name,
    total: 84_211,
    counts: [
      { room: 'code-quality', rows: 81_170 },
      { room: 'ingestion', rows: 3041 },
    ],
  })),
  prepared(
    'GET',
    '/api/v1/network',
    contract.NetworkPage,
    (): NetworkPage => ({
      rows: [
        {
          from: 'Browsers',
          to: 'Plumbline hub',
          host: '127.0.0.1',
          port: 8420,
          protocol: 'http',
          direction: 'inbound',
          purpose: 'Pages and API for people.',
          integrationId: null,
          required: true,
        },
        {
          from: 'Plumbline hub',
          to: 'SonarQube (sonar-production)',
          host: 'sonar.example.net',
          port: 443,
          protocol: 'https',
          direction: 'outbound',
          purpose: 'Reads projects, issues, measures.',
          integrationId: 1,
          required: true,
        },
        {
          from: 'Satellites',
          to: 'SonarQube (sonarqube-factory)',
          host: 'sonarqube.factory.example',
          port: 443,
          protocol: 'https',
          direction: 'elsewhere',
          purpose:
            'Reads projects, issues, measures. In the network of the satellite, by the proxy that its file names; the hub takes no part.',
          integrationId: 7,
          required: true,
        },
        {
          from: 'Analysts’ tools (psql, Grafana, Metabase)',
          to: 'PostgreSQL',
          host: '127.0.0.1',
          port: 54_329,
          protocol: 'postgresql',
          direction: 'inbound',
          purpose: 'Only for people who query schema data with a login of their own.',
          integrationId: null,
          required: false,
        },
      ],
    }),
  ),
  prepared('POST', '/api/v1/integrations/check', z.any(), ({ body }) => {
    // Wrong as long as the key is entered that the near match is for.
    const fails = stage.checkFails === true && JSON.stringify(body).includes('Payments-API');
    return new StreamedAnswer('application/x-ndjson', Readable.from(checkLines(stage.checkWaits, fails)));
  }),
  prepared('POST', '/api/v1/integrations/choices', contract.Choices, ({ body }) => {
    const { text } = body as { text: string };
    const all = ['payments-api', 'payments-web', 'ledger-core', 'checkout'].map((value) => ({
      value,
      label: `The ${value}`,
    }));
    const items = all.filter(({ value }) => value.includes(text));
    return { items, total: text === '' ? 148 : items.length };
  }),
  prepared(
    'POST',
    '/api/v1/integrations',
    z.any(),
    () => new StreamedAnswer('application/x-ndjson', Readable.from(savedLines())),
  ),
  prepared('DELETE', '/api/v1/integrations/:id', contract.DeletedIntegration, () => ({
    integration,
    leftBehind: [
      {
        what: 'Webhook “sonar-production” of project payments-api',
        address: 'https://plumbline.example.net/hooks/sonarqube/1',
        reason: {
          code: 'invalid_permissions',
          message: 'The token may not do this.',
          upstream: '{"errors":[{"msg":"Insufficient privileges"}]}',
        },
        remedy:
          'The token may not. Somebody with Administer on the project removes it on the server: payments-api → Project settings → Webhooks, the entry with this address.',
      },
    ],
  })),
];
