import * as contract from '../../../src/features/operations/outgoing-webhooks/contract.ts';
import type { WebhookDelivery, WebhookEndpoint } from '../../../src/features/operations/outgoing-webhooks/contract.ts';
import { prepared } from '../stage.ts';

const endpoints: WebhookEndpoint[] = [
  {
    id: 1,
    url: 'https://hooks.example.com/services/plumbline/production',
    description: 'Channel of the platform team',
    events: ['health.changed', 'gate.changed'],
    disabledAt: null,
    disabledCode: null,
    failingSince: null,
    previousSecretUntil: null,
    lastDeliveredAt: '2026-11-21T09:12:00.000Z',
    pending: 0,
    createdAt: '2026-10-02T08:00:00.000Z',
    createdBy: 'ada@example.com',
  },
  {
    id: 2,
    url: 'https://pager.example.net/in',
    description: '',
    events: ['health.changed'],
    disabledAt: null,
    disabledCode: null,
    failingSince: '2026-11-21T08:40:00.000Z',
    previousSecretUntil: null,
    lastDeliveredAt: null,
    pending: 2,
    createdAt: '2026-11-20T08:00:00.000Z',
    createdBy: 'ada@example.com',
  },
  {
    id: 3,
    url: 'https://gone.example.org/a-rather-long-path/that-nobody/would-type/by-hand?with=a&query=too',
    description: '',
    events: ['policy.changed'],
    disabledAt: '2026-11-18T08:40:00.000Z',
    disabledCode: 'webhook_refused',
    failingSince: '2026-11-17T08:40:00.000Z',
    previousSecretUntil: null,
    lastDeliveredAt: '2026-11-16T08:40:00.000Z',
    pending: 0,
    createdAt: '2026-09-20T08:00:00.000Z',
    createdBy: 'ada@example.com',
  },
];

const body = JSON.stringify({
  id: '0f0b5a52-7a38-4a35-9a3c-6f1e0a0d8a11',
  type: 'health.changed',
  sequence: 41,
  occurred_at: '2026-11-21T09:12:00.000Z',
  data: {
    integration: { id: 1, name: 'sonar-production', kind: 'sonarqube' },
    before: 'HEALTHY',
    after: 'NEEDS_ATTENTION',
    reasons: [{ code: 'runs_failed', message: '3 of 672 runs of the last 7 days failed: server_not_ready (3).' }],
  },
});

const delivered: WebhookDelivery = {
  id: 9,
  endpointId: 1,
  eventId: '0f0b5a52-7a38-4a35-9a3c-6f1e0a0d8a11',
  sequence: 41,
  type: 'health.changed',
  state: 'delivered',
  attempts: 2,
  status: 200,
  code: null,
  message: null,
  remedy: null,
  answer: null,
  durationMs: 184,
  attemptedAt: '2026-11-21T09:12:35.000Z',
  nextAttemptAt: null,
  createdAt: '2026-11-21T09:12:00.000Z',
  body,
};

const failed: WebhookDelivery = {
  ...delivered,
  id: 8,
  state: 'failed',
  attempts: 14,
  status: 503,
  code: 'webhook_refused',
  answer: 'down for repair',
  message: 'The endpoint did not answer with a status from 200 to 299.',
  remedy: 'Look at its own words and log; answer 2xx as soon as the event is stored, within 10 seconds.',
  createdAt: '2026-11-19T09:12:00.000Z',
};

const path = '/api/v1/outgoing-webhooks';

export const webhookAnswers = (present: readonly WebhookEndpoint[] = endpoints) => [
  prepared('GET', path, contract.WebhookEndpointList, () => ({ endpoints: [...present] })),
  prepared('POST', path, contract.WebhookSecret, () => ({
    endpoint: endpoints[0]!,
    secret: 'whsec_bm90LWEtcmVhbC1zZWNyZXQtYnV0LWFzLWxvbmc=',
  })),
  prepared('GET', `${path}/:id/deliveries`, contract.WebhookDeliveryList, () => ({
    deliveries: [delivered, failed],
    nextBefore: 8,
  })),
  prepared('POST', `${path}/:id/test`, contract.OneWebhookDelivery, () => ({
    delivery: { ...delivered, type: 'webhook.test' },
  })),
];
