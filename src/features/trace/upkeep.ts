import type { Upkeep } from '../../platform/database/index.ts';

export const traceUpkeep: Upkeep = {
  leftOutOfBackups: {
    'trace.mentions': 'derived',
    'trace.registry_hosts': 'what the index was made with',
  },
};
