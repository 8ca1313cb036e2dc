import type { Database } from '../../src/platform/database/index.ts';

export interface Damage {
  expected: readonly { kind: string; sourceKey: string; fields: readonly string[] }[];
  /** Slice that got the issue the server never had. */
  inventedIn: string;
}

/** Deletes one stored issue, invents one, changes the status of one and the severity of one, in four projects. */
export async function damage(db: Database): Promise<Damage> {
  const projects = await db.query<{ id: number; source_key: string; key: string }>(
    `select p.id, p.source_key, (select min(f.source_key) from code_quality.findings f
              where f.project_id = p.id and f.kind = 'issue' and f.deleted_at is null) as key
       from code_quality.projects p
      where p.source_key in ('lab-checkout', 'lab-payments', 'lab-catalogue', 'lab-twelve-thousand') order by p.source_key`,
  );
  const [first, second, third, fourth] = projects;
  if (first === undefined || second === undefined || third === undefined || fourth === undefined)
    throw new Error('the lab was not fed');
  const invented = 'AZ-invented-by-a-test';
  await db.execute('delete from code_quality.findings where source_key = $1', [first.key]);
  await inventLike(db, second.key, invented);
  await db.execute("update code_quality.findings set status = 'REOPENED' where source_key = $1", [third.key]);
  await db.execute(
    "update code_quality.findings set severity = case severity when 'INFO' then 'BLOCKER' else 'INFO' end where source_key = $1",
    [fourth.key],
  );
  return {
    expected: [
      { kind: 'missing', sourceKey: first.key, fields: [] },
      { kind: 'invented', sourceKey: invented, fields: [] },
      { kind: 'changed', sourceKey: third.key, fields: ['status'] },
      { kind: 'changed', sourceKey: fourth.key, fields: ['severity'] },
    ],
    inventedIn: `project:${second.source_key}`,
  };
}

async function inventLike(db: Database, like: string, sourceKey: string): Promise<void> {
  const columns = await db.query<{ name: string }>(
    `select quote_ident(column_name) as name from information_schema.columns
      where table_schema = 'code_quality' and table_name = 'findings' and is_generated = 'NEVER'
        and column_name not in ('id', 'source_key')`,
  );
  const names = columns.map(({ name }) => name).join(', ');
  await db.execute(
    `insert into code_quality.findings (source_key, ${names}) select $1, ${names} from code_quality.findings where source_key = $2`,
    [sourceKey, like],
  );
}
