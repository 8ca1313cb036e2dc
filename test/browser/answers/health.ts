import { IntegrationHealthList } from '../../../src/features/ingestion/contract.ts';
import type { IntegrationHealth } from '../../../src/features/ingestion/contract.ts';
import { prepared } from '../stage.ts';

const health: IntegrationHealth[] = [
  {
    integrationId: 1,
    integrationName: 'sonar-production',
    health: 'NEEDS_ATTENTION',
    since: '2026-11-19T07:12:00.000Z',
    reasons: [
      {
        code: 'runs_failed',
        message: '3 of 672 runs of the last 7 days failed, 1 more was partial: server_not_ready (3), source_moved (1).',
      },
      { code: 'credential_expiring', message: 'Credential “bot 2” expires on 2026-11-29, in 8 days.' },
    ],
    runs: { success: 668, partial: 1, failed: 3 },
  },
  {
    integrationId: 2,
    integrationName: 'sonar-old-with-a-long-name-that-somebody-once-chose',
    health: 'PAUSED',
    since: '2026-11-01T07:12:00.000Z',
    reasons: [{ code: 'paused', message: 'A person paused it; nothing runs by itself.' }],
    runs: { success: 0, partial: 0, failed: 0 },
  },
  {
    integrationId: 3,
    integrationName: 'trial',
    health: 'DELETING',
    since: '2026-11-21T09:59:00.000Z',
    reasons: [{ code: 'deleting', message: 'The integration is being deleted.' }],
    runs: { success: 4, partial: 0, failed: 0 },
  },
];

export const healthAnswers = (present: readonly IntegrationHealth[] = health) => [
  prepared('GET', '/api/v1/health', IntegrationHealthList, () => ({ integrations: [...present] })),
];
