import type { HeldAbsence, HeldAbsenceList, Run } from '../../../features/ingestion/contract.ts';
import type { CliCommand } from '../context.ts';
import { exitCodes, formatTable, type Terminal } from '../output.ts';

/** `plumbline held list` and `confirm`: large disappearances that wait for a person; exit 2 while there are some. */
export const heldCommands: CliCommand = (program, { api, terminal }, run) => {
  const held = program.command('held').description('what disappeared in large numbers and waits for a person');
  held
    .command('list')
    .description('list what disappeared at a source in large numbers and is not marked as gone yet')
    .option('--integration <name>', 'only of this integration')
    .option('--json', 'print as JSON', false)
    .action((options: { integration?: string; json: boolean }) =>
      run(async () => {
        const list = await api.get<HeldAbsenceList>('api/v1/held-absences', { integration: options.integration });
        if (options.json) terminal.out(`${JSON.stringify(list, null, 2)}\n`);
        else printHeld(list, terminal);
        return list.total === 0 ? exitCodes.good : exitCodes.bad;
      }),
    );
  held
    .command('confirm <id>')
    .description('say that what is missing is gone: it is read again, and marked when the same is missing')
    .requiredOption('--missing <count>', 'how many rows are missing, as the list says; another number confirms nothing')
    .action((id: string, options: { missing: string }) =>
      run(async () => {
        const { held: all } = await api.get<HeldAbsenceList>('api/v1/held-absences', {});
        const one = all.find((row) => String(row.id) === id);
        if (one === undefined) {
          terminal.err(`held_absence_not_found: nothing is held back under number ${id}\n`);
          return exitCodes.failed;
        }
        if (String(one.missing) !== options.missing) {
          terminal.err(`${one.missing} rows are missing, not ${options.missing}: nothing was confirmed\n`);
          return exitCodes.failed;
        }
        const started = await api.send<Run>('POST', `api/v1/held-absences/${one.id}/confirm`, {
          fingerprint: one.fingerprint,
        });
        terminal.out(`confirmed; run ${started.id} reads ${placeOf(one)} again\n`);
        return exitCodes.good;
      }),
    );
};

function printHeld({ held, total }: HeldAbsenceList, terminal: Terminal): void {
  if (total === 0) {
    terminal.out('nothing is held back\n');
    return;
  }
  const rows = held.map((row) => [
    row.id,
    row.integrationName,
    placeOf(row),
    row.missing,
    row.before,
    row.confirmedBy === null ? row.confirmsAt : `confirmed by ${row.confirmedBy}`,
  ]);
  terminal.out(`${formatTable(['id', 'integration', 'what', 'missing', 'of', 'confirmed by itself from'], rows)}\n`);
  for (const row of held)
    terminal.out(`${row.id}: ${row.examples.slice(0, 5).join(', ')}${row.missing > 5 ? ' …' : ''}\n`);
  if (total > held.length) terminal.out(`and ${total - held.length} more\n`);
}

function placeOf({ slice, stream, scopeName }: HeldAbsence): string {
  if (slice === 'discovery') return stream;
  const name = slice.replace(/^\w+:/, '');
  return scopeName === '' ? `${stream} of ${name}` : `${stream} of ${name} · ${scopeName}`;
}
