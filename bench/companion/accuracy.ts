// How well new issues of a companion are told from old ones that moved, on a real SonarQube 26.9 of the tests' lab: issues of
// real rules and generic ones, 120 seeded changes. Goals: >= 99 % of new ones found, <= 1 % of old ones called new.
//   node bench/companion/accuracy.ts
import { deleteProject, projectExists } from '../../lab/sonarqube/admin.ts';
import type { GenericIssue, GenericRule } from '../../lab/sonarqube/generic-issues.ts';
import { endLoops } from '../../lab/sonarqube/scan-loop.ts';
import { analyse, prepareScanner } from '../../lab/sonarqube/scan.ts';
import { type Sonarqube, stopSonarqube } from '../../lab/sonarqube/server.ts';
import { get } from '../../lab/sonarqube/web-api.ts';
import { startSample } from '../../lab/simulators/bitbucket-server/testing.ts';
import type { FileChange } from '../../src/connectors/contract.ts';
import { type LocatedIssue, matchIssues } from '../../src/features/reports/companion/match-issues.ts';
import { holdTestLab, startFed, testLab } from '../../test/support/test-lab.ts';
import { gitChanges } from './git-changes.ts';
import { folderOf, type Kind, kinds, type SeededChange, seededChange } from './seeded-change.ts';

const project = 'companion-matching';
const companion = `${project}:pr-1`;
const changes = 120;

const rule: GenericRule = {
  id: 'SMELL',
  engine: 'nose',
  name: 'A line that smells',
  description: 'For tests.',
  type: 'CODE_SMELL',
  severity: 'MAJOR',
  cleanCodeAttribute: 'CLEAR',
  impacts: [{ softwareQuality: 'MAINTAINABILITY', severity: 'MEDIUM' }],
};

const merged = (side: (change: SeededChange) => Readonly<Record<string, string>>, all: readonly SeededChange[]) =>
  Object.assign({}, ...all.map(side)) as Record<string, string>;

const smellsOf = (files: Readonly<Record<string, string>>): GenericIssue[] =>
  Object.entries(files)
    .filter(([path]) => path.endsWith('.txt'))
    .flatMap(([file, text]) =>
      text
        .split('\n')
        .flatMap((line, index) =>
          line.includes('smell') ? [{ rule, file, line: index + 1, message: 'This line smells.' }] : [],
        ),
    );

interface ListedIssue {
  key: string;
  rule: string;
  component: string;
  line?: number;
  hash?: string;
  message: string;
  creationDate: string;
  closeDate?: string;
}

async function issuesOf({ admin }: Sonarqube, key: string): Promise<(LocatedIssue & ListedIssue)[]> {
  const found: (LocatedIssue & ListedIssue)[] = [];
  for (let page = 1; ; page += 1) {
    const params = { componentKeys: key, ps: 500, p: page };
    const { issues, paging } = await get<{ issues: ListedIssue[]; paging: { total: number } }>(
      admin,
      'api/issues/search',
      params,
    );
    for (const one of issues)
      found.push({
        ...one,
        path: one.component.slice(key.length + 1),
        line: one.line ?? (null as never),
        hash: one.hash ?? (null as never),
      });
    if (page * 500 >= paging.total) return found;
  }
}

interface Tally {
  new: number;
  newFound: number;
  old: number;
  oldAsNew: number;
}

const lab = testLab((line) => process.stdout.write(`${line}\n`));
await holdTestLab(lab, async () => {
  const server = await startFed(lab, '26.9');
  try {
    await measure(server);
  } finally {
    await removeAll(server);
    if (lab.own) await stopSonarqube(lab.context, '26.9');
  }
});

async function measure(server: Sonarqube): Promise<void> {
  const all = Array.from({ length: changes }, (_, seed) => seededChange(seed));
  await removeAll(server);
  const before = merged((one) => one.before, all);
  const after = merged((one) => one.after, all);
  const diffs = await diffsOf(before, after);
  await scanAll(server, [
    [project, before, 'a'],
    [companion, after, 'b'],
  ]);
  const { analyses } = await get<{ analyses: { date: string }[] }>(server.admin, 'api/project_analyses/search', {
    project,
  });
  const at = Date.parse(analyses[0]?.date ?? '');
  await scanAll(server, [[project, merged((one) => one.main, all), 'c']]);
  const known = (await issuesOf(server, project)).filter(
    ({ creationDate, closeDate }) =>
      Date.parse(creationDate) <= at && (closeDate === undefined || Date.parse(closeDate) > at),
  );
  const found = await issuesOf(server, companion);
  const within = (folder: string) => (one: LocatedIssue) => one.path?.split('/').includes(folder) === true;
  const matched = [...diffs].flatMap(
    ([folder, diff]) => matchIssues(known.filter(within(folder)), found.filter(within(folder)), diff).added,
  );
  console.log(`${changes} changes, ${known.length} issues before, ${found.length} after`);
  print(tally(all, found, new Set(matched.map(({ key }) => key))));
}

/** Each folder is a change of its own: git looks for renames in it alone. */
async function diffsOf(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): Promise<Map<string, readonly FileChange[]>> {
  const { repository, bitbucket } = await startSample();
  const gone = Object.fromEntries(Object.keys(before).map((path) => [path, null]));
  await bitbucket.state.push(repository, { branch: 'main', files: before });
  await bitbucket.state.push(repository, { branch: 'feature', from: 'main', files: { ...gone, ...after } });
  const diffs = new Map<string, readonly FileChange[]>();
  for (let seed = 0; seed < changes; seed += 1) {
    const folder = folderOf(seed);
    const places = [`src/${folder}`, `src/moved/${folder}`];
    const diff = await repository.git.text(['diff', '-U0', '-M', '--no-prefix', 'main', 'feature', '--', ...places]);
    diffs.set(folder, gitChanges(diff));
  }
  await bitbucket.close();
  return diffs;
}

function tally(
  all: readonly SeededChange[],
  found: readonly LocatedIssue[],
  added: ReadonlySet<string>,
): Map<Kind, Tally> {
  const kindOf = new Map<string, { kind: Kind; old: boolean }>();
  for (const { kind, truth } of all) for (const [place, old] of truth) kindOf.set(place, { kind, old });
  const tallies = new Map<Kind, Tally>(kinds.map((kind) => [kind, { new: 0, newFound: 0, old: 0, oldAsNew: 0 }]));
  for (const { key, path, line } of found) {
    const fact = kindOf.get(`${path}:${line}`);
    const counts = fact && tallies.get(fact.kind);
    if (fact === undefined || counts === undefined) continue;
    if (fact.old) {
      counts.old += 1;
      if (added.has(key)) counts.oldAsNew += 1;
    } else {
      counts.new += 1;
      if (added.has(key)) counts.newFound += 1;
    }
  }
  return tallies;
}

function print(tallies: ReadonlyMap<Kind, Tally>): void {
  const sum = (name: keyof Tally): number => [...tallies.values()].reduce((total, one) => total + one[name], 0);
  const whole = { new: sum('new'), newFound: sum('newFound'), old: sum('old'), oldAsNew: sum('oldAsNew') };
  for (const [kind, counts] of [...tallies, ['all', whole] as const]) {
    const recall = share(counts.newFound, counts.new);
    const precision = share(counts.newFound, counts.newFound + counts.oldAsNew);
    const wrong = share(counts.oldAsNew, counts.old);
    console.log(
      `${kind.padEnd(22)} new found ${counts.newFound}/${counts.new} (${recall}), precision ${precision}, old called new ${counts.oldAsNew}/${counts.old} (${wrong})`,
    );
  }
}

function share(part: number, of: number): string {
  return of === 0 ? '-' : `${((100 * part) / of).toFixed(2)} %`;
}

async function scanAll(
  server: Sonarqube,
  scans: readonly (readonly [key: string, files: Record<string, string>, digit: string])[],
): Promise<void> {
  const scanner = await prepareScanner(lab.context);
  for (const [projectKey, files, digit] of scans) {
    const started = performance.now();
    const issues = smellsOf(files);
    await analyse(scanner, server, { projectKey, revision: digit.repeat(40), version: '1', files, issues });
    console.log(`${projectKey} analysed in ${Math.round((performance.now() - started) / 1000)} s`);
  }
  endLoops();
}

async function removeAll({ admin }: Sonarqube): Promise<void> {
  for (const key of [project, companion]) if (await projectExists(admin, key)) await deleteProject(admin, key);
}
