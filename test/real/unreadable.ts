import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import {
  createProject,
  createToken,
  createUser,
  deleteProject,
  grantUser,
  projectExists,
  revokeGroup,
  revokeToken,
  revokeUser,
  setVisibility,
} from '../../lab/sonarqube/admin.ts';
import type { GenericIssue } from '../../lab/sonarqube/generic-issues.ts';
import type { LabVersion } from '../../lab/sonarqube/releases.ts';
import { analyse, prepareScanner } from '../../lab/sonarqube/scan.ts';
import { startSonarqube } from '../../lab/sonarqube/server.ts';
import type { IntegrationHealthList } from '../../src/features/ingestion/contract.ts';
import { testLab } from '../support/test-lab.ts';
import { audit, type ConnectedProduct, connectProduct } from './connected-product.ts';
import { describeReal, issueTotal, type RealServer } from './real-server.ts';

const open = 'unreadable-open';
const closed = 'unreadable-closed';
const operator = 'plumbline-lists-only';

const issue = (line: number): GenericIssue => ({
  rule: {
    id: 'WEAK',
    engine: 'hints',
    name: 'Weak hint',
    description: 'A hint for tests.',
    type: 'VULNERABILITY',
    severity: 'MAJOR',
    cleanCodeAttribute: 'CLEAR',
    impacts: [{ softwareQuality: 'SECURITY', severity: 'HIGH' }],
  },
  file: 'src/a.txt',
  line,
  message: `hint ${line}`,
});

/** A project that a token lists and may not browse is never complete: not in a run, not in an audit, not in the health. */
export function describeUnreadable(): void {
  describeReal('A private project without Browse', (server) => {
    let connected: ConnectedProduct;
    let operatorToken: string;
    beforeAll(async () => {
      const { admin } = server();
      await removeProjects(server());
      const { context } = testLab(() => undefined);
      const scanner = await prepareScanner(context);
      const sonarqube = await startSonarqube(context, { version: server().version as LabVersion });
      for (const key of [open, closed]) {
        await createProject(admin, { key });
        await analyse(scanner, sonarqube, {
          projectKey: key,
          revision: 'c'.repeat(40),
          version: '1',
          files: { 'src/a.txt': 'line\n'.repeat(12) },
          issues: [1, 2, 3].map(issue),
        });
      }
      await createUser(admin, { login: operator, name: 'Administers and browses nothing private' });
      for (const permission of ['admin', 'scan'] as const) await grantUser(admin, { login: operator, permission });
      operatorToken = await createToken(admin, { name: 'test', login: operator });
      await setVisibility(admin, closed, 'private');
      for (const permission of ['user', 'codeviewer'] as const) {
        for (const groupName of ['sonar-users', 'sonar-administrators'])
          await revokeGroup(admin, { groupName, permission, projectKey: closed });
        await revokeUser(admin, { login: 'admin', permission, projectKey: closed });
      }
    });
    beforeEach(async () => {
      connected = await connectProduct({ target: server().url });
      return () => connected.close();
    });
    afterAll(async () => {
      const { admin } = server();
      for (const permission of ['admin', 'scan'] as const) await revokeUser(admin, { login: operator, permission });
      await revokeToken(admin, { name: 'test', login: operator });
      await removeProjects(server());
    });

    const tokens: [who: string, token: () => string][] = [
      ['the administrator, without Browse on it', () => server().tokens.user],
      ['a user with Administer System and Execute Analysis alone', () => operatorToken],
    ];

    it.each(tokens)('%s: run partial, audit exit 2 with the reason, nothing HEALTHY', async (who, token) => {
      const { product, db } = connected;
      // The server itself still counts the issues for those who measure.
      const applied = await connected.apply({ token: token(), settings: { projectKeys: ['unreadable-*'] } });
      expect(applied).toMatchObject({ status: 0 });
      const synced = await product.plumbline(['sync', 'sonar-lab', '--wait']);
      expect([synced.status, synced.out]).toEqual([2, expect.stringMatching(/^run \d+ partial /)]);
      expect(synced.out + synced.err).toContain(closed);
      const { status, out, err } = await product.plumbline(['audit', 'sonar-lab']);
      expect(status, out + err).toBe(2);
      expect(out + err).toContain('invalid_permissions');
      expect(out + err).toContain(closed);
      const { audit: found } = await audit(product);
      expect([found.status, found.error?.code]).toEqual(['incomplete', 'invalid_permissions']);
      const { integrations } = JSON.parse((await product.api('api/v1/health')).text) as IntegrationHealthList;
      expect(integrations).toMatchObject([
        { integrationName: 'sonar-lab', health: expect.not.stringMatching('HEALTHY') },
      ]);
      const streams = await db.query<{ project: string; outcome: string; code: string | null; stored: number }>(
        `select substr(slice, 9) as project, outcome, error_code as code, stored_count::int as stored
           from ingestion.completeness where stream = 'issues' and slice like 'project:unreadable-%' order by slice, task_id`,
      );
      expect(streams.filter(({ project, outcome }) => project === closed && outcome === 'complete')).toEqual([]);
      expect(streams.find(({ project }) => project === open)).toMatchObject({
        outcome: 'complete',
        stored: await issueTotal(server().admin, open),
      });
      process.stdout.write(
        `${who}\n  sync: exit ${synced.status}, ${synced.out.trim()}\n  audit: exit ${status}, ${out.trim()} ${err.trim()}\n  ${JSON.stringify(integrations[0])}\n`,
      );
    });
  });
}

async function removeProjects({ admin }: RealServer): Promise<void> {
  for (const key of [open, closed]) if (await projectExists(admin, key)) await deleteProject(admin, key);
}
