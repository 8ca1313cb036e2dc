import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  acceptWord,
  createProject,
  deleteProject,
  doTransition,
  projectExists,
  setSeverity,
  setTags,
} from '../../lab/sonarqube/admin.ts';
import { revisionOf } from '../../lab/sonarqube/feed/plan.ts';
import type { GenericIssue, GenericRule } from '../../lab/sonarqube/generic-issues.ts';
import type { LabVersion } from '../../lab/sonarqube/releases.ts';
import { analyse, prepareScanner, type Scanner } from '../../lab/sonarqube/scan.ts';
import { type Sonarqube, startSonarqube } from '../../lab/sonarqube/server.ts';
import { get, post } from '../../lab/sonarqube/web-api.ts';
import { testLab } from '../support/test-lab.ts';
import { type ConnectedProduct, connectProduct, syncWell } from './connected-product.ts';
import { compareEveryField } from './every-field.ts';
import { describeReal, type RealServer } from './real-server.ts';

const project = 'incremental-every-field';
const fileCount = 90;
const issuesPerFile = 45;

const rules: readonly GenericRule[] = (['CODE_SMELL', 'BUG', 'VULNERABILITY'] as const).map((type, index) => ({
  id: `incremental-${index}`,
  engine: 'lab',
  name: `Rule ${index} of the incremental test`,
  description: 'A rule.',
  type,
  severity: (['MINOR', 'MAJOR', 'CRITICAL'] as const)[index] ?? 'MAJOR',
  cleanCodeAttribute: 'CLEAR',
  impacts: [
    {
      softwareQuality: (['MAINTAINABILITY', 'RELIABILITY', 'SECURITY'] as const)[index] ?? 'SECURITY',
      severity: (['LOW', 'MEDIUM', 'HIGH'] as const)[index] ?? 'HIGH',
    },
  ],
}));

/** What somebody did to the code: files whose issues are gone, and files with so many lines put in front. */
interface Edit {
  fixed: readonly number[];
  moved: Readonly<Record<number, number>>;
}

interface Scan {
  scanner: Scanner;
  server: Sonarqube;
}

/** An incremental sync leaves the store equal to the server, in every member of every object it keeps. */
export function describeIncremental(): void {
  describeReal('After one incremental sync', (server) => {
    let connected: ConnectedProduct;
    let scan: Scan;

    beforeAll(async () => {
      const { context } = testLab(() => undefined);
      const version = server().version as LabVersion;
      scan = { scanner: await prepareScanner(context), server: await startSonarqube(context, { version }) };
      await removeProject(server());
      await createProject(server().admin, { key: project });
      await post(server().admin, 'api/project_tags/set', { project, tags: 'ledger,by-hand' });
      await analyseVersion(scan, '1', { fixed: [], moved: {} });
      connected = await connectProduct({ target: server().url });
      const declared = { token: server().tokens.user, settings: { projectKeys: [project] } };
      expect(await connected.apply(declared)).toMatchObject({ status: 0, err: '' });
      await syncWell(connected.product);
    });
    afterAll(async () => {
      await connected?.close();
      await removeProject(server());
    });

    async function syncAndCompare(what: string): Promise<string[]> {
      connected.proxy.clear();
      const printed = await syncWell(connected.product);
      const calls = connected.proxy.entries.map(({ path }) => path);
      const since = new Date(Date.now() - 150 * 86_400_000);
      const { objects, values, leftOut, differences } = await compareEveryField({
        admin: server().admin,
        db: connected.db,
        project,
        since,
      });
      process.stdout.write(
        `${what}: ${values} values of ${JSON.stringify(objects)} compared with ${calls.length} requests used; ${printed.trim()}\n` +
          `${Object.entries(leftOut)
            .map(([name, why]) => `  left out: ${name} – ${why}\n`)
            .join('')}`,
      );
      expect(differences.slice(0, 20)).toEqual([]);
      expect(values).toBeGreaterThanOrEqual(100_000);
      return calls;
    }

    it('of three changes by hand the store equals the server, for a handful of requests', async () => {
      const [accepted = '', falsePositive = '', graver = '', tagged = ''] = await openIssues(server());
      const { admin, version } = server();
      await doTransition(admin, accepted, acceptWord(version));
      await doTransition(admin, falsePositive, 'falsepositive');
      await setSeverity(admin, graver, 'BLOCKER');
      await setTags(admin, tagged, ['by-hand']);
      const calls = await syncAndCompare('Changes by hand');
      // One of them asks how the server counts: its mode may have been changed, too.
      expect(calls.length, calls.join('\n')).toBeLessThanOrEqual(21);
      expect(calls).not.toContain('api/issues/list');
    });

    it('of changes by hand and a file fixed and analysed again the store equals the server', async () => {
      const [accepted = '', falsePositive = '', graver = ''] = await openIssues(server());
      const { admin, version } = server();
      await doTransition(admin, accepted, acceptWord(version));
      await doTransition(admin, falsePositive, 'falsepositive');
      await setSeverity(admin, graver, 'INFO');
      await analyseVersion(scan, '2', { fixed: [3], moved: { 5: 4 } });
      await syncAndCompare('Changes by hand and an analysis');
    });

    it('of a further analysis only what moved is read, and the store equals the server', async () => {
      await analyseVersion(scan, '3', { fixed: [3, 8], moved: { 5: 4, 7: 2 } });
      const calls = await syncAndCompare('A further analysis');
      expect(calls).toContain('api/issues/pull');
      expect(calls).not.toContain('api/issues/list');
    });
  });
}

async function removeProject({ admin }: RealServer): Promise<void> {
  if (await projectExists(admin, project)) await deleteProject(admin, project);
}

async function openIssues({ admin }: RealServer): Promise<string[]> {
  const params = { componentKeys: project, resolved: 'false', s: 'CREATION_DATE', ps: 10 };
  const { issues } = await get<{ issues: { key: string }[] }>(admin, 'api/issues/search', params);
  return issues.map(({ key }) => key);
}

async function analyseVersion({ scanner, server }: Scan, version: string, edit: Edit): Promise<void> {
  const files: Record<string, string> = {};
  const issues: GenericIssue[] = [];
  for (let index = 0; index < fileCount; index += 1) {
    const file = `src/d${String(index % 9)}/f${String(index).padStart(2, '0')}.txt`;
    const before = edit.moved[index] ?? 0;
    const fixed = edit.fixed.includes(index);
    const text = Array.from(
      { length: issuesPerFile },
      (_, line) => `line ${line + 1} of file ${index}${fixed ? ' is fine' : ''}\n`,
    );
    files[file] = Array.from({ length: before }, (_, line) => `new line ${line + 1} before\n`).join('') + text.join('');
    if (fixed) continue;
    for (let line = 1; line <= issuesPerFile; line += 1) {
      const rule = rules[(index + line) % rules.length] as GenericRule;
      issues.push({
        rule,
        file,
        line: line + before,
        message: `Issue ${line} of file ${index}`,
        effortMinutes: 1 + (line % 90),
      });
    }
  }
  await analyse(scanner, server, {
    projectKey: project,
    revision: revisionOf(project, version),
    version,
    files,
    issues,
  });
}
