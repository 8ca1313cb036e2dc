import type { Queryable } from '../../../platform/database/index.ts';
import type { Vocabulary } from './check-sql.ts';

/** Reads what a statement may name. Some 5 ms; views and functions change only with a version. */
export async function readVocabulary(db: Queryable): Promise<Vocabulary> {
  const row = await db.one<{ relations: string[]; custom: string[]; columns: string[]; functions: string[] }>(`
    select
      array(select relname::text from pg_class
            where relnamespace = to_regnamespace('data') and relkind in ('v', 'r', 'm')) as relations,
      array(select relname::text from pg_class
            where relnamespace = to_regnamespace('custom') and relkind in ('v', 'r', 'm', 'p')) as custom,
      array(select distinct a.attname::text from pg_attribute a join pg_class c on c.oid = a.attrelid
            where c.relnamespace = to_regnamespace('data') and a.attnum > 0 and not a.attisdropped) as columns,
      array(select distinct proname::text from pg_proc
            where pronamespace = 'pg_catalog'::regnamespace and pronargs >= 1
              and pronargs - pronargdefaults <= 1) as functions`);
  return {
    relations: new Set(row.relations),
    custom: new Set(row.custom),
    // Not those of custom: who builds there must not make a function callable by the name of a column.
    columns: new Set(row.columns),
    oneArgumentFunctions: new Set(row.functions),
  };
}
