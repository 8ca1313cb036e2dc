import type { CreatedToken, TokenList } from '../../../features/access/contract.ts';
import type { CliCommand } from '../context.ts';
import { exitCodes, formatTable } from '../output.ts';

/** `plumbline token create --role viewer`, `token list`, `token revoke <id>`. */
export const tokenCommands: CliCommand = (program, { api, terminal }, run) => {
  const token = program.command('token').description('look after API tokens');

  token
    .command('create')
    .description('make an API token; its secret is printed once')
    .option('--role <role>', 'admin, team_manager or viewer; with --only team_manager when left out')
    .option('--only <purpose>', 'for this alone: deployments, to report them')
    .option('--name <name>', 'what it is for', 'command line')
    .option('--days <days>', 'how long it lives; for ever when left out')
    .option('--json', 'print as JSON', false)
    .action((options: { role?: string; only?: string; name: string; days?: string; json: boolean }) =>
      run(async () => {
        const role = options.role ?? (options.only === undefined ? undefined : 'team_manager');
        if (role === undefined) {
          terminal.err('Say with --role what the token may do: admin, team_manager or viewer.\n');
          return exitCodes.failed;
        }
        const expiresAt =
          options.days === undefined ? null : new Date(Date.now() + Number(options.days) * 86_400_000).toISOString();
        const created = await api.send<CreatedToken>('POST', 'api/v1/tokens', {
          name: options.name,
          role,
          ...(options.only === undefined ? {} : { only: options.only }),
          expiresAt,
        });
        terminal.out(options.json ? `${JSON.stringify(created, null, 2)}\n` : `${created.secret}\n`);
        return exitCodes.good;
      }),
    );

  token
    .command('list')
    .description('list API tokens')
    .option('--json', 'print as JSON', false)
    .action((options: { json: boolean }) =>
      run(async () => {
        const { tokens } = await api.get<TokenList>('api/v1/tokens');
        const rows = tokens.map((row) => [
          row.id,
          row.name,
          row.only === null ? row.role : `${row.role}, ${row.only} only`,
          row.prefix,
          row.serviceAccount ?? row.madeBy,
          row.expiresAt,
          row.lastUsedAt,
        ]);
        terminal.out(
          options.json
            ? `${JSON.stringify(tokens, null, 2)}\n`
            : `${formatTable(['id', 'name', 'role', 'begins with', 'whose', 'expires', 'last used'], rows)}\n`,
        );
        return exitCodes.good;
      }),
    );

  token
    .command('rotate <id>')
    .description('make another text for the rights of a token; it is printed once')
    .option('--overlap-hours <hours>', 'how long the old one goes on, at most 168', '24')
    .option('--days <days>', 'how long the new one lives; as long as the old one when left out')
    .option('--json', 'print as JSON', false)
    .action((id: string, options: { overlapHours: string; days?: string; json: boolean }) =>
      run(async () => {
        const expiresAt =
          options.days === undefined
            ? {}
            : { expiresAt: new Date(Date.now() + Number(options.days) * 86_400_000).toISOString() };
        const rotated = await api.send<CreatedToken>('POST', `api/v1/tokens/${encodeURIComponent(id)}/rotate`, {
          overlapHours: Number(options.overlapHours),
          ...expiresAt,
        });
        terminal.out(options.json ? `${JSON.stringify(rotated, null, 2)}\n` : `${rotated.secret}\n`);
        return exitCodes.good;
      }),
    );

  token
    .command('revoke <id>')
    .description('end an API token at once')
    .action((id: string) =>
      run(async () => {
        await api.send('DELETE', `api/v1/tokens/${encodeURIComponent(id)}`);
        terminal.out(`token ${id} revoked\n`);
        return exitCodes.good;
      }),
    );
};
