import { forYears, type Upkeep } from '../../platform/database/index.ts';

export const deploymentsUpkeep: Upkeep = {
  retention: [
    {
      name: 'deployments',
      title: 'Deployments',
      description:
        'What was deployed where, by when it took effect. What runs now, what ran before it and the newest attempt stay. Delivery figures of a time that is forgotten are lost.',
      standard: 1_095,
      minimum: 90,
      maximum: forYears,
      table: 'deployments.deployments',
      time: 'at',
      only: `not exists (select from deployments.places p where p.id = t.place_id and t.id in (p.running_id, p.previous_id, p.newest_id))`,
    },
  ],
};
