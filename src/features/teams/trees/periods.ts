import type { Queryable, Tx } from '../../../platform/database/index.ts';
import type { TreeFilter } from './contract.ts';

/** Of rows with a time span: those that held at `$n`, or hold now. */
export const heldAt = (row: string, place: number): string =>
  `(case when $${place}::timestamptz is null then ${row}.valid_to is null
         else ${row}.valid_from <= $${place} and ($${place} < ${row}.valid_to or ${row}.valid_to is null) end)`;

/** Begins a span where a tree is called or built otherwise than in its last one, which ends. */
export async function keepPeriod(tx: Tx, tree: number): Promise<void> {
  const built = (now: string, before: string): string =>
    `case when t.built_rule_version = t.rule_version then t.${now} else b.${before} end as built_${now}`;
  const said = `select t.id, t.name, t.levels, t.filters, t.automatic, ${built('levels', 'built_levels')}, ${built('filters', 'built_filters')}
    from teams.org_trees t
    left join lateral (select built_levels, built_filters from teams.tree_periods p where p.tree_id = t.id order by p.id desc limit 1) b on true
   where t.id = $1`;
  await tx.execute(
    `update teams.tree_periods p set valid_to = now() from (${said}) s
      where p.tree_id = s.id and p.valid_to is null
        and (p.name, p.levels, p.filters, p.automatic, p.built_levels, p.built_filters)
            is distinct from (s.name, s.levels, s.filters, s.automatic, s.built_levels, s.built_filters)`,
    [tree],
  );
  await tx.execute(
    `insert into teams.tree_periods (tree_id, name, levels, filters, automatic, built_levels, built_filters)
     select s.* from (${said}) s where not exists (select from teams.tree_periods p where p.tree_id = s.id and p.valid_to is null)`,
    [tree],
  );
}

export interface TreeThen {
  name: string;
  /** By which its nodes stood; null: not known. */
  levels: string[] | null;
  filters: TreeFilter[] | null;
}

/** What a tree was called and by what it stood then, or now; undefined: from before this was kept. */
export function treeThen(db: Queryable, tree: number, at: string | null): Promise<TreeThen | undefined> {
  return db.maybeOne(
    `select name, built_levels as levels, built_filters as filters from teams.tree_periods p
      where p.tree_id = $1 and ${heldAt('p', 2)} order by p.id desc limit 1`,
    [tree, at],
  );
}
