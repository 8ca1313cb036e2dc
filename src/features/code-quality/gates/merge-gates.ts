import type { MergeSpec } from '../staged.ts';

/** $4 integration. */
export const qualityGateMerge: MergeSpec = {
  table: 'code_quality.quality_gates',
  identity: [['integration_id', '$4::bigint']],
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
