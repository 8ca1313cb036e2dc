import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'oxc-parser';

/**
 * What is broken on purpose, by a rule instead of a list, so that a new rule comes in by itself: every file with a unit
 * test beside it whose imports have no effect, and every such file of the folders that hold nothing but rules.
 */
const ruleFolders = /^src\/(domain|connectors\/oci-registry\/provenance)\//;

/** Rules that ask the machine one thing beside what they are given, or take one rule from a folder that does. */
const alsoRules = ['src/platform/outbound/address-policy.ts', 'src/features/ingestion/work/retry-policy.ts'];

const layers = /^src\/(domain|features|connectors|platform)\//;

/** Whoever breaks one of these calls unread data read, or opens a gate: there no change may go unseen. */
const withoutSurvivors = [
  'src/domain/claim',
  'src/features/ingestion/merging/',
  'src/features/ingestion/publishing/judge-',
  'src/platform/outbound/address-policy.ts',
  'src/connectors/sonarqube/issues/key-ledger.ts',
  'src/connectors/sonarqube/issues/slic',
];

/** Modules that reach out of the process or keep a time of their own. */
const effects =
  /^(node:(fs|net|dns|https?|http2|tls|child_process|worker_threads|timers|readline|os)(\/.*)?|pg|pg-.*|undici|fastify|@fastify\/.*|pino|prom-client)$/;

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

const at = (file: string): string => join(root, file);

/** The unit test beside a file. */
const ownTest = (file: string): string => file.replace(/\.ts$/, '.test.ts');

/** A long one is several: `slicing.test.ts`, `slicing-requests.test.ts`. */
const ownTests = (file: string): string[] => globSync(file.replace(/\.ts$/, '{,-*}.test.ts'), { cwd: root });

function importsOf(file: string): string[] {
  const { module } = parseSync(file, readFileSync(at(file), 'utf8'));
  const imported = module.staticImports
    .filter(({ entries }) => entries.length === 0 || entries.some((entry) => !entry.isType))
    .map(({ moduleRequest }) => moduleRequest.value);
  const passedOn = module.staticExports
    .flatMap(({ entries }) => entries)
    .flatMap((entry) => (entry.moduleRequest === null || entry.isType ? [] : [entry.moduleRequest.value]));
  return [...imported, ...passedOn];
}

/** True when neither the file nor what it imports has effects. */
function isPure(file: string, seen = new Set<string>()): boolean {
  if (seen.has(file)) return true;
  seen.add(file);
  return importsOf(file).every((to) =>
    to.startsWith('.') ? isPure(join(dirname(file), to), seen) : !effects.test(to),
  );
}

/** The files that are broken, relative to the project. */
export function brokenFiles(): string[] {
  return globSync('src/**/*.ts', { cwd: root })
    .filter((file) => layers.test(file) && !file.endsWith('.test.ts'))
    .filter(
      (file) => alsoRules.includes(file) || ((ruleFolders.test(file) || existsSync(at(ownTest(file)))) && isPure(file)),
    )
    .toSorted((a, b) => Number(mayNotSurvive(b)) - Number(mayNotSurvive(a)) || a.localeCompare(b));
}

/** Where nothing may survive; these come first. */
export const mayNotSurvive = (file: string): boolean => withoutSurvivors.some((path) => file.startsWith(path));

/** The tests that are to notice it. */
export function noticingTests(): string[] {
  const beside = brokenFiles().flatMap(ownTests);
  const inFolders = globSync('src/**/*.test.ts', { cwd: root }).filter((file) => ruleFolders.test(file));
  return [...new Set([...beside, ...inFolders])];
}

/** What is run, and counted, together. */
export function partOf(file: string): string {
  const names = dirname(file).split('/');
  return names.slice(0, names[1] === 'domain' ? 2 : 3).join('/');
}

const linesOfSample = 10;

/** A file, or of each so many tens of lines the middle one, as Stryker names them. */
export function rangesOf(file: string, oneIn: number): string[] {
  if (oneIn === 1) return [file];
  const lines = readFileSync(at(file), 'utf8').split('\n').length;
  const first = Math.floor(oneIn / 2) * linesOfSample + 1;
  const starts = Array.from(
    { length: Math.ceil(lines / (oneIn * linesOfSample)) },
    (_, index) => first + index * oneIn * linesOfSample,
  );
  return starts.filter((start) => start <= lines).map((start) => `${file}:${start}-${start + linesOfSample - 1}`);
}

const linesAtOnce = 400;

/** What is broken in one go: files of one part, so many that an interruption loses minutes and not hours. */
export function chunksOf(files: readonly string[]): string[][] {
  const chunks: string[][] = [];
  let lines = 0;
  for (const file of files) {
    const own = readFileSync(at(file), 'utf8').split('\n').length;
    const chunk = chunks.at(-1);
    const fits = chunk?.[0] !== undefined && partOf(chunk[0]) === partOf(file) && lines + own <= linesAtOnce;
    if (fits) chunk.push(file);
    else chunks.push([file]);
    lines = fits ? lines + own : own;
  }
  return chunks;
}
