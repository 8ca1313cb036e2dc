import { forYears, type Upkeep } from '../../platform/database/index.ts';

export const operationsUpkeep: Upkeep = {
  retention: [
    {
      name: 'outgoing_deliveries',
      title: 'Webhook events sent',
      description: 'Events told to other programs, with every attempt. One that is gone cannot be sent again.',
      standard: 14,
      minimum: 2,
      maximum: 14,
      table: 'operations.webhook_events',
      time: 'occurred_at',
    },
    {
      name: 'retention_log',
      title: 'What retention dropped',
      description: 'The list on this page.',
      standard: 365,
      minimum: 30,
      maximum: forYears,
      table: 'operations.retention_runs',
      time: 'started_at',
    },
  ],
  leftOutOfBackups: {
    'operations.processes': 'belongs to processes that run',
  },
};
