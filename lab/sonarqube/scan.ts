import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { PlumblineError } from '../../src/platform/errors/index.ts';
import type { LabContext } from '../context.ts';
import { withLock } from '../lock.ts';
import { fetchArtifact, mavenRepository } from '../maven.ts';
import { pause } from '../processes.ts';
import { unpack } from '../unpack.ts';
import { type GenericIssue, genericReport } from './generic-issues.ts';
import { scannerArtifact } from './releases.ts';
import { prepareLoop, scanInLoop } from './scan-loop.ts';
import type { Sonarqube } from './server.ts';
import { get } from './web-api.ts';

const run = promisify(execFile);

/** The unpacked scanner and where it keeps what it loads from servers. */
export interface Scanner {
  jar: string;
  home: string;
  /** Of the compiled loop that keeps it for the next analysis; undefined: a process for each analysis. */
  loop: string | undefined;
}

export interface Analysis {
  projectKey: string;
  projectName?: string;
  /** The commit, 40 hex digits. */
  revision: string;
  /** In the past, newer than the project's last analysis; now when left out. */
  date?: Date;
  version: string;
  /** Content by path; paths ending `.txt` start no language analyser, which makes the scan fast. */
  files: Readonly<Record<string, string>>;
  issues: readonly GenericIssue[];
  /** Further analysis properties. */
  properties?: Readonly<Record<string, string>>;
}

export interface AnalysisResult {
  taskId: string;
  /** Key of the analysis on the server. */
  analysisId: string;
}

/** Gets the vendor's command line scanner, once per cache directory. */
export async function prepareScanner(context: LabContext): Promise<Scanner> {
  const { version } = scannerArtifact;
  const home = join(context.cacheDirectory, `sonar-scanner-${version}`);
  const jar = join(home, 'lib', `sonar-scanner-cli-${version}.jar`);
  await mkdir(context.cacheDirectory, { recursive: true, mode: 0o755 });
  // Two servers may be fed at the same time from the same cache.
  return withLock(context.cacheDirectory, { waitMs: 600_000, waiting: () => undefined }, async () => {
    if (await stat(home).catch(() => undefined)) return { home, jar, loop: await prepareLoop(jar, context.env) };
    const archive = await fetchArtifact(scannerArtifact, {
      cacheDirectory: context.cacheDirectory,
      repository: await mavenRepository(context.env),
      progress: context.progress(`Downloading the scanner ${version}`),
      note: context.note,
    });
    await unpack(archive, home);
    return { home, jar, loop: await prepareLoop(jar, context.env) };
  });
}

/** Analyses the given files and issues with the vendor's scanner and waits until the server has processed them. */
export async function analyse(scanner: Scanner, server: Sonarqube, analysis: Analysis): Promise<AnalysisResult> {
  const directory = await mkdtemp(join(tmpdir(), 'plumbline-scan-'));
  try {
    for (const [path, content] of Object.entries(analysis.files)) {
      await mkdir(dirname(join(directory, path)), { recursive: true });
      await writeFile(join(directory, path), content);
    }
    await writeFile(join(directory, 'issues.json'), JSON.stringify(genericReport(server.release, analysis.issues)));
    await runScanner(scanner, { server, directory, analysis });
    const report = await readFile(join(directory, '.scannerwork/report-task.txt'), 'utf8');
    return await processed(server, /^ceTaskId=(.+)$/m.exec(report)?.[1] ?? '');
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

interface Scan {
  server: Sonarqube;
  directory: string;
  analysis: Analysis;
}

async function runScanner(scanner: Scanner, scan: Scan): Promise<void> {
  const { server, directory, analysis } = scan;
  // The optimising compiler and a parallel collector cost more than they bring.
  const options = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-Xmx768m', `-Dscanner.home=${scanner.home}`];
  const env = {
    PATH: '/usr/bin:/bin',
    LC_ALL: 'C.UTF-8',
    SONAR_USER_HOME: join(dirname(scanner.home), 'sonar-user-home'),
  };
  const properties = scanProperties(server, analysis);
  try {
    if (scanner.loop === undefined) await scanOnce(scanner, scan, { options, env, properties });
    else {
      const args = [...options, '-cp', `${scanner.loop}:${scanner.jar}`, 'ScanLoop'];
      const start = { java: server.java, args, env: { ...env, HOME: tmpdir() }, server: server.url };
      await scanInLoop(start, { ...properties, 'sonar.projectBaseDir': directory }, join(directory, 'scan.properties'));
    }
  } catch (cause) {
    throw new PlumblineError('lab_scan_failed', {
      message: `The scanner could not analyse ${analysis.projectKey} version ${analysis.version}.`,
      upstream: cause instanceof Error ? cause.message : String(cause),
    });
  }
}

interface Once {
  options: readonly string[];
  env: Readonly<Record<string, string>>;
  properties: Readonly<Record<string, string>>;
}

/** In a process that ends with the analysis. */
async function scanOnce(
  scanner: Scanner,
  { server, directory }: Scan,
  { options, env, properties }: Once,
): Promise<void> {
  const args = [...options, `-Dproject.home=${directory}`, '-cp', scanner.jar, 'org.sonarsource.scanner.cli.Main'];
  // The properties hold a token, which must not stand in the process list.
  const own = { ...env, HOME: directory, SONARQUBE_SCANNER_PARAMS: JSON.stringify(properties) };
  await run(server.java, args, { cwd: directory, env: own, maxBuffer: 64 << 20 }).catch((cause: unknown) => {
    const { stdout = '', stderr = '' } = cause as { stdout?: string; stderr?: string };
    const errors = `${stdout}\n${stderr}`.split('\n').filter((line) => line.startsWith('ERROR'));
    throw new Error(errors.join(' '));
  });
}

/** Exported for its test: which properties an analysis becomes. */
export function scanProperties(
  server: Pick<Sonarqube, 'release' | 'url' | 'tokens'>,
  analysis: Omit<Analysis, 'files' | 'issues'>,
): Record<string, string> {
  // `sonar.token` is unknown before 10.0, and `sonar.login` is gone from the newest.
  const tokenProperty = server.release.startsWith('9.') ? 'sonar.login' : 'sonar.token';
  return {
    'sonar.host.url': server.url,
    [tokenProperty]: server.tokens.scan,
    'sonar.projectKey': analysis.projectKey,
    'sonar.projectName': analysis.projectName ?? analysis.projectKey,
    'sonar.projectVersion': analysis.version,
    'sonar.sources': 'src',
    'sonar.sourceEncoding': 'UTF-8',
    'sonar.scm.disabled': 'true',
    'sonar.scm.revision': analysis.revision,
    'sonar.externalIssuesReportPaths': 'issues.json',
    ...(analysis.date === undefined ? {} : { 'sonar.projectDate': sonarDate(analysis.date) }),
    ...analysis.properties,
  };
}

/** The vendor takes neither `Z` nor milliseconds. */
export function sonarDate(date: Date): string {
  return date.toISOString().replace(/\.\d{3}Z$/, '+0000');
}

async function processed(server: Sonarqube, taskId: string): Promise<AnalysisResult> {
  for (;;) {
    const { task } = await get<{ task: { status: string; analysisId?: string; errorMessage?: string } }>(
      server.admin,
      'api/ce/task',
      { id: taskId },
    );
    if (task.status === 'SUCCESS') return { taskId, analysisId: task.analysisId ?? '' };
    if (task.status !== 'PENDING' && task.status !== 'IN_PROGRESS') {
      throw new PlumblineError('lab_scan_failed', {
        message: `The server refused the analysis ${taskId} (${task.status}).`,
        upstream: task.errorMessage ?? '',
      });
    }
    await pause(200);
  }
}
