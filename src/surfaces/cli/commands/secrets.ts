import { setTimeout as delay } from 'node:timers/promises';
import type { Rotation } from '../../../features/operations/contract.ts';
import type { CliCommand } from '../context.ts';
import { exitCodes, type Terminal } from '../output.ts';

const path = 'api/v1/vault/rotation';
const pollMs = 500;

/** `plumbline secrets rotate`: exit 0 when every secret is under the new key, 2 when some could not be opened. */
export const secretsCommands: CliCommand = (program, { api, terminal }, run) => {
  const secrets = program.command('secrets').description('look after the key of stored secrets');
  secrets
    .command('rotate')
    .description('put stored secrets under a new key; killed or interrupted, run it again')
    .option('--json', 'print the end state as JSON', false)
    .action((options: { json: boolean }) =>
      run(async () => {
        let state = await api.send<Rotation>('POST', path);
        let told = '';
        while (state.phase !== 'idle' && state.phase !== 'interrupted') {
          told = tell(state, told, terminal);
          await delay(pollMs);
          state = await api.get<Rotation>(path);
        }
        if (options.json) terminal.out(`${JSON.stringify(state, null, 2)}\n`);
        else terminal.out(summary(state));
        return state.phase === 'idle' ? exitCodes.good : exitCodes.bad;
      }),
    );
};

function tell(state: Rotation, told: string, terminal: Terminal): string {
  const line = describe(state);
  if (line !== told) terminal.err(`${line}\n`);
  return line;
}

function describe(state: Rotation): string {
  const names = state.waitingFor.map((process) => `${process.role} ${process.host} (${process.pid})`).join(', ');
  if (state.phase === 'waiting_for_key')
    return `waiting until every process holds key ${state.keyId}: ${names || 'almost there'}. A process with a state directory of its own needs a copy of vault.keys.`;
  if (state.phase === 'waiting_for_use') return `waiting until every process seals with it: ${names || 'almost there'}`;
  return `${state.rewrapped} secrets under the new key, ${state.left} to go`;
}

function summary(state: Rotation): string {
  if (state.phase === 'idle') return `every secret is under key ${state.keyId}\n`;
  const failed = state.failed.map((place) => `  could not be opened: ${place}\n`).join('');
  return `${state.left} secrets are still under an older key, which stays in use\n${failed}`;
}
