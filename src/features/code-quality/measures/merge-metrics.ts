import type { TableSpec } from '../../ingestion/index.ts';

/** Of an integration. */
export const metrics: TableSpec = {
  table: 'code_quality.metrics',
  identity: ['integration_id'],
  softDelete: true,
  shape:
    '"sourceId" text, name text, description text, type text, domain text, direction smallint, qualitative boolean, hidden boolean',
  columns: [
    ['source_id', 'r."sourceId"'],
    ['name', 'r.name'],
    ['description', 'r.description'],
    ['type', 'r.type'],
    ['domain', 'r.domain'],
    ['direction', 'r.direction'],
    ['qualitative', 'r.qualitative'],
    ['hidden', 'r.hidden'],
  ],
};
