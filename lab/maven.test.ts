import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type DownloadOptions, fetchArtifact, mavenRepository, mirrorOfCentral, repositoryPath } from './maven.ts';

const artifact = { group: 'org.example', artifact: 'thing', version: '1.2', type: 'zip' };
const content = Buffer.from('0123456789'.repeat(1000));
const sha1 = createHash('sha1').update(content).digest('hex');
const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  vi.unstubAllEnvs();
});

async function repository(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  cleanups.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function sizeOf(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.size;
}

async function options(url: string): Promise<DownloadOptions> {
  const cacheDirectory = await mkdtemp(join(tmpdir(), 'plumbline-maven-'));
  cleanups.push(() => rm(cacheDirectory, { recursive: true }));
  return { cacheDirectory, repository: url, progress: () => undefined, note: () => undefined, retryPauseMs: 1 };
}

describe('fetchArtifact', () => {
  it('downloads once and serves the second call from the cache', async () => {
    const asked: string[] = [];
    const url = await repository((request, response) => {
      asked.push(request.url ?? '');
      response.end(request.url?.endsWith('.sha1') ? `${sha1}  thing-1.2.zip` : content);
    });
    const given = await options(url);
    const file = await fetchArtifact(artifact, given);
    expect(await readFile(file)).toEqual(content);
    expect(await fetchArtifact(artifact, given)).toBe(file);
    expect(asked).toEqual(['/org/example/thing/1.2/thing-1.2.zip.sha1', '/org/example/thing/1.2/thing-1.2.zip']);
    expect(await readdir(dirname(file))).toEqual(['thing-1.2.zip']);
  });

  it('goes on where a cut-off download ended', async () => {
    const ranges: (string | undefined)[] = [];
    let part = '';
    const url = await repository((request, response) => {
      if (request.url?.endsWith('.sha1')) return response.end(sha1);
      ranges.push(request.headers.range);
      const start = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
      response.writeHead(start > 0 ? 206 : 200, { 'content-length': content.length - start });
      if (start > 0) return response.end(content.subarray(start));
      response.write(content.subarray(0, 4000));
      // Cut off only when the first part has reached the disk: what is still on its way may be lost with the line.
      return vi.waitUntil(() => sizeOf(part) === 4000).then(() => response.destroy());
    });
    const given = await options(url);
    part = join(given.cacheDirectory, 'maven', `${repositoryPath(artifact)}.part`);
    const file = await fetchArtifact(artifact, given);
    expect(await readFile(file)).toEqual(content);
    expect(ranges).toEqual([undefined, 'bytes=4000-']);
  });

  it('starts anew after leftovers that do not add up to the stated SHA-1', async () => {
    const url = await repository((request, response) => {
      if (request.url?.endsWith('.sha1')) return response.end(sha1);
      const start = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
      response.writeHead(start > 0 ? 206 : 200);
      return response.end(content.subarray(start));
    });
    const given = await options(url);
    const part = join(given.cacheDirectory, 'maven', `${repositoryPath(artifact)}.part`);
    await mkdir(dirname(part), { recursive: true });
    await writeFile(part, 'something else');
    expect(await readFile(await fetchArtifact(artifact, given))).toEqual(content);
  });

  it('keeps nothing that differs from the stated SHA-1, and says why', async () => {
    vi.stubEnv('PATH', '/nonexistent');
    const url = await repository((request, response) =>
      response.end(request.url?.endsWith('.sha1') ? 'f'.repeat(40) : content),
    );
    const given = await options(url);
    await expect(fetchArtifact(artifact, given)).rejects.toMatchObject({
      code: 'lab_download_failed',
      message: expect.stringContaining('SHA-1'),
    });
    expect(await readdir(dirname(join(given.cacheDirectory, 'maven', repositoryPath(artifact))))).toEqual([]);
  });
});

describe('the repository', () => {
  it('is the mirror of a settings file, unless the environment names one', async () => {
    const home = await mkdtemp(join(tmpdir(), 'plumbline-home-'));
    cleanups.push(() => rm(home, { recursive: true }));
    expect(await mavenRepository({ HOME: home })).toBeUndefined();
    await mkdir(join(home, '.m2'));
    const mirror = '<mirror><mirrorOf>central</mirrorOf><url>https://mirror.example/maven/</url></mirror>';
    await writeFile(join(home, '.m2/settings.xml'), `<settings><mirrors>${mirror}</mirrors></settings>`);
    expect(await mavenRepository({ HOME: home })).toBe('https://mirror.example/maven');
    expect(await mavenRepository({ HOME: home, MAVEN_REPOSITORY_URL: 'https://own.example/' })).toBe(
      'https://own.example',
    );
  });

  it('ignores mirrors in comments and of other repositories', () => {
    const mirror = (of: string): string =>
      `<mirror><url> https://${of.length}.example </url><mirrorOf>${of}</mirrorOf></mirror>`;
    expect(mirrorOfCentral(`<!-- ${mirror('central')} -->${mirror('snapshots')}`)).toBeUndefined();
    expect(mirrorOfCentral(mirror('*,!central'))).toBeUndefined();
    expect(mirrorOfCentral(`${mirror('snapshots')}${mirror('*')}`)).toBe('https://1.example');
  });
});
