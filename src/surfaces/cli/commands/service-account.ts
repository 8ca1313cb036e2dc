import type { CreatedToken, Role, ServiceAccount, ServiceAccountList } from '../../../features/access/contract.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import type { ApiClient } from '../api-client.ts';
import type { CliCommand } from '../context.ts';
import { exitCodes, formatTable } from '../output.ts';

const path = 'api/v1/service-accounts';

/** `plumbline service-account create deploy-bot --role viewer`, `list`, `token`, `disable`, `enable`, `take-over`, `remove`. */
export const serviceAccountCommands: CliCommand = (program, { api, terminal }, run) => {
  const group = program.command('service-account').description('look after service accounts, which programs use');

  group
    .command('create <name>')
    .description('make a service account; on the hub’s machine that machine answers for it')
    .requiredOption('--role <role>', 'admin, team_manager or viewer')
    .option('--nodes <ids>', 'nodes of org trees it works in, separated by commas; everywhere when left out')
    .option('--description <text>', 'what it is for', '')
    .option('--json', 'print as JSON', false)
    .action((name: string, options: { role: Role; nodes?: string; description: string; json: boolean }) =>
      run(async () => {
        const nodes = options.nodes === undefined ? {} : { nodes: numbers(options.nodes) };
        const body = { name, role: options.role, description: options.description, ...nodes };
        const account = await api.send<ServiceAccount>('POST', path, body);
        terminal.out(options.json ? `${JSON.stringify(account, null, 2)}\n` : `service account ${account.name} made\n`);
        return exitCodes.good;
      }),
    );

  group
    .command('list')
    .description('list service accounts')
    .option('--json', 'print as JSON', false)
    .action((options: { json: boolean }) =>
      run(async () => {
        const { serviceAccounts } = await api.get<ServiceAccountList>(path);
        const rows = serviceAccounts.map((one) => [
          one.name,
          one.role,
          one.nodes === null ? 'everywhere' : one.nodes.join(', '),
          one.roleNow ?? idleWords[one.idle ?? 'disabled'],
          one.answeredBy ?? (one.idle === 'nobody_answers' ? null : 'the hub’s machine'),
          one.tokens.length,
          one.lastUsedAt,
        ]);
        const headings = ['name', 'role', 'nodes', 'now', 'answers for it', 'tokens', 'last used'];
        terminal.out(
          options.json ? `${JSON.stringify(serviceAccounts, null, 2)}\n` : `${formatTable(headings, rows)}\n`,
        );
        return exitCodes.good;
      }),
    );

  group
    .command('token <name>')
    .description('make a token of a service account; its secret is printed once')
    .option('--name <name>', 'what it is for', 'command line')
    .option('--only <purpose>', 'for this alone: deployments, to report them')
    .option('--days <days>', 'how long it lives; 0: for ever', '90')
    .option('--json', 'print as JSON', false)
    .action((account: string, options: { name: string; only?: string; days: string; json: boolean }) =>
      run(async () => {
        const { id } = await named(api, account);
        const days = Number(options.days);
        const created = await api.send<CreatedToken>('POST', `${path}/${id}/tokens`, {
          name: options.name,
          ...(options.only === undefined ? {} : { only: options.only }),
          expiresAt: days === 0 ? null : new Date(Date.now() + days * 86_400_000).toISOString(),
        });
        terminal.out(options.json ? `${JSON.stringify(created, null, 2)}\n` : `${created.secret}\n`);
        return exitCodes.good;
      }),
    );

  for (const [verb, enabled] of [
    ['disable', false],
    ['enable', true],
  ] as const)
    group
      .command(`${verb} <name>`)
      .description(enabled ? 'let its tokens in again' : 'let none of its tokens in until it is enabled')
      .action((name: string) =>
        run(async () => {
          const { id } = await named(api, name);
          await api.send('PATCH', `${path}/${id}`, { enabled });
          terminal.out(`service account ${name} ${verb}d\n`);
          return exitCodes.good;
        }),
      );

  group
    .command('take-over <name>')
    .description('answer for a service account from now on; its rights are bounded by yours')
    .option('--end-tokens', 'end the tokens it has, which others may know', false)
    .action((name: string, options: { endTokens: boolean }) =>
      run(async () => {
        const { id } = await named(api, name);
        await api.send('POST', `${path}/${id}/take-over`, { tokens: options.endTokens ? 'end' : 'keep' });
        terminal.out(`service account ${name} taken over\n`);
        return exitCodes.good;
      }),
    );

  group
    .command('remove <name>')
    .description('remove a service account with its tokens')
    .action((name: string) =>
      run(async () => {
        const { id } = await named(api, name);
        await api.send('DELETE', `${path}/${id}`);
        terminal.out(`service account ${name} removed\n`);
        return exitCodes.good;
      }),
    );
};

const idleWords = {
  disabled: 'nothing: disabled',
  nobody_answers: 'nothing: nobody answers for it',
  answerer_ended: 'nothing: who answers for it has no access',
};

/** Throws where there is none of this name. */
async function named(api: ApiClient, name: string): Promise<ServiceAccount> {
  const { serviceAccounts } = await api.get<ServiceAccountList>(path);
  const found = serviceAccounts.find((one) => one.name === name);
  if (found === undefined) throw new PlumblineError('service_account_not_found');
  return found;
}

const numbers = (text: string): number[] => text.split(',').map((part) => Number(part.trim()));
