import type { TestProject } from 'vitest/node';
import { isLabVersion, type LabVersion } from '../../lab/sonarqube/releases.ts';
import { stopSonarqube } from '../../lab/sonarqube/server.ts';
import { isPlumblineError } from '../../src/platform/errors/index.ts';
import { fedProjects, holdTestLab, startFed, testLab } from './test-lab.ts';

/** What the tests of a version get: its server, or the reason why there is none. */
export type RealSonarqube =
  | {
      version: LabVersion;
      url: string;
      /** With `user.token`, `scan.token` and `browse.token`. */
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

/** Set-up of the vitest projects `real-<version>`: one server, started or adopted, fed, and stopped if it is ours. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const version = project.name.replace('real-', '');
  if (!isLabVersion(version)) throw new Error(`${project.name} names no version of the lab`);
  const { server, stop } = await heldServer(version);
  project.provide('sonarqube', server);
  const suffix = version.replace('.', '_');
  if (server.missing === undefined) {
    // Read by the contract suite, which a person may also point at any other server.
    process.env[`SONARQUBE_URL_${suffix}`] = server.url;
    process.env[`SONARQUBE_TOKENS_${suffix}`] = server.directory;
  }
  return stop;
}

interface Held {
  server: RealSonarqube;
  stop: () => Promise<void>;
}

/** The lab stays held from here until `stop` has ended. */
function heldServer(version: LabVersion): Promise<Held> {
  const lab = testLab((line) => process.stdout.write(`${line}\n`));
  return new Promise((resolve, reject) => {
    const held = holdTestLab(lab, async () => {
      const server = await provideServer(version);
      await new Promise<void>((release) => {
        const stop = async (): Promise<void> => {
          release();
          await held;
        };
        resolve({ server, stop });
      });
      if (server.missing === undefined && server.ours) await stopSonarqube(lab.context, version);
    });
    held.catch(reject);
  });
}

/** Starts, adopts and feeds. Where the machine cannot run this version: `missing`, or a failure in CI. */
async function provideServer(version: LabVersion): Promise<RealSonarqube> {
  const lab = testLab((line) => process.stdout.write(`${line}\n`));
  try {
    const { url, directory, adopted } = await startFed(lab, version);
    return { version, url, directory, ours: lab.own || !adopted, fed: fedProjects(version) };
  } catch (error) {
    const missing = reasonToSkip(error);
    if (missing === undefined || process.env['CI'] === 'true') throw error;
    process.stdout.write(`The tests against SonarQube ${version} are skipped: ${missing}\n`);
    return { version, missing };
  }
}

/** A machine without the right Java, or without network, is no failure of ours; a server that does not start is. */
function reasonToSkip(error: unknown): string | undefined {
  const absent = isPlumblineError(error, 'lab_java_missing') || isPlumblineError(error, 'lab_download_failed');
  return absent ? `${error.message} ${error.remedy}` : undefined;
}
