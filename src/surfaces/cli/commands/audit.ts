import type { Audit, AuditScope } from '../../../features/ingestion/contract.ts';
import type { CliCommand } from '../context.ts';
import { exitCodes, formatTable, type Terminal } from '../output.ts';
import { waitForAudit } from '../progress.ts';

/** `plumbline audit <integration>`: exit 0 when store and server are equal, 2 when they differ or something could not be compared. */
export const auditCommand: CliCommand = (program, { api, terminal }, run) => {
  program
    .command('audit <integration>')
    .description('compare what is stored with the server, through other endpoints than a sync reads')
    .option('--json', 'print everything found as JSON', false)
    .action((integration: string, options: { json: boolean }) =>
      run(async () => {
        const started = await api.send<Audit>('POST', `api/v1/integrations/${encodeURIComponent(integration)}/audits`);
        const audit = await waitForAudit(api, started.id, terminal);
        if (options.json) terminal.out(`${JSON.stringify(audit, null, 2)}\n`);
        else printAudit(audit, terminal);
        if (audit.status === 'equal') return exitCodes.good;
        return audit.status === 'different' || audit.status === 'incomplete' ? exitCodes.bad : exitCodes.failed;
      }),
    );
};

/** A difference is shown with at most this many of its kind; `--json` has all that were kept. */
const shownDifferences = 20;

/** Streams that are shown also where nothing differs: what an audit counted is its proof. */
const headlines: ReadonlySet<string> = new Set(['issues', 'hotspots', 'repositories', 'images', 'image_tags']);

function printAudit(audit: Audit, terminal: Terminal): void {
  const counted = audit.scopes.filter((scope) => headlines.has(scope.stream) || differs(scope));
  const rows = counted.map((scope) => [
    scope.label,
    scope.stream,
    scope.source,
    scope.stored,
    scope.retained,
    scope.differenceCount,
    scope.proof,
  ]);
  terminal.out(`${formatTable(['scope', 'stream', 'source', 'stored', 'retained', 'differences', 'proof'], rows)}\n`);
  for (const scope of audit.scopes) {
    for (const difference of scope.differences.slice(0, shownDifferences)) {
      const fields = difference.fields.map(
        (field) => `${field.name}: stored ${field.stored ?? 'nothing'}, server ${field.source ?? 'nothing'}`,
      );
      terminal.out(
        `${scope.label}  ${difference.kind} ${scope.stream} ${difference.sourceKey}${fields.length > 0 ? `  ${fields.join('; ')}` : ''}\n`,
      );
    }
    if (scope.differenceCount > shownDifferences)
      terminal.out(`${scope.label}  and ${scope.differenceCount - shownDifferences} more\n`);
  }
  if (audit.error !== null) terminal.out(`${audit.error.code}: ${audit.error.message}\n  ${audit.error.remedy}\n`);
  terminal.out(`audit ${audit.id}: ${audit.status}\n`);
}

function differs(scope: AuditScope): boolean {
  return scope.source !== scope.stored || scope.differenceCount > 0;
}
