import { forYears, type Upkeep } from '../../platform/database/index.ts';
import { shortenAuditTrail } from './audit-trail/shorten.ts';

export const accessUpkeep: Upkeep = {
  retention: [
    {
      name: 'audit_trail',
      title: 'Audit trail',
      description:
        'Who changed what. What is left goes on from the hash of the last row that went. Check what your rules ask for before making it shorter.',
      standard: 730,
      minimum: 90,
      maximum: forYears,
      table: 'access.audit_events',
      time: 'at',
      drop: shortenAuditTrail,
    },
  ],
  leftOutOfBackups: {
    'access.sessions': 'a session that was ended must not come back',
    'access.sign_in_attempts': 'counts of a quarter of an hour',
    'access.setup': 'a secret of an hour',
  },
};
