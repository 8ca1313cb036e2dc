import { forYears, type Upkeep } from '../../platform/database/index.ts';

export const accessUpkeep: Upkeep = {
  retention: [
    {
      name: 'audit_trail',
      title: 'Audit trail',
      description: 'Who changed what. Check what your rules ask for before making it shorter.',
      standard: 730,
      minimum: 90,
      maximum: forYears,
      table: 'access.audit_events',
      time: 'at',
    },
  ],
  leftOutOfBackups: {
    'access.sessions': 'a session that was ended must not come back',
    'access.sign_in_attempts': 'counts of a quarter of an hour',
    'access.setup': 'a secret of an hour',
  },
};
