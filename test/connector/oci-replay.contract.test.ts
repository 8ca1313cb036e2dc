import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { labContext } from '../../lab/context.ts';
import { findRegistry } from '../../lab/registry/program.ts';
import { openImageStore, replayImages } from '../../lab/registry/replay.ts';
import { startRegistry, stopRegistry } from '../../lab/registry/server.ts';
import { choosePorts } from '../../lab/ports.ts';
import { type RegistrySimulator, startRegistrySimulator } from '../../lab/simulators/registry/index.ts';
import { ociRegistry } from '../../src/connectors/oci-registry/index.ts';
import { answersOf, readRegistry, registryContext, type RegistryStage, sliceRequest, storedOf } from './oci-stage.ts';

const fixtures = new URL('../fixtures/provenance/', import.meta.url).pathname;
const store = await openImageStore(join(fixtures, 'store'));
const cosignKey = await readFile(join(fixtures, 'cosign.pub'), 'utf8');
const installed = await findRegistry(process.env);
if (installed === undefined)
  console.warn('docker-registry is not installed: the tests against the real registry are skipped');

interface Running {
  url: string;
  /** The referrers API is there, so that attestations of other builds with the same content are seen. */
  api: boolean;
  simulator?: RegistrySimulator;
  stop(): Promise<void>;
}

async function simulator(referrers: 'none' | 'right' | 'faulty', paging: boolean): Promise<Running> {
  const running = await startRegistrySimulator({ referrers, paging });
  return { url: running.url, api: referrers !== 'none', simulator: running, stop: () => running.close() };
}

async function realRegistry(): Promise<Running> {
  const home = await mkdtemp(join(tmpdir(), 'plumbline-registry-'));
  const context = labContext({ ...process.env, PLUMBLINE_HOME: home });
  const { web } = await choosePorts({ web: 5180 });
  const { url } = await startRegistry(context, { port: web });
  const stop = async (): Promise<void> => {
    await stopRegistry(context);
    await rm(home, { recursive: true, force: true });
  };
  return { url, api: false, stop };
}

const team = 'git.example.com/team/checkout 890590b3';
const cloned = '127.0.0.1/team/checkout 890590b3';
/** What each stored image of team/checkout must come to: one line per platform. */
const expected: Record<string, string[]> = {
  'min-v02': [`client ${team}`],
  'max-v02': [`client ${team}`],
  'min-v1': [`client ${team}`],
  'max-v1': [`client ${team}`],
  'git-min-v0.2': [`builder ${cloned} main`],
  'git-max-v0.2': [`builder ${cloned} main`],
  'git-min-v1': [`builder ${cloned} main`],
  'git-max-v1': [`builder ${cloned} main`],
  'git-tag': [`builder ${cloned} v1.0.0`],
  'git-cred': [`builder ${cloned} main`],
  'git-vcs': [`builder ${cloned} main CLAIMS_DIFFER`],
  multi: [`client ${team}`, `client ${team}`],
  'legacy-att': [`client ${team}`],
  noprov: ['NO_PROVENANCE'],
  'docker-v2': ['NO_PROVENANCE'],
  'ann-manifest': [`annotation ${team}`],
  'ann-index': [`annotation ${team}`, `annotation ${team}`],
  label: [`label ${team}`],
  dirty: [`client ${team} dirty`],
  'prov-novcs': ['PROVENANCE_WITHOUT_VCS'],
  'add-git': [`client ${team}`],
  'named-ctx': [`builder ${cloned} main`],
  'bk17-local-min': [`client ${team}`],
  'bk17-local-max': [`client ${team}`],
  'bk17-git-min': [`builder ${cloned} main`],
  cosigned: [`signed ${cloned} main CLAIMS_DIFFER`],
};

/** Where the API tells of attestations of other builds: one platform manifest is in fourteen images. What is told stays. */
const withApi: Record<string, string[]> = {
  'ann-index': [`annotation ${team} UNVERIFIED_REFERRER_IGNORED CLAIMS_DIFFER`, `annotation ${team}`],
};

type Start = [string, () => Promise<Running>];
const registries: Start[] = [
  ['a registry without referrers, tags unpaged', () => simulator('none', false)],
  ['a registry with referrers, tags paged', () => simulator('right', true)],
  ['a registry with faulty referrers', () => simulator('faulty', true)],
  ...(installed === undefined ? [] : [['docker-registry', realRegistry] as Start]),
];

describe.each(registries)('%s', (_, start) => {
  let running: Running;
  let stage: RegistryStage;
  const settings = { publicKeys: cosignKey };
  beforeAll(async () => {
    running = await start();
    expect(await replayImages(store, running.url)).toBe(31);
    if (running.simulator !== undefined) running.simulator.journal.clear();
  });
  afterAll(() => running.stop());

  it('passes every check', async () => {
    const checks = [];
    for await (const check of ociRegistry.check(registryContext({ url: running.url, settings }))) checks.push(check);
    expect(checks.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual([
      'reachable ok',
      'tls_trusted skipped',
      'is_registry ok',
      'credential_valid ok',
      'list_repositories ok',
      'named_repositories ok',
      'read_manifests ok',
      'attachments ok',
      'signatures ok',
    ]);
  });

  it('lists the repositories, each with a version that stays while nothing happens', async () => {
    const read = async () => (await readRegistry({ url: running.url, settings }, sliceRequest('discovery'))).events;
    const slices = (events: Awaited<ReturnType<typeof read>>) => events.filter(({ type }) => type === 'slice');
    const [first, second] = [await read(), await read()];
    expect(slices(first)).toMatchObject(
      ['team/checkout', 'team/mono-a', 'team/s256'].map((name) => ({ slice: `repository:${name}` })),
    );
    expect(slices(second)).toEqual(slices(first));
    expect(first.at(-1)).toMatchObject({
      type: 'complete',
      stream: 'repositories',
      sourceCount: 3,
      absenceTrusted: true,
    });
  });

  it('comes to the right commit for every image, and lists no attachment as a tag', async () => {
    stage = await readRegistry({ url: running.url, settings }, sliceRequest('repository:team/checkout'));
    const answers = Object.fromEntries([...stage.tags.keys()].map((tag) => [tag, answersOf(stage, tag)]));
    expect(answers).toEqual({ ...expected, ...(running.api ? withApi : {}) });
    const others = await Promise.all(
      ['team/mono-a', 'team/s256'].map((name) =>
        readRegistry({ url: running.url, settings }, sliceRequest(`repository:${name}`)),
      ),
    );
    expect(others.map((one) => answersOf(one, '1'))).toEqual([
      ['builder 127.0.0.1/team/mono 3b6349e9 main svc/a'],
      [expect.stringMatching(/^builder 127\.0\.0\.1\/team\/s256 [0-9a-f]{8} main$/)],
    ]);
  });

  it('one platform manifest in fourteen images resolves in each through its own index', () => {
    const shared = 'sha256:d5c3033e925560901742c1bd09e46db8034846786993fb679fbdc7da80d26de2';
    const holders = [...stage.images.values()].filter(({ platforms }) =>
      platforms.some(({ digest }) => digest === shared),
    );
    expect(holders.length).toBeGreaterThanOrEqual(14);
    for (const image of holders) {
      const listed = image.claims.filter(({ place, platform }) => place === 'index_attestation' && platform === shared);
      expect(new Set(listed.map(({ manifestDigest }) => manifestDigest)).size).toBeLessThanOrEqual(1);
    }
  });

  it('holds no credential of any statement', () => {
    expect(JSON.stringify([...stage.images.values()])).not.toMatch(/user:pw|:pw@|xxxxx/);
    expect(JSON.stringify(stage.events)).not.toMatch(/user:pw|:pw@|xxxxx/);
  });

  it('reads nothing again while nothing changed, and only what changed afterwards', async () => {
    const request = sliceRequest('repository:team/checkout', { stored: storedOf(stage) });
    const again = await readRegistry({ url: running.url, settings }, request);
    expect(again.images.size).toBe(0);
    expect(again.tags).toEqual(stage.tags);
    const keys = await readRegistry({ url: running.url, settings: {} }, request);
    expect(keys.images.size).toBe(stage.images.size);
    // Signed by a key nobody entered it is an attachment of anybody's: the image's own claim decides.
    expect(answersOf(keys, 'cosigned')).toEqual([
      `client ${team} SIGNATURE_NOT_VERIFIED UNVERIFIED_REFERRER_IGNORED CLAIMS_DIFFER`,
    ]);
  });

  it('an index without attestations is the same by tag and by digest', async () => {
    const context = registryContext({ url: running.url });
    const digest = stage.tags.get('ann-index') ?? '';
    const [byTag, byDigest] = [
      await ociRegistry.lookup(context, 'team/checkout:ann-index'),
      await ociRegistry.lookup(context, `team/checkout@${digest}`),
    ];
    expect(byTag).toEqual(byDigest);
    expect(byTag).toMatchObject([
      { kind: 'image', found: true, summary: { digest, platforms: ['linux/amd64', 'linux/arm64'] } },
    ]);
  });

  it('asks for no layer and calls nothing that is not declared', async () => {
    const calls = running.simulator?.journal.entries;
    if (calls === undefined) return;
    const layers = await layersOfStore();
    const asked = calls.map(({ url }) => url);
    expect(asked.filter((path) => layers.has(path.split('/').at(-1) ?? ''))).toEqual([]);
    const declared = ociRegistry.endpoints.map(
      ({ path }) => new RegExp(`^/${path.replace('<name>', '.+').replace(/<\w+>/, '[^/]+')}(\\?.*)?$`),
    );
    expect(asked.filter((path) => !declared.some((pattern) => pattern.test(path)))).toEqual([]);
    expect(new Set(calls.map(({ method }) => method))).toEqual(new Set(['GET', 'HEAD']));
  });
});

/** Digests of layers of images, which nobody may fetch. */
async function layersOfStore(): Promise<Set<string>> {
  const layers = new Set<string>();
  for (const { pushOrder } of store.references) {
    for (const { digest } of pushOrder) {
      const manifest = JSON.parse((await store.read(digest)).toString('utf8')) as {
        layers?: { digest: string; mediaType: string }[];
      };
      for (const layer of manifest.layers ?? []) if (/tar|rootfs/.test(layer.mediaType)) layers.add(layer.digest);
    }
  }
  return layers;
}
