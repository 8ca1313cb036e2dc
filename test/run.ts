import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { availableParallelism, setPriority, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runLanes, shareOutput, type Voice } from './lanes.ts';
import {
  commandOutcome,
  type Counts,
  failuresInWords,
  type Outcome,
  outcomesOf,
  outOfTime,
  replaced,
  sumOf,
  type VitestReport,
} from './outcomes.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = (name: string): string => join(root, 'node_modules', '.bin', name);

/** Says what a stage has to say; never mixed with what another says meanwhile. */
type Say = (text: string) => void;

/** Checks that read the code without running it. Each counts as one test. */
const staticChecks: readonly { name: string; command: string; args: readonly string[] }[] = [
  { name: 'types of the server', command: 'tsc', args: ['-p', 'tsconfig.json'] },
  { name: 'types of the web application', command: 'tsc', args: ['-p', 'web/tsconfig.json'] },
  { name: 'lint', command: 'oxlint', args: ['--type-aware', '--deny-warnings', '.'] },
  { name: 'format', command: 'biome', args: ['format', '.'] },
  { name: 'unused code', command: 'knip', args: [] },
];

/** In the order in which they are begun. */
const stages = {
  static: runStaticChecks,
  'real-26.9': (say: Say) => runVitest('real-26.9', [], say),
  crash: (say: Say) => runVitest('crash', [], say),
  unit: (say: Say) => runVitest('unit', [], say),
  rooms: (say: Say) => runVitest('room', [], say),
  contract: (say: Say) => runVitest('contract', [], say),
  benches: runBenches,
  'real-9.9': (say: Say) => runVitest('real-9.9', [], say),
  faults: (say: Say) => runVitest('fault', [], say),
  browser: (say: Say) => runVitest('browser', [], say),
} as const satisfies Record<string, (say: Say) => Promise<Outcome[]>>;
type StageName = keyof typeof stages;
const stageNames = Object.keys(stages) as StageName[];

/**
 * Stages of which never two run beside each other: those that compute, those that mostly wait, with the browser behind
 * them, and those with a real server. Three that compute at once made tests of two cores wait for minutes.
 */
const lanesOf: Readonly<Partial<Record<StageName, string>>> = {
  'real-26.9': 'real',
  'real-9.9': 'real',
  crash: 'waiting',
  faults: 'waiting',
  browser: 'waiting',
};
const laneOf = (name: StageName): string => lanesOf[name] ?? 'computing';

/**
 * Nothing takes as long as the stages with a real server, and a server that waits for a processor still needs one: they
 * take what they need, the others what is left.
 */
const niceness = { real: 0, others: 4 } as const;

/** What a stage is called together with its like. */
const groupOf = (name: StageName): string => (name.startsWith('real-') ? 'real' : name);

/** By its own name or that of its group. */
const isMeant = (name: StageName, wanted: readonly string[] | undefined): boolean =>
  wanted === undefined || wanted.includes(name) || wanted.includes(groupOf(name));

/** `npm test [-- --stage rooms,unit] [--alone]`: runs the stages and closes with one line of sums. */
export async function runTests(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: { stage: { type: 'string' }, alone: { type: 'boolean', default: false } },
    strict: true,
  });
  const wanted = values.stage?.split(',');
  const known = [...stageNames, ...stageNames.map(groupOf)];
  const unknown = wanted?.find((name) => !known.some((one) => one === name));
  if (unknown !== undefined) {
    process.stderr.write(`There is no stage ${unknown}; there are ${[...new Set(known)].join(', ')}.\n`);
    return 1;
  }
  const names = stageNames.filter((name) => isMeant(name, wanted));
  const done = new Map<StageName, StageEnd>();
  const output = shareOutput((text) => process.stdout.write(text));
  const started = performance.now();
  await runLanes(
    names,
    { lanes: values.alone ? 1 : 3, group: laneOf },
    async (name) => void done.set(name, await runStage(name, output.open())),
  );
  for (const [name, end] of done) done.set(name, await askAgain(name, end, output.open()));
  const all = [...done.values()].flatMap(({ outcomes }) => outcomes);
  const lines = names.flatMap((name) => {
    const end = done.get(name);
    return end === undefined ? [] : [`${timed(name, end.seconds)}  ${inWords(sumOf(end.outcomes))}`];
  });
  lines.push(timed('all', secondsSince(started)));
  const sum = sumOf(all);
  process.stdout.write(`\n${lines.join('\n')}\n\n${failuresInWords(all)}\n${inWords(sum)}\n`);
  return sum.failed > 0 || sum.passed === 0 ? 1 : 0;
}

interface StageEnd {
  seconds: number;
  outcomes: readonly Outcome[];
}

const secondsSince = (started: number): number => (performance.now() - started) / 1000;
const timed = (name: string, seconds: number): string => `${name.padEnd(10)} ${seconds.toFixed(1).padStart(7)} s`;
const inWords = ({ passed, failed, skipped }: Counts): string =>
  `${passed} passed, ${failed} failed, ${skipped} skipped`;

/** One that breaks has failed, and the other stages go on. */
async function runStage(name: StageName, voice: Voice): Promise<StageEnd> {
  voice.say(`\n── ${name}\n`);
  const started = performance.now();
  const broken = (error: unknown): Outcome[] => {
    const problem = error instanceof Error ? (error.stack ?? error.message) : String(error);
    voice.say(`${problem}\n`);
    return [commandOutcome(name, problem)];
  };
  const outcomes = await stages[name](voice.say).catch(broken);
  const seconds = secondsSince(started);
  voice.say(`\n${timed(name, seconds)}  ${inWords(sumOf(outcomes))}\n`);
  voice.end();
  return { seconds, outcomes };
}

/** Runs once more, after all stages, what only ran out of time beside them; says so. */
async function askAgain(name: StageName, end: StageEnd, voice: Voice): Promise<StageEnd> {
  const files = outOfTime(end.outcomes);
  if (files.length > 0) {
    voice.say(`\n── ${name}, again and alone, what ran out of time beside others: ${files.join(', ')}\n`);
    const started = performance.now();
    const later = await runVitest(projectOf(name), files, voice.say);
    end = { seconds: end.seconds + secondsSince(started), outcomes: replaced(end.outcomes, later) };
  }
  voice.end();
  return end;
}

/** The stages whose tests vitest knows by another name. */
const projects: Readonly<Partial<Record<StageName, string>>> = { rooms: 'room', faults: 'fault' };
const projectOf = (name: StageName): string => projects[name] ?? name;

async function runStaticChecks(say: Say): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const check of staticChecks) {
    const { status, output } = await run(bin(check.command), check.args, { nice: niceness.others });
    outcomes.push(commandOutcome(check.name, status === 0 ? null : output));
    say(`${status === 0 ? '✓' : '✕'} ${check.name}\n`);
    if (status !== 0) say(`${output}\n`);
  }
  return outcomes;
}

/** Those that need no real server; `bench/ingest/real.ts` does. */
const benches = [
  'bench/ingest/simulated.ts',
  'bench/insights/main.ts',
  'bench/teams/main.ts',
  'bench/findings/main.ts',
  'bench/policy/main.ts',
  'bench/trace/main.ts',
  'bench/intake/main.ts',
  'bench/reports/main.ts',
];

/** A hundredth of their size: whether they run and find every number right, never how fast. Each counts as one test. */
async function runBenches(say: Say): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const bench of benches) {
    const { status, output } = await run(bin('node'), [bench], { env: { BENCH_SCALE: '0.01' }, nice: niceness.others });
    outcomes.push(commandOutcome(bench, status === 0 ? null : output));
    say(`${status === 0 ? '✓' : '✕'} ${bench}\n`);
    if (status !== 0) say(`${output}\n`);
  }
  return outcomes;
}

async function runVitest(project: string, files: readonly string[], say: Say): Promise<Outcome[]> {
  const directory = await mkdtemp(join(tmpdir(), 'plumbline-report-'));
  try {
    const file = join(directory, 'report.json');
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
    const args = ['run', '--project', project, ...reporters, '--passWithNoTests', ...files];
    const nice = niceness[project.startsWith('real-') ? 'real' : 'others'];
    const { status } = await run(bin('vitest'), args, { say, nice });
    const report = JSON.parse(await readFile(file, 'utf8').catch(() => 'null')) as VitestReport | null;
    return outcomesOf(report, status, root);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function run(
  command: string,
  args: readonly string[],
  options: { say?: Say; env?: Readonly<Record<string, string>>; nice: number },
): Promise<{ status: number; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        PATH: `${join(root, 'node_modules', '.bin')}:${process.env['PATH']}`,
        UV_THREADPOOL_SIZE: String(availableParallelism() * 2),
        // Hubs and commands are started hundreds of times: each would compile the same files again.
        NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/compiled'),
        ...options.env,
      },
    });
    if (child.pid !== undefined) setPriority(child.pid, options.nice);
    let output = '';
    const say = options.say ?? ((text: string) => void (output += text));
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', say);
    child.on('error', reject);
    child.on('exit', (status, signal) => {
      const end = (): void => resolve({ status: status ?? (signal === null ? 1 : 128), output });
      // What it left behind may hold its output open for ever.
      const given = setTimeout(end, 2_000);
      child.once('close', () => {
        clearTimeout(given);
        end();
      });
    });
  });
}
