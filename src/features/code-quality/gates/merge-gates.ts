import type { TableSpec } from '../../ingestion/index.ts';

/** Of an integration. */
export const qualityGates: TableSpec = {
  table: 'code_quality.quality_gates',
  identity: ['integration_id'],
  softDelete: true,
  shape: 'name text, "isDefault" boolean, "isBuiltIn" boolean, "caycStatus" text, conditions jsonb',
  columns: [
    ['name', 'r.name'],
    ['is_default', 'r."isDefault"'],
    ['is_built_in', 'r."isBuiltIn"'],
    ['cayc_status', 'r."caycStatus"'],
    ['conditions', 'r.conditions'],
  ],
};
