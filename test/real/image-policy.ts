import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LabContext, labContext } from '../../lab/context.ts';
import { choosePorts } from '../../lab/ports.ts';
import { findRegistry } from '../../lab/registry/program.ts';
import { type RegistryStart, startRegistry, stopRegistry } from '../../lab/registry/server.ts';
import { createProject, deleteProject, projectExists } from '../../lab/sonarqube/admin.ts';
import type { GenericIssue } from '../../lab/sonarqube/generic-issues.ts';
import type { LabVersion } from '../../lab/sonarqube/releases.ts';
import { analyse, prepareScanner, type Scanner } from '../../lab/sonarqube/scan.ts';
import { type Sonarqube, startSonarqube } from '../../lab/sonarqube/server.ts';
import type { EvaluateAnswer, VerdictAnswer } from '../../src/features/policy/contract.ts';
import { type CommandResult, type Product, startProduct } from '../support/product.ts';
import { cloneDatabase, type TestDatabase } from '../support/database.ts';
import { testLab } from '../support/test-lab.ts';
import { pushImage } from '../../lab/registry/pushed-image.ts';
import { describeReal, type RealServer } from './real-server.ts';

const project = 'policy-images';
const repository = 'policy/checkout';
const source = 'https://git.example.com/policy/checkout.git';
const commitOf = (name: string): string => createHash('sha1').update(`${project} ${name}`).digest('hex');

const issue: GenericIssue = {
  rule: {
    id: 'HOLE',
    engine: 'policy',
    name: 'A hole',
    description: 'For tests.',
    type: 'VULNERABILITY',
    severity: 'CRITICAL',
    cleanCodeAttribute: 'COMPLETE',
    impacts: [
      {
        softwareQuality: 'SECURITY',
        severity: 'HIGH',
      },
    ],
  },
  file: 'src/a.txt',
  line: 1,
  message: 'a hole',
};

interface World {
  server: RealServer;
  sonarqube: Sonarqube;
  scanner: Scanner;
  registry: string;
  product: Product;
  database: TestDatabase;
  lab: LabContext;
  port: number;
}

/** A real registry, a real SonarQube and the product between them, as a team lives with them. */
export function describeImagePolicy(): void {
  describeReal('The policy on images', (server) => {
    let world: World;
    let home: string;
    let installed: string | undefined;
    beforeAll(async () => {
      installed = await findRegistry(process.env);
      if (installed === undefined) return;
      home = await mkdtemp(join(tmpdir(), 'plumbline-policy-'));
      world = await build(server(), home);
    });
    afterAll(async () => {
      if (installed === undefined) return;
      await world.product.close();
      await stopRegistry(world.lab);
      await world.database.drop();
      await rm(home, { recursive: true, force: true });
      if (await projectExists(server().admin, project)) await deleteProject(server().admin, project);
    });
    const needsRegistry = (name: string, work: () => Promise<void>): void =>
      it(name, async ({ skip }) => {
        if (installed === undefined) skip('docker-registry is not installed');
        await work();
      });

    needsRegistry('an image of a commit whose gate failed fails, with the gate’s conditions', async () => {
      const commit = commitOf('X');
      await scan(world, { commit, version: '2', issues: [issue] });
      await push(world, 'x', commit);
      const verdict = await untilVerdict(world, 'x', 'GATE_FAILED');
      const [failed] = verdict.platforms[0]?.projects ?? [];
      expect(failed).toMatchObject({
        projectKey: project,
        analysis: { revision: commit, gateStatus: 'ERROR', scope: 'branch' },
      });
      const broken = failed?.analysis?.conditions.filter(({ status }) => status === 'ERROR') ?? [];
      expect(broken.length).toBeGreaterThan(0);
      expect(broken.every(({ threshold, actualValue }) => threshold !== null && actualValue !== null)).toBe(true);
      expect(verdict.platforms[0]?.claim).toMatchObject({
        trust: 'builder',
        commit,
        repositoryKey: 'git.example.com/policy/checkout',
      });
      const judged = await world.product.plumbline(['policy', 'evaluate', reference(world, 'x')]);
      expect(judged).toMatchObject({ status: 2 });
      expect(judged.out).toContain('GATE_FAILED');
    });

    needsRegistry('once it is fixed, the image of the fixed commit passes, and the old one stays failed', async () => {
      const commit = commitOf('Y');
      await scan(world, { commit, version: '3', issues: [] });
      await push(world, 'y', commit);
      await untilVerdict(world, 'y', 'GATES_PASSED');
      expect((await cli(world, ['policy', 'evaluate', reference(world, 'y')])).status).toBe(0);
      expect((await ask(world, 'x')).reason).toBe('GATE_FAILED');
      const both = await cli(world, [
        'policy',
        'evaluate',
        reference(world, 'x'),
        reference(world, 'y'),
        '--format',
        'markdown',
      ]);
      expect({ status: both.status, lines: both.out.trim().split('\n').length }).toEqual({ status: 2, lines: 4 });
    });

    needsRegistry(
      'an image of a commit nobody analysed has no data, and changes by itself when it is analysed',
      async () => {
        const commit = commitOf('Z');
        await push(world, 'z', commit);
        await untilVerdict(world, 'z', 'NO_ANALYSIS');
        expect((await cli(world, ['policy', 'evaluate', reference(world, 'z')])).status).toBe(3);
        expect((await cli(world, ['policy', 'evaluate', reference(world, 'z'), '--allow-no-data'])).status).toBe(0);
        // A pipeline that waits sees it pass.
        const waiting = world.product.plumbline([
          'policy',
          'evaluate',
          reference(world, 'z'),
          '--wait',
          '300',
          '--json',
        ]);
        await scan(world, { commit, version: '4', issues: [] });
        const { status, out } = await waiting;
        expect({ status, reason: (JSON.parse(out) as VerdictAnswer[])[0]?.reason }).toEqual({
          status: 0,
          reason: 'GATES_PASSED',
        });
        const history = await sql(
          world,
          `select r.reason from data.policy_results r join data.image_tags t on t.image_id = r.image_id
        where t.name = 'z' and r.platform_digest is null order by r.id`,
        );
        expect(history).toEqual(['NO_ANALYSIS', 'GATES_PASSED']);
      },
    );

    needsRegistry('a notification that comes five times leads to one verdict', async () => {
      const before = await sql(world, 'select count(*) from data.policy_results');
      const { url, secret } = await handOut(world);
      const event = {
        events: [
          {
            id: 'twice-told',
            timestamp: new Date().toISOString(),
            action: 'push',
            target: {
              mediaType: 'application/vnd.oci.image.index.v1+json',
              repository,
              tag: 'x',
              digest: `sha256:${'0'.repeat(64)}`,
            },
          },
        ],
      };
      const headers = {
        authorization: `Bearer ${secret}`,
        'content-type': 'application/vnd.docker.distribution.events.v1+json',
      };
      for (let n = 0; n < 5; n++) {
        const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(event) });
        expect([200, 202, 204]).toContain(answer.status);
      }
      await cli(world, ['sync', 'registry-lab', '--wait']);
      await delay(3_000);
      expect(await sql(world, 'select count(*) from data.policy_results')).toEqual(before);
    });

    needsRegistry('with notifications off the image is found by polling', async () => {
      await startRegistry(world.lab, { port: world.port, notifications: 'off' });
      await push(world, 'polled', commitOf('Y'));
      await untilVerdict(world, 'polled', 'GATES_PASSED');
    });

    needsRegistry('an image is compared with what an environment runs', async () => {
      expect((await cli(world, ['environment', 'set', 'production', reference(world, 'y')])).status).toBe(0);
      const worse = await cli(world, ['policy', 'compare', reference(world, 'x'), '--to-env', 'production']);
      expect(worse).toMatchObject({ status: 2 });
      expect((await cli(world, ['policy', 'compare', reference(world, 'z'), '--to-env', 'production'])).status).toBe(0);
      expect((await cli(world, ['environment', 'list', 'production'])).out).toContain(reference(world, 'y'));
      expect((await cli(world, ['environment', 'remove', 'production', reference(world, 'y')])).status).toBe(0);
      expect((await cli(world, ['environment', 'list', 'production'])).status).toBe(3);
    });

    describe('what cannot be done', () => {
      needsRegistry('says so and ends with 1', async () => {
        const missing = await cli(world, ['policy', 'evaluate', `${host(world)}/${repository}:nowhere`]);
        expect(missing.status).toBe(1);
        expect(missing.out).toContain('IMAGE_NOT_FOUND');
        expect((await cli(world, ['policy', 'evaluate', 'NOT AN IMAGE'])).status).toBe(1);
      });
    });
  });
}

async function build(server: RealServer, home: string): Promise<World> {
  const { context } = testLab(() => undefined);
  const sonarqube = await startSonarqube(context, { version: server.version as LabVersion });
  const scanner = await prepareScanner(context);
  if (await projectExists(server.admin, project)) await deleteProject(server.admin, project);
  await createProject(server.admin, { key: project });
  const database = await cloneDatabase();
  const product = await startProduct({ databaseUrl: database.connectionString });
  const lab = labContext({ ...process.env, PLUMBLINE_HOME: home });
  const { web: port } = await choosePorts({ web: 5180 });
  const { url: registry } = await startRegistry(lab, { port });
  const world: World = { server, sonarqube, scanner, registry, product, database, lab, port };
  // The first analysis is what later ones are compared with.
  await scan(world, { commit: commitOf('first'), version: '1', issues: [] });
  await declare(world);
  await told(world, { port, notifications: await handOut(world) });
  return world;
}

async function declare(world: World): Promise<void> {
  const file = join(world.product.home, 'plumbline.yaml');
  const integrations = [
    {
      name: 'sonar-lab',
      kind: 'sonarqube',
      syncIntervalSeconds: 30,
      secrets: { apiToken: '${env:SONAR_TOKEN}' },
      settings: {
        url: world.server.url,
        projectKeys: [project],
      },
    },
    {
      name: 'registry-lab',
      kind: 'oci-registry',
      syncIntervalSeconds: 30,
      secrets: {},
      settings: {
        url: world.registry,
        repositories: [repository],
      },
    },
  ];
  await writeFile(file, JSON.stringify({ integrations }));
  // A registry without images has none of the named repositories yet.
  await pushImage(
    world.registry,
    { repository, tag: 'first' },
    { commit: commitOf('first'), source, ref: 'refs/heads/main' },
  );
  const applied = await world.product.plumbline(['apply', '-f', file], { SONAR_TOKEN: world.server.tokens.user });
  expect(applied).toMatchObject({ status: 0, err: '' });
  const webhook = await world.product.api('api/v1/integrations/sonar-lab/webhook', {
    method: 'PUT',
    body: { scope: 'projects', projects: [project] },
  });
  expect(webhook).toMatchObject({ status: 200 });
  for (const name of ['sonar-lab', 'registry-lab']) expect((await cli(world, ['sync', name, '--wait'])).status).toBe(0);
}

async function told(world: World, start: RegistryStart): Promise<void> {
  expect((await startRegistry(world.lab, start)).url).toBe(world.registry);
}

/** Where the registry is to tell of pushes, and the secret that goes with it. */
async function handOut({ product }: World): Promise<{ url: string; secret: string }> {
  const { status, text } = await product.api('api/v1/integrations/registry-lab/webhook-secret', {
    method: 'POST',
    body: {},
  });
  expect({ status, text: status === 200 ? '' : text }).toEqual({ status: 200, text: '' });
  return JSON.parse(text) as { url: string; secret: string };
}

async function scan(
  { scanner, sonarqube }: World,
  { commit, version, issues }: { commit: string; version: string; issues: readonly GenericIssue[] },
): Promise<void> {
  await analyse(scanner, sonarqube, {
    projectKey: project,
    revision: commit,
    version,
    issues,
    files: { 'src/a.txt': `version ${version}\nsecond line\n` },
  });
}

const host = ({ registry }: World): string => new URL(registry).host;
const reference = (world: World, tag: string): string => `${host(world)}/${repository}:${tag}`;

async function push(world: World, tag: string, commit: string): Promise<void> {
  await pushImage(world.registry, { repository, tag }, { commit, source, ref: 'refs/heads/main' });
}

const cli = (world: World, args: readonly string[]): Promise<CommandResult> => world.product.plumbline(args);

/** What the hub has stored of an image; nothing makes it look at the registry. */
async function ask(world: World, tag: string): Promise<VerdictAnswer> {
  const { status, text } = await world.product.api('api/v1/policy/evaluate', {
    method: 'POST',
    body: { images: [reference(world, tag)], stored: true },
  });
  if (status !== 200) throw new Error(`${status} ${text}`);
  return (JSON.parse(text) as EvaluateAnswer).verdicts[0] as VerdictAnswer;
}

const patienceMs = 180_000;

async function untilVerdict(world: World, tag: string, reason: string): Promise<VerdictAnswer> {
  const until = Date.now() + patienceMs;
  for (;;) {
    const verdict = await ask(world, tag);
    if (verdict.reason === reason) return verdict;
    if (Date.now() > until)
      throw new Error(
        `${tag} is ${verdict.status} ${verdict.reason}, not ${reason}:\n${world.product.log().slice(-3000)}`,
      );
    await delay(500);
  }
}

async function sql(world: World, statement: string): Promise<string[]> {
  const { status, out, err } = await cli(world, ['sql', statement, '--format', 'csv']);
  expect({ status, err }).toEqual({ status: 0, err: '' });
  return out.trim().split(/\r?\n/).slice(1);
}
