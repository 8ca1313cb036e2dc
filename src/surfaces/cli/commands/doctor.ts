import type { DoctorCheck, DoctorReport } from '../../../features/operations/contract.ts';
import { ApiFailure } from '../api-client.ts';
import type { CliCommand } from '../context.ts';
import { exitCodes, type Terminal } from '../output.ts';

const marks: Record<DoctorCheck['outcome'], string> = { ok: '✓', info: '·', warning: '!', bad: '✕' };

/** `plumbline doctor`: exit 0 when nothing is bad, 2 when something is, 1 when only this machine could be examined. */
export const doctorCommand: CliCommand = (program, { api, terminal, examineThisMachine }, run) => {
  program
    .command('doctor')
    .description('examine the installation; nothing secret is printed')
    .option('--json', 'print as JSON', false)
    .action((options: { json: boolean }) =>
      run(async () => {
        const local = await examineThisMachine();
        const hub = await ask(() => api.get<DoctorReport>('api/v1/doctor'));
        const checks = [...local, ...('failure' in hub ? [hub.failure] : hub.checks)];
        if (options.json) {
          const { version, madeAt } = 'failure' in hub ? { version: null, madeAt: null } : hub;
          terminal.out(`${JSON.stringify({ version, madeAt, checks }, null, 2)}\n`);
        } else print(checks, 'failure' in hub ? null : hub, terminal);
        if ('failure' in hub) return exitCodes.failed;
        return checks.some((check) => check.outcome === 'bad') ? exitCodes.bad : exitCodes.good;
      }),
    );
};

async function ask(read: () => Promise<DoctorReport>): Promise<DoctorReport | { failure: DoctorCheck }> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof ApiFailure)) throw error;
    const message = `${error.code}: ${error.message}`;
    return { failure: { area: 'hub', name: 'API', outcome: 'bad', message, remedy: error.remedy } };
  }
}

function print(checks: readonly DoctorCheck[], report: DoctorReport | null, terminal: Terminal): void {
  if (report !== null) terminal.out(`Plumbline ${report.version}, ${report.madeAt}\n`);
  let area = '';
  for (const check of checks) {
    if (check.area !== area) terminal.out(`\n${check.area}\n`);
    area = check.area;
    terminal.out(`  ${marks[check.outcome]} ${check.name}: ${check.message}\n`);
    if (check.remedy !== null) terminal.out(`      ${check.remedy}\n`);
  }
  const count = (outcome: DoctorCheck['outcome']): number => checks.filter((check) => check.outcome === outcome).length;
  terminal.out(`\n${count('bad')} bad, ${count('warning')} warnings, ${count('ok')} well\n`);
}
