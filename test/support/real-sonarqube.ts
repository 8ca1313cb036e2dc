import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { type LabContext, labContext, labDirectory } from '../../lab/context.ts';
import { setVisibility } from '../../lab/sonarqube/admin.ts';
import { feedSonarqube } from '../../lab/sonarqube/feed/feed.ts';
import { feedPlan, type Seed } from '../../lab/sonarqube/feed/plan.ts';
import { isLabVersion, type LabVersion, labVersions } from '../../lab/sonarqube/releases.ts';
import { listSonarqubes, type Sonarqube, startSonarqube, stopSonarqube } from '../../lab/sonarqube/server.ts';
import { get } from '../../lab/sonarqube/web-api.ts';
import { isPlumblineError } from '../../src/platform/errors/index.ts';

/** What the tests of a version get: its server, or the reason why there is none. */
export type RealSonarqube =
  | {
      version: LabVersion;
      release: string;
      url: string;
      /** With `user.token`, `scan.token`, `browse.token` and `admin.password`. */
      directory: string;
      /** False for a server that somebody else may be using at this moment. */
      ours: boolean;
      /** Keys of the lab's projects on it. */
      fed: readonly string[];
      missing?: undefined;
    }
  | { version: LabVersion; missing: string };

declare module 'vitest' {
  interface ProvidedContext {
    sonarqube: RealSonarqube;
  }
}

const seeds: Record<LabVersion, Seed> = { '9.9': 'small', '10.7': 'small', '26.9': 'full' };

/** Set-up of the vitest projects `real-<version>`: one server, started or adopted, and fed. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const version = project.name.replace('real-', '');
  if (!isLabVersion(version)) throw new Error(`${project.name} names no version of the lab`);
  const started = await provideServer(version);
  project.provide('sonarqube', started.server);
  const suffix = version.replace('.', '_');
  if (started.server.missing === undefined) {
    process.env[`SONARQUBE_URL_${suffix}`] = started.server.url;
    process.env[`SONARQUBE_TOKENS_${suffix}`] = started.server.directory;
  }
  return () => started.stop();
}

interface Started {
  server: RealSonarqube;
  stop(): Promise<void>;
}

/** Starts, adopts and feeds. Where the machine cannot run this version: `missing`, or a failure in CI. */
async function provideServer(version: LabVersion): Promise<Started> {
  const context = testLab();
  try {
    const server = await startFed(context, version);
    const { release, url, directory } = server;
    const ours = await isOurs(server);
    return {
      server: { version, release, url, directory, ours, fed: feedPlan(seeds[version]).map(({ key }) => key) },
      stop: async () => {
        if (ours) await stopOurs(context, version);
      },
    };
  } catch (error) {
    const missing = reasonToSkip(error);
    if (missing === undefined || process.env['CI'] === 'true') throw error;
    say(`The tests against SonarQube ${version} are skipped: ${missing}`);
    return { server: { version, missing }, stop: async () => undefined };
  }
}

/** A machine without the right Java, or without network, is no failure of ours; a server that does not start is. */
function reasonToSkip(error: unknown): string | undefined {
  return isPlumblineError(error, 'lab_java_missing') || isPlumblineError(error, 'lab_download_failed')
    ? `${error.message} ${error.remedy}`
    : undefined;
}

/** Starts or adopts the test lab's server of a version and feeds what is missing; also run ahead of its stage. */
export async function startFed(context: LabContext, version: LabVersion): Promise<Sonarqube> {
  await stopOthers(context, version);
  const server = await startSonarqube(context, { version });
  if (!server.adopted) await writeFile(markOf(server.directory), String(server.pid));
  await feedSonarqube(context, server, seeds[version]);
  await showFed(server);
  return server;
}

/**
 * The lab of the tests: beside the downloads, outside the clone, so that both survive. PLUMBLINE_TEST_LAB names another
 * state directory, for a person who has a lab running anyway.
 */
export function testLab(): LabContext {
  const context = labContext(process.env, { note: say });
  const stateDirectory = process.env['PLUMBLINE_TEST_LAB'] ?? join(context.cacheDirectory, 'test-lab');
  return { ...context, stateDirectory };
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

const markOf = (directory: string): string => join(directory, 'started-by-tests');

/** True when a test run started it, this one or one that was killed: then it is ours to stop. */
async function isOurs({ directory, pid }: { directory: string; pid: number }): Promise<boolean> {
  return (await readFile(markOf(directory), 'utf8').catch(() => '')) === String(pid);
}

async function stopOurs(context: LabContext, version: LabVersion): Promise<void> {
  await stopSonarqube(context, version);
  await rm(markOf(labDirectory(context, `sonarqube-${version}`)), { force: true });
}

/** Two servers at once are too much for a machine with two cores. */
async function stopOthers(context: LabContext, version: LabVersion): Promise<void> {
  for (const other of await listSonarqubes(context)) {
    const { pid, directory } = other;
    if (other.version !== version && pid !== undefined && (await isOurs({ directory, pid })))
      await stopOurs(context, other.version);
  }
}

/** A test hides every project for a moment; a run that was killed then must not spoil the next. */
async function showFed({ admin }: Sonarqube): Promise<void> {
  const { components } = await get<{ components: { key: string; visibility: string }[] }>(
    admin,
    'api/projects/search',
    {
      ps: 500,
    },
  );
  const hidden = new Set(components.filter(({ visibility }) => visibility === 'private').map(({ key }) => key));
  for (const project of feedPlan('full'))
    if (!project.private && hidden.has(project.key)) await setVisibility(admin, project.key, 'public');
}

/** Versions that have a vitest project of their own. */
export const testedVersions = labVersions.filter((version) => version !== '10.7');
