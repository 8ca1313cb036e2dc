import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type LabContext, labContext } from '../../lab/context.ts';
import { withLock } from '../../lab/lock.ts';
import { setVisibility } from '../../lab/sonarqube/admin.ts';
import { feedSonarqube } from '../../lab/sonarqube/feed/feed.ts';
import type { Seed } from '../../lab/sonarqube/feed/model.ts';
import { feedPlan } from '../../lab/sonarqube/feed/plan.ts';
import type { LabVersion } from '../../lab/sonarqube/releases.ts';
import { listSonarqubes, type Sonarqube, startSonarqube, stopSonarqube } from '../../lab/sonarqube/server.ts';
import { get } from '../../lab/sonarqube/web-api.ts';

/** `full` adds 30,000 issues in one file. */
const seeds: Record<LabVersion, Seed> = { '9.9': 'full', '10.7': 'small', '26.9': 'full' };

/** Keys of the lab's projects on a server of this version. */
export const fedProjects = (version: LabVersion): string[] => feedPlan(seeds[version]).map(({ key }) => key);

/**
 * Python is fed; Java, so that rules are of several repositories and fill several pages. Without the others a server starts in
 * two thirds of the processor time, and one that never had them does not load seven thousand rules for each analysis.
 */
const analysers = ['cayc', 'java', 'python', 'text'];

/** Another test run on this machine may be at its own real servers. */
const busyWaitMs = 3_600_000;

/** The lab of the tests, beside the downloads and outside the clone, so that both survive. */
export interface TestLab {
  context: LabContext;
  /** False for a lab that PLUMBLINE_TEST_LAB names: its running servers are adopted and never stopped. */
  own: boolean;
}

export function testLab(say: (line: string) => void): TestLab {
  const context = labContext(process.env, { note: say });
  const named = process.env['PLUMBLINE_TEST_LAB'];
  return {
    context: { ...context, stateDirectory: named ?? join(context.cacheDirectory, 'test-lab') },
    own: named === undefined,
  };
}

/** While `work` goes on no other test run of this machine starts or stops a server of the tests' own lab. */
export async function holdTestLab<T>({ context, own }: TestLab, work: () => Promise<T>): Promise<T> {
  if (!own) return work();
  await mkdir(context.stateDirectory, { recursive: true, mode: 0o755 });
  const waiting = (pid: number): void =>
    context.note(`Process ${pid} is testing against a real server; waiting for it.`);
  return withLock(context.stateDirectory, { waitMs: busyWaitMs, waiting }, work);
}

/** Starts or adopts the server of a version and feeds what is missing. */
export async function startFed(lab: TestLab, version: LabVersion): Promise<Sonarqube> {
  // Two servers at once are too much for a machine with two cores; a killed test run may have left one.
  if (lab.own) await stopOthers(lab.context, version);
  // A lab that a person started may listen on the usual port, also where ours listened before.
  const ofTests = { mayMove: true, shortLived: true, analysers };
  const server = await startSonarqube(lab.context, { version, ...(lab.own ? ofTests : {}) });
  await feedSonarqube(lab.context, server, seeds[version]);
  await showFed(server, version);
  return server;
}

async function stopOthers(context: LabContext, version: LabVersion): Promise<void> {
  for (const other of await listSonarqubes(context))
    if (other.version !== version && other.pid !== undefined) await stopSonarqube(context, other.version);
}

/** A test hides every project for a moment; a run that was killed then must not spoil the next. */
async function showFed({ admin }: Sonarqube, version: LabVersion): Promise<void> {
  const listed = await get<{ components: { key: string; visibility: string }[] }>(admin, 'api/projects/search', {
    ps: 500,
  });
  const hidden = new Set(listed.components.filter(({ visibility }) => visibility === 'private').map(({ key }) => key));
  for (const project of feedPlan(seeds[version]))
    if (!project.private && hidden.has(project.key)) await setVisibility(admin, project.key, 'public');
}
