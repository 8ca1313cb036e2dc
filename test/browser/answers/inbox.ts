import * as contract from '../../../src/features/inbox/contract.ts';
import type { DeliveryAnswer, InboxState } from '../../../src/features/inbox/contract.ts';
import { prepared } from '../stage.ts';

const hook = 'https://plumbline.example.net/hooks/sonarqube/1';

const state: InboxState = {
  integrationId: 1,
  integrationName: 'sonar-production',
  kind: 'sonarqube',
  takesDeliveries: true,
  ownWebhooks: true,
  places: [
    { scope: 'global', permission: 'Administer System' },
    { scope: 'organization', permission: 'Administer' },
    { scope: 'project', permission: 'Administer on the project' },
  ],
  unreachable: null,
  adapters: [
    {
      name: '',
      title: 'SonarQube webhook',
      proof: 'signature',
      url: hook,
      enteredAt: 'Administration → Configuration → Webhooks, or in the settings of a project',
    },
  ],
  webhooks: [
    {
      id: 1,
      scope: 'project',
      target: 'payments-api',
      state: 'active',
      name: 'sonar-production',
      url: hook,
      error: null,
      appliedAt: '2026-11-21T06:00:00.000Z',
      comparedAt: '2026-11-21T08:20:00.000Z',
    },
    {
      id: 2,
      scope: 'project',
      target: 'partner-gateway',
      state: 'failed',
      name: null,
      url: null,
      error: {
        code: 'webhook_limit_reached',
        message: 'The server takes no more webhooks there: the limit is ten.',
        remedy: 'Remove a webhook that is not used any more on the server, then try again.',
        upstream: "Maximum number of webhook reached for project 'partner-gateway'",
      },
      appliedAt: null,
      comparedAt: null,
    },
  ],
  secrets: [
    { adapter: '', purpose: 'own', createdAt: '2026-11-21T08:00:00.000Z', retireAt: null },
    { adapter: '', purpose: 'own', createdAt: '2026-06-01T08:00:00.000Z', retireAt: '2026-11-21T09:00:00.000Z' },
  ],
  counts: { total: 4, waiting: 1, failed: 1, recovered: 1, repeated: 2, lastAt: '2026-11-21T08:24:54.000Z' },
  refusals: [
    {
      reason: 'webhook_not_verified',
      title: 'The delivery is not signed with a live secret of this integration.',
      times: 12,
      lastAt: '2026-11-21T07:10:00.000Z',
      lastAddress: '192.0.2.17',
    },
    {
      reason: 'request_too_large',
      title: 'The request is larger than the limit.',
      times: 1,
      lastAt: '2026-11-20T17:10:00.000Z',
      lastAddress: '192.0.2.17',
    },
  ],
};

const delivery = (id: number, more: Partial<DeliveryAnswer>): DeliveryAnswer => ({
  id,
  adapter: '',
  receivedAt: `2026-11-21T08:2${id}:54.000Z`,
  origin: 'delivered',
  sentAt: null,
  state: 'done',
  event: 'analysis',
  subject: 'payments-api · main',
  outcome: 'reading',
  runId: 3,
  attempts: 0,
  error: null,
  processedAt: `2026-11-21T08:2${id}:54.000Z`,
  times: 1,
  lastAt: `2026-11-21T08:2${id}:54.000Z`,
  bytes: 1_138,
  ...more,
});

const deliveries: DeliveryAnswer[] = [
  delivery(4, { event: null, subject: null, state: 'waiting', outcome: null, runId: null, processedAt: null }),
  delivery(3, { event: 'gate_changed', subject: 'payments-api · pull request 103', times: 3 }),
  delivery(2, { origin: 'recovered', subject: 'partner-gateway · release/2.x' }),
  delivery(1, {
    state: 'failed',
    event: null,
    subject: null,
    outcome: null,
    runId: null,
    attempts: 1,
    error: {
      code: 'malformed_delivery',
      message: 'The body is no delivery of SonarQube: project expected object',
      remedy: 'Look at its body on the Inbox page; replay it after an upgrade.',
      upstream: null,
    },
  }),
];

export const inboxAnswers = (stage: { nothing?: boolean; unreachable?: boolean } = {}) => [
  prepared('GET', '/api/v1/integrations/:id/inbox', contract.InboxState, () => ({
    ...state,
    ...(stage.unreachable === true ? { unreachable } : {}),
    ...(stage.nothing === true ? nothing : {}),
  })),
  prepared('GET', '/api/v1/integrations/:id/deliveries', contract.DeliveryList, () => ({
    deliveries: stage.nothing === true ? [] : deliveries,
    total: stage.nothing === true ? 0 : deliveries.length,
    page: 1,
    pageSize: 25,
  })),
  prepared('GET', '/api/v1/integrations/:id/deliveries/:delivery', contract.DeliveryDetail, ({ params }) => ({
    delivery: deliveries.find(({ id }) => String(id) === params['delivery']) ?? (deliveries[1] as DeliveryAnswer),
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'user-agent': 'SonarQube/26.9.0.129388',
      'x-sonarqube-project': 'payments-api',
    },
    json: {
      status: 'SUCCESS',
      analysedAt: '2026-11-21T08:24:45+0000',
      revision: 'd00e9d48a86f4805c8b5bd9d0583e22b14be4289',
      branch: { name: '103', type: 'PULL_REQUEST', isMain: false },
      qualityGate: { name: 'Sonar way', status: 'OK' },
    },
    text: null,
  })),
  prepared('GET', '/api/v1/integrations/:id/sent-deliveries', contract.SentList, () => ({
    sent: (['received', 'recovered', 'missing'] as const).map((found, index) => ({
      id: `AZ${index}`,
      webhookId: 1,
      at: `2026-11-21T08:2${3 - index}:54.000Z`,
      success: found === 'received',
      httpStatus: found === 'received' ? 204 : found === 'recovered' ? 502 : null,
      durationMs: 34,
      project: 'payments-api',
      found,
      deliveryId: found === 'missing' ? null : 3 - index,
    })),
  })),
];

const unreachable = {
  code: 'webhook_address_unreachable',
  message: 'The hub’s public address is loopback: the server could not reach it.',
  remedy: 'Set PLUMBLINE_PUBLIC_URL to the address under which the server reaches the hub, then start the hub again.',
  upstream: null,
};

const nothing: Partial<InboxState> = {
  webhooks: [],
  secrets: [],
  refusals: [],
  counts: { total: 0, waiting: 0, failed: 0, recovered: 0, repeated: 0, lastAt: null },
};
