import type { Queryable } from '../../../platform/database/index.ts';
import type { Counting, CountingMode } from '../contract.ts';
import type { CountingName, Scope } from './scope.ts';
import { nodeParameters, waitsForNode } from './scope.ts';

interface ServerRow {
  id: number;
  name: string;
  mode: CountingMode;
  told: boolean;
  since: Date | null;
}

/** How the servers count, and what their other mode would make of the same findings. */
export async function readCounting(db: Queryable, scope: Scope): Promise<Counting> {
  const servers = await db.query<ServerRow>(
    `select i.id, i.name, coalesce(m.mode, 'mqr') as mode, coalesce(m.told, false) as told,
            case when m.from_at > '-infinity' then m.from_at end as since
       from shared.integrations i left join shared.current_modes m on m.integration_id = i.id
      where i.kind = 'sonarqube' and i.state <> 'deleting'
        and ($1::bigint[] is null or i.id in (select integration_id from shared.projects where id = any ($1)))
      order by i.name, i.id`,
    [scope.projects],
    'insights modes',
  );
  const [kind, ids, branches, assets] = nodeParameters(scope);
  const rows = await db.query<{ counting: CountingName | 'both'; n: number }>(
    `select counting, sum(n)::bigint as n from (
       select p.counting, p.present as n from insights.present p
        where p.node_kind = $1 and p.node_id = any ($2::bigint[]) and p.counting in ('server', 'other', 'both') and p.branch_class = any ($3)
          and p.class = 'vulnerability' and p.state = 'open' and ($4::text[] is null or p.asset_type = any ($4))
       union all
       select d.counting, d.opened - d.closed from shared.daily_changes d
        where ${waitsForNode('d.project_id')} and d.branch_class = any ($3) and d.part = 'all'
          and d.class = 'vulnerability' and d.state = 'open' and ($4::text[] is null or d.asset_type = any ($4))) x
      group by 1`,
    [kind, ids, branches, assets],
    'insights countings',
  );
  const sum = (counting: CountingName | 'both'): number => rows.find((row) => row.counting === counting)?.n ?? 0;
  return {
    by: scope.counting,
    servers: servers.map(({ id, name, mode, told, since }) => ({
      integrationId: id,
      integration: name,
      mode,
      told,
      since: since?.toISOString() ?? null,
    })),
    server: sum('server'),
    other: sum('other'),
    both: sum('both'),
  };
}
