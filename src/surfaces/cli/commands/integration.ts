import type {
  CheckReportAnswer,
  CheckResultAnswer,
  DeletedIntegration,
  EndpointList,
  IntegrationAnswer,
  IntegrationList,
} from '../../../features/integrations/contract.ts';
import type { CliCommand } from '../context.ts';
import { exitCodes, formatTable, type Terminal } from '../output.ts';

const path = (name: string): string => `api/v1/integrations/${encodeURIComponent(name)}`;

/** `plumbline integration list|check|endpoints|pause|resume|remove <name>`. */
export const integrationCommands: CliCommand = (program, { api, terminal }, run) => {
  const integration = program.command('integration').description('look after integrations');
  const json = (value: unknown): number => {
    terminal.out(`${JSON.stringify(value, null, 2)}\n`);
    return exitCodes.good;
  };

  integration
    .command('list')
    .description('list integrations')
    .option('--json', 'print as JSON', false)
    .action((options: { json: boolean }) =>
      run(async () => {
        const { integrations } = await api.get<IntegrationList>('api/v1/integrations');
        if (options.json) return json(integrations);
        const rows = integrations.map((row) => [row.id, row.name, row.kind, row.state, row.baseUrl, row.checkedAt]);
        terminal.out(`${formatTable(['id', 'name', 'kind', 'state', 'address', 'checked'], rows)}\n`);
        return exitCodes.good;
      }),
    );

  integration
    .command('check <name>')
    .description('test the connection again')
    .option('--json', 'print as JSON', false)
    .action((name: string, options: { json: boolean }) =>
      run(async () => {
        const { report } = await api.send<{ report: CheckReportAnswer }>('POST', `${path(name)}/check`);
        if (options.json) json(report);
        else printChecks(report.checks, terminal, { onlyNotable: false });
        return report.checks.some((check) => check.outcome === 'failed') ? exitCodes.bad : exitCodes.good;
      }),
    );

  integration
    .command('endpoints <name>')
    .description('list every method and path the integration calls, and why')
    .option('--json', 'print as JSON', false)
    .action((name: string, options: { json: boolean }) =>
      run(async () => {
        const list = await api.get<EndpointList>(`${path(name)}/endpoints`);
        if (options.json) return json(list);
        const rows = list.endpoints.map((row) => [
          row.method,
          row.path,
          row.since,
          row.permission,
          row.why,
          row.without,
        ]);
        terminal.out(`${formatTable(['method', 'path', 'since', 'permission', 'why', 'lost without it'], rows)}\n`);
        return exitCodes.good;
      }),
    );

  for (const verb of ['pause', 'resume'] as const) {
    integration
      .command(`${verb} <name>`)
      .description(verb === 'pause' ? 'stop syncing until resumed' : 'sync again')
      .action((name: string) =>
        run(async () => {
          await api.send('POST', `${path(name)}/${verb}`);
          terminal.out(`integration ${name}: ${verb}d\n`);
          return exitCodes.good;
        }),
      );
  }

  integration
    .command('remove <name>')
    .description('delete an integration with all its rows and secrets')
    .requiredOption('--yes', 'the name again is not asked for')
    .action((name: string) =>
      run(async () => {
        const { integration: present } = await api.get<{ integration: IntegrationAnswer }>(path(name));
        const { leftBehind } = await api.send<DeletedIntegration>('DELETE', path(name), { name: present.name });
        terminal.out(`integration ${present.name}: deleting\n`);
        for (const left of leftBehind) tellLeft(left, terminal);
        return exitCodes.good;
      }),
    );
};

function tellLeft(left: DeletedIntegration['leftBehind'][number], { err }: Terminal): void {
  const { what, address, reason, remedy } = left;
  err(`still on the server: ${what}${address === null ? '' : ` (${address})`}\n`);
  if (reason !== null) err(`    ${reason.code}: ${reason.upstream ?? reason.message}\n`);
  err(`    ${remedy}\n`);
}

const marks: Record<CheckResultAnswer['outcome'], string> = { ok: '✓', warning: '!', failed: '✕', skipped: '–' };

export function printChecks(
  checks: readonly CheckResultAnswer[],
  terminal: Terminal,
  options: { onlyNotable: boolean },
): void {
  for (const check of checks) {
    if (options.onlyNotable && (check.outcome === 'ok' || check.outcome === 'skipped')) continue;
    terminal.out(
      `${marks[check.outcome]} ${check.title}: ${check.message}${check.code === undefined ? '' : ` (${check.code})`}\n`,
    );
    if (check.upstream !== undefined) terminal.out(`    the other side said: ${check.upstream}\n`);
    if (check.remedy !== undefined) terminal.out(`    ${check.remedy}\n`);
    for (const { entered, instead } of check.suggestions ?? [])
      terminal.out(`    in place of “${entered}” most likely: ${instead}\n`);
  }
}
