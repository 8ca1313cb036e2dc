import { forYears, type Upkeep } from '../../platform/database/index.ts';

export const satellitesUpkeep: Upkeep = {
  retention: [
    {
      name: 'satellite_checks',
      title: 'Connection tests of satellites',
      description:
        'Tests that satellites carried out while somebody waited. What the last one found stays with its integration.',
      standard: 30,
      minimum: 1,
      maximum: forYears,
      table: 'satellites.checks',
      time: 'asked_at',
    },
    {
      name: 'satellites',
      title: 'Satellites that are gone',
      description:
        'Satellites by their last call. One that comes back is shown again; what it read stays, and so does its key.',
      standard: 90,
      minimum: 7,
      maximum: forYears,
      table: 'satellites.satellites',
      time: 'seen_at',
    },
  ],
};
