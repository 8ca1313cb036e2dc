import type { IntegrationSources } from '../integrations/index.ts';

export type { OpenedIntegration, SourceSummary } from '../integrations/index.ts';

/** What ingestion needs of the integrations room. */
export type Sources = Pick<IntegrationSources, 'active' | 'open' | 'connector' | 'confirmIdentity'>;
