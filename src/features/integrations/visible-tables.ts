import type { VisibleTables } from '../../platform/database/index.ts';

/** The name of an integration is of whoever has something that is read through it. */
export const integrationsVisible: VisibleTables = {
  'integrations.integrations': { of: 'integrations', by: 'id' },
};
