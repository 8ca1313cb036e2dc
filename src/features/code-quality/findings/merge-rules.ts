import type { TableSpec } from '../../ingestion/index.ts';

/** Of an integration. Rules stay when no finding uses them any more. */
export const rules: TableSpec = {
  table: 'code_quality.rules',
  identity: ['integration_id'],
  softDelete: false,
  shape:
    'name text, repository text, language text, type text, severity text, status text, cwe jsonb, owasp jsonb, tags jsonb, "isExternal" boolean, sections jsonb',
  columns: [
    ['name', 'r.name'],
    ['repository', 'r.repository'],
    ['language', 'r.language'],
    ['type', 'r.type'],
    ['severity', 'r.severity'],
    ['status', 'r.status'],
    ['cwe', "(select coalesce(array_agg(entry), '{}') from jsonb_array_elements_text(r.cwe) entry)"],
    ['owasp', "(select coalesce(array_agg(entry), '{}') from jsonb_array_elements_text(r.owasp) entry)"],
    ['tags', "(select coalesce(array_agg(entry), '{}') from jsonb_array_elements_text(r.tags) entry)"],
    ['is_external', 'r."isExternal"'],
    ['description', 'r.sections'],
  ],
};
