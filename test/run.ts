import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = (name: string): string => join(root, 'node_modules', '.bin', name);

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

function sumOf(parts: readonly Counts[]): Counts {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  for (const part of parts) for (const key of ['passed', 'failed', 'skipped'] as const) sum[key] += part[key];
  return sum;
}

interface Stage {
  name: string;
  run(): Promise<Counts>;
}

/** Checks that read the code without running it. Each counts as one test. */
const staticChecks: readonly { name: string; command: string; args: readonly string[] }[] = [
  { name: 'types of the server', command: 'tsc', args: ['-p', 'tsconfig.json'] },
  { name: 'types of the web application', command: 'tsc', args: ['-p', 'web/tsconfig.json'] },
  { name: 'lint', command: 'oxlint', args: ['--type-aware', '--deny-warnings', '.'] },
  { name: 'format', command: 'biome', args: ['format', '.'] },
  { name: 'unused code', command: 'knip', args: [] },
];

const stages: readonly Stage[] = [
  { name: 'static', run: runStaticChecks },
  { name: 'unit', run: () => runVitest('unit') },
  { name: 'rooms', run: () => runVitest('room') },
  { name: 'contract', run: () => runVitest('contract') },
  { name: 'browser', run: () => runVitest('browser') },
  { name: 'faults', run: () => runVitest('fault') },
  { name: 'crash', run: () => runVitest('crash') },
  { name: 'benches', run: runBenches },
  { name: 'real', run: async () => sumOf([await runVitest('real-26.9'), await runVitest('real-9.9')]) },
];

/** `npm test [-- --stage rooms,unit]`: runs the stages and closes with one line of sums. */
export async function runTests(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...argv], options: { stage: { type: 'string' } }, strict: true });
  const wanted = values.stage?.split(',');
  const unknown = wanted?.find((name) => !stages.some((stage) => stage.name === name));
  if (unknown !== undefined) {
    process.stderr.write(`There is no stage ${unknown}; there are ${stages.map((stage) => stage.name).join(', ')}.\n`);
    return 1;
  }
  if (wanted === undefined || (wanted.includes('real') && wanted[0] !== 'real')) startRealServerAhead();
  const sum: Counts = { passed: 0, failed: 0, skipped: 0 };
  const lines: string[] = [];
  for (const stage of stages.filter(({ name }) => wanted === undefined || wanted.includes(name))) {
    process.stdout.write(`\n── ${stage.name}\n`);
    const started = performance.now();
    const counts = await stage.run();
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    lines.push(
      `${stage.name.padEnd(10)} ${seconds.padStart(7)} s  ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`,
    );
    for (const key of ['passed', 'failed', 'skipped'] as const) sum[key] += counts[key];
  }
  process.stdout.write(`\n${lines.join('\n')}\n\n${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped\n`);
  return sum.failed > 0 || sum.passed === 0 ? 1 : 0;
}

/** Its download, start and feeding take minutes: they go on while other stages run. Stage `real` says what went wrong. */
function startRealServerAhead(): void {
  const args = [join(root, 'test/support/start-real-sonarqube.ts'), '26.9'];
  const child = spawn(process.execPath, args, { cwd: root, stdio: 'ignore' });
  child.on('error', () => undefined);
  child.unref();
  process.once('exit', () => child.kill());
}

async function runStaticChecks(): Promise<Counts> {
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  for (const check of staticChecks) {
    const { status, output } = await run(bin(check.command), check.args);
    counts[status === 0 ? 'passed' : 'failed'] += 1;
    process.stdout.write(`${status === 0 ? '✓' : '✕'} ${check.name}\n`);
    if (status !== 0) process.stdout.write(`${output}\n`);
  }
  return counts;
}

/** Those that need no real server; `bench/ingest/real.ts` does. */
const benches = [
  'bench/ingest/simulated.ts',
  'bench/insights/main.ts',
  'bench/findings/main.ts',
  'bench/policy/main.ts',
  'bench/intake/main.ts',
];

/** A hundredth of their size: whether they run and find every number right, never how fast. Each counts as one test. */
async function runBenches(): Promise<Counts> {
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  for (const bench of benches) {
    const { status, output } = await run(bin('node'), [bench], { env: { BENCH_SCALE: '0.01' } });
    counts[status === 0 ? 'passed' : 'failed'] += 1;
    process.stdout.write(`${status === 0 ? '✓' : '✕'} ${bench}\n`);
    if (status !== 0) process.stdout.write(`${output}\n`);
  }
  return counts;
}

interface VitestReport {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  numFailedTestSuites: number;
  success: boolean;
}

async function runVitest(project: string): Promise<Counts> {
  const directory = await mkdtemp(join(tmpdir(), 'plumbline-report-'));
  try {
    const file = join(directory, 'report.json');
    const args = [
      'run',
      '--project',
      project,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${file}`,
      '--passWithNoTests',
    ];
    const { status } = await run(bin('vitest'), args, { inherit: true });
    const report = JSON.parse(await readFile(file, 'utf8').catch(() => 'null')) as VitestReport | null;
    if (report === null) return { passed: 0, failed: 1, skipped: 0 };
    // A file that fails to load has no failed test of its own.
    const failed =
      report.numFailedTests +
      (status !== 0 && report.numFailedTests === 0 ? Math.max(1, report.numFailedTestSuites) : 0);
    return { passed: report.numPassedTests, failed, skipped: report.numPendingTests + report.numTodoTests };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function run(
  command: string,
  args: readonly string[],
  options: { inherit?: boolean; env?: Readonly<Record<string, string>> } = {},
): Promise<{ status: number; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: options.inherit === true ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        PATH: `${join(root, 'node_modules', '.bin')}:${process.env['PATH']}`,
        UV_THREADPOOL_SIZE: String(availableParallelism() * 2),
        ...options.env,
      },
    });
    let output = '';
    child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('error', reject);
    child.on('exit', (status, signal) => resolve({ status: status ?? (signal === null ? 1 : 128), output }));
  });
}
