import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Sample, startSample } from '../../lab/simulators/bitbucket-server/testing.ts';
import { deleteProject, projectExists } from '../../lab/sonarqube/admin.ts';
import { post } from '../../lab/sonarqube/web-api.ts';
import type { SecurityNodes, SecuritySummary, SecurityTrend } from '../../src/features/insights/contract.ts';
import type { OrgTree, Ownership, ProjectRule, Team, TreeDetail } from '../../src/features/teams/contract.ts';
import { analyseTeams, past, projectKeys, projectsOf, quarterEnd, teams } from './analysed-teams.ts';
import { type ConnectedProduct, connectProduct, syncWell } from './connected-product.ts';
import { reactionsDone } from './data-state.ts';
import { describeReal } from './real-server.ts';
import { type Counts, countsAt, openOnServer, type Point, securityHistory } from './server-counts.ts';

const none: Counts = { critical: 0, high: 0, medium: 0, low: 0, total: 0 };
const add = (a: Counts, b: Counts): Counts => ({
  critical: a.critical + b.critical,
  high: a.high + b.high,
  medium: a.medium + b.medium,
  low: a.low + b.low,
  total: a.total + b.total,
});

/** Which projects each node of the tree has, as this test decides it: by its own path, not by the hub’s rules. */
type Plan = ReadonlyMap<string, readonly string[]>;

function planOf(owned: Readonly<Record<string, readonly string[]>>): Plan {
  const plan = new Map<string, Set<string>>();
  for (const { name, path } of teams) {
    for (const node of [...path, name]) {
      const keys = plan.get(node) ?? new Set();
      for (const key of owned[name] ?? []) keys.add(key);
      plan.set(node, keys);
    }
  }
  return new Map([...plan].map(([node, keys]) => [node, [...keys].sort()]));
}

const [first, second, third, , , , seventh, , ninth] = teams.map(({ name }) => name) as [string, ...string[]];
const unowned = ['teams-unowned', 'teams-unowned-2'];
const moved = 'teams-moved';
const shared = 'teams-shared';
const ninthTag = 'team-nine';
const own = Object.fromEntries(teams.map(({ name }) => [name, projectsOf(name)]));
const withShared = {
  ...own,
  [second as string]: [...projectsOf(second as string), shared],
  [ninth as string]: [...projectsOf(ninth as string), shared],
};
/** Before the move and after it; `teams-unowned` and its like are in neither. */
const before = planOf({ ...withShared, [first]: [...projectsOf(first), moved] });
const after = planOf({ ...withShared, [seventh as string]: [...projectsOf(seventh as string), moved] });

/** Numbers of every node of a tree are those of the server, now and of last quarter. */
export function describeTeams(): void {
  describeReal('Teams', (server) => {
    let connected: ConnectedProduct;
    let tree: OrgTree;
    /** Ids of nodes by their names. */
    let nodes: Map<string, number>;
    let history: Map<string, Point[]>;
    let sample: Sample | undefined;

    const api = async <Answer>(path: string, method = 'GET', body?: unknown): Promise<Answer> => {
      const { status, text } = await connected.product.api(`api/v1/${path}`, { method, body });
      expect({ path, status, text: status < 300 ? '' : text }).toEqual({ path, status, text: '' });
      return JSON.parse(text) as Answer;
    };
    const idOf = (name: string): number => nodes.get(name) ?? 0;
    const rule = (team: string, ...rules: ProjectRule[]) => api(`teams/${idOf(team)}/projects`, 'PUT', { rules });

    /** The third team’s projects are of repositories of their own. */
    const bindThird = async (): Promise<void> => {
      sample = await startSample();
      const { bitbucket, project, bot } = sample;
      const keys = projectsOf(third as string);
      for (const name of keys) {
        const repository = await bitbucket.state.addRepository({ project, name });
        await bitbucket.state.push(repository, { branch: 'main', files: { 'readme.txt': name }, message: 'Begin' });
      }
      const { product } = connected;
      const file = join(product.home, 'bitbucket.yaml');
      const declare = async (declared: object): Promise<void> => {
        await writeFile(file, JSON.stringify(declared));
        const applied = await product.plumbline(['apply', '-f', file], { BITBUCKET_TOKEN: bot });
        expect(applied).toMatchObject({ status: 0, err: '' });
      };
      await declare({
        integrations: [
          {
            name: 'bitbucket',
            kind: 'bitbucket-server',
            settings: { url: bitbucket.url },
            secrets: { token: '${env:BITBUCKET_TOKEN}' },
            syncIntervalSeconds: 86_400,
          },
        ],
      });
      expect(await product.plumbline(['sync', 'bitbucket', '--wait'])).toMatchObject({ status: 0 });
      await declare({ bindings: keys.map((key) => ({ project: key, repository: `PAY/${key}` })) });
    };

    beforeAll(async () => {
      await analyseTeams(server());
      for (const project of [...projectsOf(ninth as string), shared])
        await post(server().admin, 'api/project_tags/set', { project, tags: `by-hand,${ninthTag}` });
      connected = await connectProduct({ target: server().url });
      const declared = { token: server().tokens.user, settings: { projectKeys: ['teams-*'], backfillMonths: 9 } };
      expect(await connected.apply(declared)).toMatchObject({ status: 0, err: '' });
      await syncWell(connected.product);
      await bindThird();
      const people = teams.flatMap(({ name, path: [site, department] }) =>
        ['ada', 'bob'].map((who) => ({
          name: `${who} of ${name}`,
          email: `${who}.${name}@example.com`.toLowerCase(),
          attributes: { site, department, team: name },
        })),
      );
      await api('people', 'PATCH', { people });
      ({ tree } = await api<{ tree: OrgTree }>('org-trees', 'POST', {
        name: 'Engineering',
        levels: ['site', 'department', 'team'],
      }));
      const detail = await api<TreeDetail>(`org-trees/${tree.id}`);
      nodes = new Map(detail.nodes.map(({ name, id }) => [name, id ?? 0]));
      expect([(await api<{ teams: Team[] }>('teams')).teams.length, nodes.size]).toEqual([12, 2 + 4 + 12]);
      // By what they are called, by key, by tag and by what they are bound to.
      for (const { name } of teams) {
        const glob: ProjectRule = { kind: 'glob', value: `teams-${name}-*` };
        if (name === first) await rule(name, glob, { kind: 'key', value: moved });
        else if (name === second) await rule(name, glob, { kind: 'key', value: shared });
        else if (name === third) await rule(name, { kind: 'repository', value: `PAY/teams-${name}-*` });
        else if (name === ninth) await rule(name, { kind: 'tag', value: ninthTag });
        else await rule(name, glob);
      }
      history = new Map();
      for (const key of projectKeys) history.set(key, await securityHistory(server().admin, key));
      // Trees cannot be built in the past: this one is said to stand since the first analyses.
      for (const table of ['node_periods', 'team_projects', 'memberships']) {
        await connected.db.execute(`update teams.${table} set valid_from = $1`, [past]);
      }
    }, 2_400_000);
    afterAll(async () => {
      await connected?.close();
      await sample?.bitbucket.close();
      for (const key of projectKeys) {
        if (await projectExists(server().admin, key)) await deleteProject(server().admin, key);
      }
    }, 120_000);

    const ofNode = async (node: string | undefined): Promise<Counts> => {
      const which = node === undefined ? '' : `?node=${idOf(node)}`;
      const { total, severities } = await api<SecuritySummary>(`insights/security/summary${which}`);
      const open = Object.fromEntries(severities.map(({ severity, open: count }) => [severity, count]));
      const { unrated, ...counts } = open;
      expect(unrated).toBe(0);
      return { ...counts, total: total.open } as Counts;
    };
    const onServer = (keys: readonly string[]): Promise<Counts> => openOnServer(server().admin, keys, 'MQR');

    /** Every node and the organization; and that the leaves add up to it. */
    const expectEverywhere = async (plan: Plan): Promise<void> => {
      const counts = new Map<string, Counts>();
      for (const [node, keys] of plan) {
        counts.set(node, await ofNode(node));
        expect([node, counts.get(node)]).toEqual([node, await onServer(keys)]);
      }
      const all = await ofNode(undefined);
      expect(all).toEqual(await onServer(projectKeys));
      const leaves = teams.map(({ name }) => counts.get(name) ?? none).reduce(add, none);
      expect(add(leaves, await onServer(unowned))).toEqual(add(all, await onServer([shared])));
      const top = await api<SecurityNodes>(`insights/security/nodes?tree=${tree.id}`);
      expect(top.nodes.map(({ name, open }) => [name, open.total])).toEqual(
        top.nodes.map(({ name }) => [name, counts.get(name)?.total]),
      );
      expect([top.shared.projects, top.total.total + (top.unowned?.total ?? 0)]).toEqual([1, all.total]);
    };

    it('every node has what the server counts of its projects, and teams add up to the organization', async () => {
      await reactionsDone(connected.db);
      const issues = await connected.db.one<{ n: number }>('select count(*) as n from data.sonarqube_issues');
      process.stdout.write(`teams: ${projectKeys.length} projects, ${issues.n} issues\n`);
      const { counts } = await api<Ownership>(`org-trees/${tree.id}/projects`);
      expect(counts).toEqual({ unowned: 2, shared: 1, owned: projectKeys.length - 3 });
      await expectEverywhere(before);
    });

    it('a project that moves is in both numbers at once, and nobody else’s change', async () => {
      await rule(first, { kind: 'glob', value: `teams-${first}-*` });
      await rule(seventh as string, { kind: 'glob', value: `teams-${seventh}-*` }, { kind: 'key', value: moved });
      await reactionsDone(connected.db);
      await expectEverywhere(after);
    });

    it('last quarter by last quarter’s tree, and by today’s, is a recount of what the server kept', async () => {
      const recount = (keys: readonly string[]): Counts =>
        keys.map((key) => countsAt(history.get(key) ?? [], quarterEnd) as Counts).reduce(add, none);
      const shown = async (node: string, tree: string): Promise<Counts> => {
        const range = `from=${past.slice(0, 10)}&to=${quarterEnd}&granularity=quarter`;
        const { buckets } = await api<SecurityTrend>(`insights/security/trend?node=${idOf(node)}&${range}${tree}`);
        const { unrated: _, unknown, ...counts } = buckets.at(-1)?.open ?? { unrated: 0, unknown: 0, ...none };
        expect([node, unknown]).toEqual([node, 0]);
        return counts;
      };
      for (const [node, keys] of before) {
        expect([node, await shown(node, `&treeAt=${quarterEnd}`)]).toEqual([node, recount(keys)]);
        expect([node, await shown(node, '')]).toEqual([node, recount(after.get(node) ?? [])]);
      }
      expect(recount([moved]).total).toBeGreaterThan(0);
      expect(recount(projectKeys)).not.toEqual(await onServer(projectKeys));
    });
  });
}
