import type { VisibleTables } from '../../platform/database/index.ts';

/** Rows of another room that are read as slices of their own: the slice is named by the prefix and their `source_key`. */
export interface SliceOwner {
  table: string;
  prefix: string;
}

/** How far something was read is of whom it is. */
export function ingestionVisible(owners: readonly SliceOwner[]): VisibleTables {
  const ofSlice = (name: string): { where: string } => ({
    where: owners
      .map(
        ({ table, prefix }) =>
          `exists (select from ${table} o where o.integration_id = ${name}.integration_id and ${name}.slice = '${prefix}' || o.source_key)`,
      )
      .join(' or '),
  });
  return {
    'ingestion.slices': ofSlice('slices'),
    'ingestion.sync_wants': ofSlice('sync_wants'),
    'ingestion.bookmarks': ofSlice('bookmarks'),
    'ingestion.completeness': ofSlice('completeness'),
    'ingestion.runs': { of: 'integrations', by: 'integration_id' },
    'ingestion.schedules': { of: 'integrations', by: 'integration_id' },
  };
}
