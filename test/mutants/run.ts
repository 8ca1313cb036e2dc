import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Stryker } from '@stryker-mutator/core';
import { breakRules } from './break-rules.ts';
import { brokenFiles, chunksOf, mayNotSurvive, partOf, rangesOf, root } from './scope.ts';
import { countsOf, type MutantResult, printTable, survivorsOf } from './score.ts';

/** Per cent of all breaks that must be noticed. */
const threshold = 85;

const reports = 'dist/mutants';

/** Breaks the files one by one; what neither they nor their tests changed since the last time is not run again. */
async function breakFiles(
  files: readonly string[],
  { concurrency, oneIn }: { concurrency: number; oneIn: number },
): Promise<MutantResult[]> {
  const results = await new Stryker({
    testRunner: 'vitest',
    plugins: ['@stryker-mutator/vitest-runner'],
    vitest: { configFile: 'test/mutants/vitest.config.ts', related: true },
    mutate: files.flatMap((file) => rangesOf(file, oneIn)),
    coverageAnalysis: 'perTest',
    allowEmpty: true,
    concurrency,
    // What never ends is told by how often it comes by; a busy machine must not pass for a test that noticed.
    timeoutMS: 10_000,
    incremental: true,
    incrementalFile: `${reports}/known.json`,
    tempDirName: `${reports}/copies`,
    reporters: ['html'],
    htmlReporter: { fileName: `${reports}/index.html` },
    // tsconfig.json would be rewritten through an interface that TypeScript 7 does not have.
    ignorePatterns: ['/tsconfig.json', '/dist', '/web', '/bench', '/docs/**/*.md'],
    allowConsoleColors: false,
    logLevel: 'error' as NonNullable<ConstructorParameters<typeof Stryker>[0]['logLevel']>,
  }).runMutationTest();
  if (results.length === 0) throw new Error(`No unit test comes near ${files.join(' ')}: write one.`);
  return results.filter(({ fileName }) => files.some((file) => fileName === file || fileName === join(root, file)));
}

/**
 * `npm run mutants [-- <beginning of a path> …] [--concurrency <n>] [--one-in <n>]`: breaks rules on purpose and tells
 * which breaks no test notices, in all lines or in a sample of them; `--listed [<words of a rule> …]`: those of the list,
 * which need a database. Returns the exit code.
 */
export async function runMutants(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      concurrency: { type: 'string', default: '2' },
      'one-in': { type: 'string', default: '1' },
      listed: { type: 'boolean', default: false },
    },
  });
  if (values.listed) return breakRules(positionals);
  const files = brokenFiles().filter(
    (file) => positionals.length === 0 || positionals.some((path) => file.startsWith(path)),
  );
  if (files.length === 0) {
    process.stderr.write(`No rule lies at ${positionals.join(', ')}; test/mutants/scope.ts says where they lie.\n`);
    return 1;
  }
  mkdirSync(join(root, reports), { recursive: true });
  const results = new Map<string, MutantResult[]>();
  const oneIn = Number(values['one-in']);
  if (oneIn > 1) process.stdout.write(`A sample: ten lines of ${oneIn * 10}.\n`);
  for (const chunk of chunksOf(files)) {
    const found = await breakFiles(chunk, { concurrency: Number(values.concurrency), oneIn });
    process.stdout.write(`${found.length} breaks, ${survivorsOf(found).length} unseen: ${chunk.join(' ')}\n`);
    const part = partOf(chunk[0] ?? '');
    results.set(part, [...(results.get(part) ?? []), ...found]);
  }
  return report(results);
}

function report(results: ReadonlyMap<string, readonly MutantResult[]>): number {
  const survivors = survivorsOf([...results.values()].flat());
  writeFileSync(join(root, reports, 'unseen.txt'), survivors.map(({ text }) => `${text}\n`).join(''));
  const forbidden = survivors.filter(({ file }) => mayNotSurvive(file));
  const score = printTable(new Map([...results].map(([part, found]) => [part, countsOf(found)])));
  process.stdout.write(`Unseen breaks: ${reports}/unseen.txt; report: ${reports}/index.html\n`);
  for (const { text } of forbidden) process.stdout.write(`unseen where nothing may be: ${text}\n`);
  if (score < threshold) process.stdout.write(`${score.toFixed(1)} % is under the ${threshold} % that are wanted.\n`);
  return score < threshold || forbidden.length > 0 ? 1 : 0;
}
