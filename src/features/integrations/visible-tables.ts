import type { VisibleTables } from '../../platform/database/index.ts';

/** The name of an integration is of whoever has something that is read through it. */
export const integrationsVisible: VisibleTables = {
  'integrations.integrations': { of: 'integrations', by: 'id' },
  'integrations.removed': { everybody: 'says that something of a time before cannot be told, and reads nothing' },
};

/** What of it stations of such a line lie in. */
export const integrationGrounds = { integration: 'integrations.integrations' } as const;
