import type { QueryAnswer } from '../../../features/explorer/contract.ts';
import type { CliCommand } from '../context.ts';
import { exitCodes, formatTable } from '../output.ts';

/** `plumbline sql "<select …>" [--format table|json|csv]`, `plumbline sql --connection-string`. */
export const sqlCommand: CliCommand = (program, { api, terminal }, run) => {
  program
    .command('sql [statement]')
    .description('run one SELECT over the schema data')
    .option('--format <format>', 'table, json or csv', 'table')
    .option(
      '--connection-string [name]',
      'make a read-only PostgreSQL login for psql, Grafana or Metabase and print it once',
    )
    .option('--write', 'that login may build in schema custom, e.g. with dbt')
    .option('--days <days>', 'how long that login lives', '90')
    .action(
      (
        statement: string | undefined,
        options: { format: string; connectionString?: string | true; days: string; write?: true },
      ) =>
        run(async () => {
          if (options.connectionString !== undefined) {
            const name = options.connectionString === true ? 'command line' : options.connectionString;
            const expiresAt = new Date(Date.now() + Number(options.days) * 86_400_000).toISOString();
            const made = await api.send<{ connectionString: string }>('POST', 'api/v1/explorer/analysts', {
              name,
              scope: options.write === true ? 'read_write' : 'read',
              expiresAt,
            });
            terminal.out(`${made.connectionString}\n`);
            return exitCodes.good;
          }
          if (statement === undefined) {
            terminal.err('Say what to select: plumbline sql "select count(*) from data.sonarqube_issues"\n');
            return exitCodes.failed;
          }
          if (options.format === 'csv') {
            const response = await api.open('POST', 'api/v1/explorer/query', { sql: statement, format: 'csv' });
            terminal.out(await response.text());
            return exitCodes.good;
          }
          const answer = await api.send<QueryAnswer>('POST', 'api/v1/explorer/query', { sql: statement });
          terminal.out(options.format === 'json' ? `${asJson(answer)}\n` : `${asTable(answer)}\n`);
          if (answer.truncated) terminal.err(`cut off after ${answer.rowCount} rows\n`);
          return exitCodes.good;
        }),
    );
};

function asJson(answer: QueryAnswer): string {
  const rows = answer.rows.map((row) =>
    Object.fromEntries(answer.columns.map((column, index) => [column.name, row[index]])),
  );
  return JSON.stringify(rows, null, 2);
}

function asTable(answer: QueryAnswer): string {
  const rows = answer.rows.map((row) =>
    row.map((cell) => (typeof cell === 'object' && cell !== null ? JSON.stringify(cell) : cell)),
  );
  return formatTable(
    answer.columns.map((column) => column.name),
    rows,
  );
}
