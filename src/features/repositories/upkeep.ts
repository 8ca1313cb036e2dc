import { forYears, type Upkeep } from '../../platform/database/index.ts';

export const repositoriesUpkeep: Upkeep = {
  retention: [
    {
      name: 'bulk_imports',
      title: 'Imports of many repositories',
      description:
        'Which repositories an import set up and which failed, and why. The projects and their bindings stay.',
      standard: 90,
      minimum: 7,
      maximum: forYears,
      table: 'repositories.bulk_imports',
      time: 'ended_at',
    },
  ],
};
