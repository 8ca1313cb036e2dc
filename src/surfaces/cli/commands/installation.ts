import type { Installation } from '../../../features/operations/contract.ts';
import type { CliCommand } from '../context.ts';
import { exitCodes } from '../output.ts';

const path = 'api/v1/installation';

/** `plumbline installation [status|take-over|separate]`: exit 2 while a copy waits for a word. */
export const installationCommands: CliCommand = (program, { api, terminal }, run) => {
  const installation = program.command('installation').description('say what a copy of an installation is');
  const show = (state: Installation, json: boolean): number => {
    terminal.out(json ? `${JSON.stringify(state, null, 2)}\n` : `${wordsOf(state)}\n`);
    return state.heldSince === null ? exitCodes.good : exitCodes.bad;
  };
  installation
    .command('status')
    .description('say which installation this is, and whether it waits for a word')
    .option('--json', 'print as JSON', false)
    .action((options: { json: boolean }) => run(async () => show(await api.get<Installation>(path), options.json)));
  installation
    .command('take-over')
    .description('the original runs no more: go on in its place, with its webhooks')
    .action(() => run(async () => show(await api.send<Installation>('POST', path, { decision: 'original' }), false)));
  installation
    .command('separate')
    .description('the original goes on: leave it its webhooks and go on beside it')
    .action(() => run(async () => show(await api.send<Installation>('POST', path, { decision: 'separate' }), false)));
};

function wordsOf({ id, copiedFrom, heldSince, decision }: Installation): string {
  if (heldSince !== null) {
    return [
      `installation ${id}: a copy of ${copiedFrom}, held since ${heldSince}.`,
      '  It changes nothing on outside systems, sends no webhooks and starts no sync by itself.',
      '  The original runs no more: plumbline installation take-over',
      '  Both go on:                plumbline installation separate',
    ].join('\n');
  }
  if (decision === 'separate') return `installation ${id}: on its own, once copied from ${copiedFrom}`;
  return decision === 'original' ? `installation ${id}: in place of ${copiedFrom}` : `installation ${id}`;
}
