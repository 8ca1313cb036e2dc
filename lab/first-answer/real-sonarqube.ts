import type { LabContext } from '../context.ts';
import { createProject, deleteProject, projectExists } from '../sonarqube/admin.ts';
import type { GenericIssue } from '../sonarqube/generic-issues.ts';
import type { LabVersion } from '../sonarqube/releases.ts';
import { analyse, prepareScanner } from '../sonarqube/scan.ts';
import { endLoops } from '../sonarqube/scan-loop.ts';
import { listSonarqubes, startSonarqube, stopSonarqube } from '../sonarqube/server.ts';
import { type ApiAccess, post } from '../sonarqube/web-api.ts';
import type { Endings } from './endings.ts';
import type { Connectable } from './systems.ts';
import { services } from './world.ts';

const gate = 'first-answer';

const hole: GenericIssue = {
  rule: {
    id: 'HOLE',
    engine: 'first-answer',
    name: 'A hole',
    description: 'What makes the gate fail.',
    type: 'VULNERABILITY',
    severity: 'CRITICAL',
    cleanCodeAttribute: 'COMPLETE',
    impacts: [{ softwareQuality: 'SECURITY', severity: 'HIGH' }],
  },
  file: 'src/a.txt',
  line: 1,
  message: 'a hole',
};

/**
 * The lab’s own server, adopted where it runs, else stopped again at the end. Both projects are analysed with the vendor’s
 * scanner, and removed at the end with their gate.
 */
export async function realSonarqube(context: LabContext, version: LabVersion, endings: Endings): Promise<Connectable> {
  const ran = (await listSonarqubes(context)).some((one) => one.version === version && one.pid !== undefined);
  if (!ran) await endings.add(() => stopSonarqube(context, version));
  const server = await startSonarqube(context, { version });
  const { admin, url, release, tokens } = server;
  await remove(admin);
  await endings.add(() => remove(admin));
  // Of all code: the first analysis of a project has no new code.
  await post(admin, 'api/qualitygates/create', { name: gate });
  const condition = { metric: 'vulnerabilities', op: 'GT', error: '0' };
  await post(admin, 'api/qualitygates/create_condition', { gateName: gate, ...condition });
  const scanner = await prepareScanner(context);
  await endings.add(async () => endLoops());
  for (const { name, projectKey, commit, passes } of services) {
    await createProject(admin, { key: projectKey, name });
    await post(admin, 'api/qualitygates/select', { gateName: gate, projectKey });
    await analyse(scanner, server, {
      projectKey,
      projectName: name,
      revision: commit,
      version: '1.0',
      files: { 'src/a.txt': `of ${name}\n` },
      issues: passes ? [] : [hole],
    });
  }
  return { title: `SonarQube ${release}, real`, url, token: tokens.user };
}

async function remove(admin: ApiAccess): Promise<void> {
  for (const { projectKey } of services)
    if (await projectExists(admin, projectKey)) await deleteProject(admin, projectKey);
  // There may be none.
  await post(admin, 'api/qualitygates/destroy', { name: gate }).catch(() => undefined);
}
