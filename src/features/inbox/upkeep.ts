import type { Upkeep } from '../../platform/database/index.ts';

export const inboxUpkeep: Upkeep = {
  retention: [
    {
      name: 'deliveries',
      title: 'Webhook deliveries received',
      description:
        'Raw deliveries of outside systems. A delivery that is gone cannot be replayed; what it led to stays.',
      standard: 14,
      minimum: 1,
      maximum: 14,
      table: 'inbox.deliveries',
      time: 'received_at',
      only: `t.state <> 'waiting'`,
    },
  ],
};
