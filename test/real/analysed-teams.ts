import { createProject, deleteProject, projectExists } from '../../lab/sonarqube/admin.ts';
import { revisionOf } from '../../lab/sonarqube/feed/plan.ts';
import type { GenericIssue, GenericRule } from '../../lab/sonarqube/generic-issues.ts';
import type { LabVersion } from '../../lab/sonarqube/releases.ts';
import { analyse, prepareScanner } from '../../lab/sonarqube/scan.ts';
import { startSonarqube } from '../../lab/sonarqube/server.ts';
import { testLab } from '../support/test-lab.ts';
import type { RealServer } from './real-server.ts';

/** TEAM_ISSUES=20000 makes as many in 40 projects; by default a third of the projects, as each analysis takes time. */
const wanted = process.env['TEAM_ISSUES'];
const issues = Number(wanted ?? '2500');
const projectsEach = wanted === undefined ? [1] : [1, 2, 3];

/** Two sites of two departments of three teams. */
export const teams: readonly { name: string; path: readonly [site: string, department: string] }[] = [
  'North',
  'South',
].flatMap((site, at) =>
  ['Platform', 'Products'].flatMap((department, of) =>
    [1, 2, 3].map((n) => ({
      name: `t${at * 6 + of * 3 + n}`,
      path: [site, `${department} ${site}`] as const,
    })),
  ),
);

/** Of each team alone. */
export const projectsOf = (team: string): string[] => projectsEach.map((n) => `teams-${team}-${n}`);
export const projectKeys: readonly string[] = [
  ...teams.flatMap(({ name }) => projectsOf(name)),
  'teams-moved',
  'teams-shared',
  'teams-unowned',
  'teams-unowned-2',
];

const now = new Date();
const quarterStart = new Date(Date.UTC(now.getUTCFullYear(), Math.floor(now.getUTCMonth() / 3) * 3, 1));
/** Last day of the last quarter. */
export const quarterEnd = new Date(quarterStart.getTime() - 86_400_000).toISOString().slice(0, 10);
/** When everything was analysed first: in the last quarter. */
export const past = new Date(quarterStart.getTime() - 30 * 86_400_000).toISOString();

const rule = (id: string, type: GenericRule['type'], ...impacts: GenericRule['impacts'][number][]): GenericRule => ({
  id: `teams-${id}`,
  engine: 'lab',
  name: `Rule ${id}`,
  description: 'A rule.',
  type,
  severity: 'MAJOR',
  cleanCodeAttribute: 'CLEAR',
  impacts,
});
const rules = [
  rule('worst', 'VULNERABILITY', { softwareQuality: 'SECURITY', severity: 'BLOCKER' }),
  rule(
    'high',
    'BUG',
    { softwareQuality: 'SECURITY', severity: 'HIGH' },
    { softwareQuality: 'RELIABILITY', severity: 'LOW' },
  ),
  rule('medium', 'VULNERABILITY', { softwareQuality: 'SECURITY', severity: 'MEDIUM' }),
  rule('low', 'VULNERABILITY', { softwareQuality: 'SECURITY', severity: 'LOW' }),
  rule('other', 'CODE_SMELL', { softwareQuality: 'MAINTAINABILITY', severity: 'HIGH' }),
] as const;

/** Another number of each rule in each project, so that no two have the same sums. */
function found(at: number, again: boolean): GenericIssue[] {
  const share = issues / projectKeys.length / rules.length;
  return rules.flatMap((one, index) => {
    const lines = Math.ceil(share * (0.6 + ((at * 7 + index * 3) % 9) / 10));
    // Analysed again some of the worst are fixed, and new ones of the others came.
    const count = again ? (index === 0 ? Math.floor(lines / 2) : lines + 1 + index) : lines;
    return Array.from({ length: count }, (_, line) => ({
      rule: one,
      file: `src/${one.id}.txt`,
      line: line + 1,
      message: `${one.id} ${line + 1}`,
    }));
  });
}

/** All projects in the last quarter, and every eighth again now. */
export async function analyseTeams({ admin, version }: RealServer): Promise<void> {
  const { context } = testLab(() => undefined);
  const scanner = await prepareScanner(context);
  const server = await startSonarqube(context, { version: version as LabVersion });
  for (const [at, projectKey] of projectKeys.entries()) {
    if (await projectExists(admin, projectKey)) await deleteProject(admin, projectKey);
    await createProject(admin, { key: projectKey });
    const scan = async (versionOf: string, date?: Date): Promise<void> => {
      const all = found(at, date === undefined);
      const longest = Math.max(...all.map(({ line = 1 }) => line));
      const text = Array.from({ length: longest + 10 }, (_, line) => `${line}\n`).join('');
      const files = Object.fromEntries(rules.map(({ id }) => [`src/${id}.txt`, `${id}\n${text}`]));
      const revision = revisionOf(projectKey, versionOf);
      await analyse(scanner, server, {
        projectKey,
        revision,
        version: versionOf,
        files,
        issues: all,
        ...(date === undefined ? {} : { date }),
      });
    };
    await scan('1', new Date(past));
    if (at % 8 === 0) await scan('2');
  }
}
