import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { type Dispatcher, EnvHttpProxyAgent, fetch, type Response } from 'undici';
import { PlumblineError } from '../src/platform/errors/index.ts';
import { withLock } from './lock.ts';
import { pause } from './processes.ts';

const run = promisify(execFile);

export interface MavenArtifact {
  group: string;
  artifact: string;
  version: string;
  /** The file's extension, e.g. zip. */
  type: string;
}

export interface DownloadOptions {
  /** Kept between runs; the file lies at its repository path below it. */
  cacheDirectory: string;
  /** Base of a repository in the Maven 2 layout, without trailing slash; undefined: `mvn` fetches. */
  repository: string | undefined;
  /** Called often; total is undefined where the repository does not say. */
  progress: (bytes: number, total: number | undefined) => void;
  /** A message for the person waiting. */
  note: (line: string) => void;
  /** Before the second try; longer before each further one. */
  retryPauseMs?: number;
}

/** A gigabyte over a slow line. */
const busyWaitMs = 1_800_000;

/**
 * MAVEN_REPOSITORY_URL, else a mirror of Maven's settings file that stands for Central; undefined where neither is set:
 * then `mvn` knows where to look.
 */
export async function mavenRepository(env: Readonly<Record<string, string | undefined>>): Promise<string | undefined> {
  const settings = await readFile(join(env['HOME'] ?? '/', '.m2/settings.xml'), 'utf8').catch(() => '');
  const chosen = env['MAVEN_REPOSITORY_URL'] || mirrorOfCentral(settings);
  return chosen?.replace(/\/+$/, '');
}

/** The URL of the first `<mirror>` of a settings.xml that covers Central. */
export function mirrorOfCentral(settings: string): string | undefined {
  const text = settings.replace(/<!--.*?-->/gs, '');
  for (const [, mirror = ''] of text.matchAll(/<mirror>(.*?)<\/mirror>/gs)) {
    const covers = /<mirrorOf>\s*(.*?)\s*<\/mirrorOf>/s.exec(mirror)?.[1]?.split(/\s*,\s*/) ?? [];
    const url = /<url>\s*(.*?)\s*<\/url>/s.exec(mirror)?.[1];
    const central =
      covers.some((name) => ['central', '*', 'external:*'].includes(name)) && !covers.includes('!central');
    if (central && url !== undefined) return url;
  }
  return undefined;
}

/** The artifact's file in the cache: downloaded (a cut-off download is resumed) and compared with its SHA-1 once. */
export async function fetchArtifact(artifact: MavenArtifact, options: DownloadOptions): Promise<string> {
  const path = repositoryPath(artifact);
  const file = join(options.cacheDirectory, 'maven', path);
  if (await exists(file)) return file;
  await mkdir(dirname(file), { recursive: true, mode: 0o755 });
  const waiting = (pid: number): void =>
    options.note(`Process ${pid} is downloading ${basename(file)}; waiting for it.`);
  return withLock(dirname(file), { waitMs: busyWaitMs, waiting }, async () => {
    if (await exists(file)) return file;
    if (options.repository === undefined) {
      await copyWithMaven(artifact, file, 'MAVEN_REPOSITORY_URL is not set');
      return file;
    }
    try {
      await download(`${options.repository}/${path}`, file, options);
    } catch (error) {
      const reason = reasonOf(error);
      options.note(`The download failed (${reason}); trying mvn.`);
      await copyWithMaven(artifact, file, reason);
    }
    return file;
  });
}

export function repositoryPath({ group, artifact, version, type }: MavenArtifact): string {
  return `${group.replaceAll('.', '/')}/${artifact}/${version}/${artifact}-${version}.${type}`;
}

async function download(url: string, file: string, options: DownloadOptions): Promise<void> {
  const dispatcher = new EnvHttpProxyAgent();
  const part = `${file}.part`;
  try {
    const expected = (await fetchText(`${url}.sha1`, dispatcher)).trim().split(/\s/)[0];
    for (let attempt = 1; ; attempt += 1) {
      try {
        await continueDownload(url, part, { dispatcher, progress: options.progress });
        if ((await sha1(part)) === expected) break;
        await rm(part, { force: true });
        throw new Error(`the SHA-1 of ${basename(file)} is not the one the repository states`);
      } catch (error) {
        if (attempt === 4) throw error;
        await pause((options.retryPauseMs ?? 1000) * attempt);
      }
    }
    await rename(part, file);
  } finally {
    await dispatcher.close();
  }
}

async function continueDownload(
  url: string,
  part: string,
  { dispatcher, progress }: { dispatcher: Dispatcher; progress: DownloadOptions['progress'] },
): Promise<void> {
  const have = await sizeOf(part);
  const response = await fetch(url, { dispatcher, headers: have > 0 ? { range: `bytes=${have}-` } : {} });
  // The whole file was there already, and only the comparison was missing.
  if (response.status === 416) return response.body?.cancel();
  const body = checkedBody(response);
  const start = response.status === 206 ? have : 0;
  const length = Number(response.headers.get('content-length') ?? Number.NaN);
  const total = Number.isNaN(length) ? undefined : start + length;
  let bytes = start;
  const counted = Readable.fromWeb(body).on('data', (chunk: Uint8Array) => {
    bytes += chunk.length;
    progress(bytes, total);
  });
  await pipeline(counted, createWriteStream(part, { flags: start > 0 ? 'a' : 'w' }));
}

async function fetchText(url: string, dispatcher: Dispatcher): Promise<string> {
  const response = await fetch(url, { dispatcher });
  checkedBody(response);
  return response.text();
}

function checkedBody(response: Response): NonNullable<Response['body']> {
  if (!response.ok || response.body === null) throw new Error(`the repository answered ${response.status}`);
  return response.body;
}

/** fetch says only "fetch failed"; what failed is in its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}

/** Maven knows mirrors, proxies and credentials that we do not. */
async function copyWithMaven(artifact: MavenArtifact, file: string, reason: string): Promise<void> {
  const { group, artifact: name, version, type } = artifact;
  const directory = `${dirname(file)}/mvn-${process.pid}`;
  try {
    await run('mvn', [
      '-q',
      '-B',
      'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy',
      '-Dmdep.useBaseVersion=true',
      `-Dartifact=${group}:${name}:${version}:${type}`,
      `-DoutputDirectory=${directory}`,
    ]);
    await rename(join(directory, basename(file)), file);
  } catch (cause) {
    throw new PlumblineError('lab_download_failed', {
      message: `${basename(file)} could not be downloaded: ${reason}; mvn could not get it either.`,
      upstream: cause instanceof Error ? cause.message : String(cause),
      cause,
    });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function sha1(file: string): Promise<string> {
  const hash = createHash('sha1');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

async function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    (found) => found.size,
    () => 0,
  );
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
