import { afterEach, describe, expect, it } from 'vitest';
import {
  type CannedAnswer,
  type RegistrySimulator,
  type RegistrySimulatorOptions,
  sha256,
  startRegistrySimulator,
} from '../../lab/simulators/registry/index.ts';
import { ociRegistry } from '../../src/connectors/oci-registry/index.ts';
import { commit, type Descriptor, gitStatement, pusher } from './oci-images.ts';
import { answersOf, readRegistry, type RegistryStage, registryContext, sliceRequest } from './oci-stage.ts';

/** Registries as people run them: behind proxies, with the manners of their vendors. */
let simulator: RegistrySimulator;
afterEach(() => simulator.close());

const slice = 'repository:team/made';
const credential = { username: 'hub', password: 's3cret' };

async function start(options: RegistrySimulatorOptions = {}): Promise<ReturnType<typeof pusher>> {
  simulator = await startRegistrySimulator(options);
  return pusher(simulator);
}

const read = (name = slice, secrets: Record<string, string> = {}): Promise<RegistryStage> =>
  readRegistry({ url: simulator.url, secrets }, sliceRequest(name));
/** Of a long list only two tags are asked for. */
const readTwo = (): Promise<RegistryStage> =>
  readRegistry({ url: simulator.url, settings: { tags: ['t0001', 't1199'] } }, sliceRequest(slice));

function tagged(push: ReturnType<typeof pusher>, names: readonly string[]): Descriptor {
  const image = push.manifest({ annotations: { 'org.opencontainers.image.revision': commit } });
  for (const name of names) push.tag(name, image);
  return image;
}

const endOf = ({ events }: RegistryStage) => events.findLast(({ type }) => type === 'complete');
const asked = (part: string): string[] =>
  simulator.journal.entries.map(({ url }) => url).filter((path) => path.includes(part));

/** Pages of two, each naming the next one as `link` writes it. */
function pagesOfTwo(names: readonly string[], list: string, link: (query: string) => string | undefined) {
  return ({ path }: { path: string }): CannedAnswer | undefined => {
    const url = new URL(path, 'http://registry.invalid');
    if (!url.pathname.endsWith(list)) return undefined;
    const start = names.indexOf(url.searchParams.get('last') ?? '') + 1;
    const page = names.slice(start, start + 2);
    const next = start + 2 < names.length ? link(`n=2&last=${page.at(-1)}`) : undefined;
    const body = JSON.stringify(list === '_catalog' ? { repositories: page } : { tags: page });
    return { status: 200, headers: next === undefined ? {} : { link: next }, body };
  };
}

describe('a list in pages', () => {
  const tags = ['a', 'b', 'c', 'd', 'e'];

  it.each([
    [
      'the host of the registry behind the proxy',
      (query: string) => `<http://registry.internal:5000/v2/team/made/tags/list?${query}>; rel="next"`,
    ],
    [
      'the path of the registry behind the proxy',
      (query: string) => `<https://x.example/artifactory/api/docker/local/v2/made/tags/list?${query}>; rel="next"`,
    ],
    ['a relative address', (query: string) => `<list?${query}>; rel=next`],
    [
      'several relations among several links',
      (query: string) => `</v2/>; title="a, <b>"; rel="up", </v2/team/made/tags/list?${query}>; rel="last next"`,
    ],
    ['no last', () => '</v2/team/made/tags/list?n=2>; rel="next"'],
  ])('whose link names %s is read to its end', async (_, link) => {
    const push = await start({ before: pagesOfTwo(tags, '/tags/list', link) });
    tagged(push, tags);
    const stage = await read(slice);
    expect([...stage.tags.keys()]).toEqual(tags);
    expect(endOf(stage)).toMatchObject({ proof: 'key_set', absenceTrusted: true, sourceCount: 5 });
  });

  it('whose link names a foreign host sends nobody there, and the credential nowhere', async () => {
    const foreign = await startRegistrySimulator();
    const link = (query: string): string => `<${foreign.url}/v2/team/made/tags/list?${query}>; rel="next"`;
    const push = await start({
      authentication: { kind: 'basic', ...credential },
      before: pagesOfTwo(tags, '/tags/list', link),
    });
    tagged(push, tags);
    expect((await read(slice, credential)).tags.size).toBe(5);
    expect(foreign.journal.entries).toEqual([]);
    await foreign.close();
  });

  it.each([
    ['elsewhere', '<https://cdn.example.com/pages/2>; rel="next"'],
    ['nowhere that can be understood', 'next: page two'],
    ['to itself', '<?n=1000>; rel="next"'],
  ])('that leads %s proves nothing about what is not on it', async (_, link) => {
    const push = await start({
      before: ({ path }) => {
        const page = path.includes('/tags/list')
          ? { tags: ['a', 'b'] }
          : path.includes('/_catalog')
            ? { repositories: ['team/made'] }
            : undefined;
        return page && { status: 200, headers: { link }, body: JSON.stringify(page) };
      },
    });
    tagged(push, tags);
    const stage = await read(slice);
    expect([...stage.tags.keys()]).toEqual(['a', 'b']);
    const cutOff = { proof: 'unproven', absenceTrusted: false, doubt: expect.stringContaining('not read to its end') };
    expect(endOf(stage)).toMatchObject({ stream: 'image_tags', ...cutOff });
    const found = await read('discovery');
    expect(found.events.filter(({ type }) => type === 'slice')).toHaveLength(1);
    expect(endOf(found)).toMatchObject({ stream: 'repositories', ...cutOff });
    const checks = [];
    for await (const check of ociRegistry.check(registryContext({ url: simulator.url }))) checks.push(check);
    expect(checks).toContainEqual(
      expect.objectContaining({ name: 'list_repositories', outcome: 'warning', code: 'incomplete_listing' }),
    );
  });

  it('whose second page is refused is no list of its first', async () => {
    const push = await start({
      before: (request) =>
        request.path.includes('last=')
          ? { status: 404, body: '{"errors":[{"code":"NAME_UNKNOWN"}]}' }
          : pagesOfTwo(tags, '/tags/list', (query) => `<?${query}>; rel="next"`)(request),
    });
    tagged(push, tags);
    const stage = await read(slice);
    expect(stage.tags.size).toBe(2);
    expect(endOf(stage)).toMatchObject({ proof: 'unproven', absenceTrusted: false });
  });

  it('that is as full as was asked for, without a word of a next page, is asked for what follows', async () => {
    const many = Array.from({ length: 1_500 }, (_, n) => `t${String(n).padStart(4, '0')}`);
    const push = await start({
      before: ({ path }) => {
        const url = new URL(path, 'http://registry.invalid');
        if (!url.pathname.endsWith('/tags/list')) return undefined;
        const start = many.indexOf(url.searchParams.get('last') ?? '') + 1;
        return {
          status: 200,
          body: JSON.stringify({ tags: many.slice(start, start + Number(url.searchParams.get('n'))) }),
        };
      },
    });
    tagged(push, many);
    expect([...(await readTwo()).tags.keys()]).toEqual(['t0001', 't1199']);
    expect(asked('/tags/list')).toHaveLength(2);
  });

  it('that comes all at once, larger than asked for, is whole', async () => {
    const many = Array.from({ length: 1_200 }, (_, n) => `t${String(n).padStart(4, '0')}`);
    const push = await start({ paging: false });
    tagged(push, many);
    const stage = await readTwo();
    expect([...stage.tags.keys()]).toEqual(['t0001', 't1199']);
    expect(endOf(stage)).toMatchObject({ proof: 'key_set', absenceTrusted: true });
  });

  it('with pages on which the account may see nothing goes on behind them', async () => {
    const push = await start({
      before: ({ path }) => {
        if (!path.includes('/tags/list')) return undefined;
        const n = Number(/token=(\d)/.exec(path)?.[1] ?? 0);
        const tags = n === 3 ? ['a'] : [];
        return {
          status: 200,
          headers: n < 3 ? { link: `<?token=${n + 1}>; rel="next"` } : {},
          body: JSON.stringify({ tags }),
        };
      },
    });
    tagged(push, ['a']);
    expect([...(await read(slice)).tags.keys()]).toEqual(['a']);
  });

  it('of referrers that is cut off leaves the image without an answer, not with half of its claims', async () => {
    const push = await start({
      before: ({ path }) =>
        path.includes('/referrers/')
          ? {
              status: 200,
              headers: { link: '<https://elsewhere.example/2>; rel="next"' },
              body: JSON.stringify({ schemaVersion: 2, manifests: [] }),
            }
          : undefined,
    });
    tagged(push, ['1']);
    expect(answersOf(await read(slice), '1')).toEqual(['incomplete_listing']);
  });
});

describe('several ways to sign in', () => {
  const basic = `Basic ${Buffer.from(`${credential.username}:${credential.password}`).toString('base64')}`;

  /** Takes the credential by `accepts`, offers `challenge`, and gives tokens at `/token`. */
  const offering = (challenge: () => string, accepts: string): RegistrySimulatorOptions => ({
    before({ path, headers }) {
      if (path.startsWith('/token'))
        return { status: headers.authorization === basic ? 200 : 401, body: JSON.stringify({ token: 'granted' }) };
      if (headers.authorization === accepts) return undefined;
      return {
        status: 401,
        headers: { 'www-authenticate': challenge() },
        body: '{"errors":[{"code":"UNAUTHORIZED"}]}',
      };
    },
  });
  const bearer = (): string =>
    `Bearer realm="${simulator.url}/token",service="a, b",scope="repository:team/made:pull,push"`;

  it.each([
    ['Basic before Bearer, and only Bearer is taken', () => `Basic realm="x, y", ${bearer()}`, 'Bearer granted'],
    ['Bearer before Basic, and only Basic is taken', () => `${bearer()}, Basic realm="x"`, basic],
    ['a scheme nobody here knows first', () => `Negotiate, NTLM TlRM==, ${bearer()}`, 'Bearer granted'],
    [
      'a token service that nobody confirmed beside Basic',
      () => 'Bearer realm="https://collector.example/token",service="x", Basic realm="x"',
      basic,
    ],
  ])('%s', async (_, challenge, accepts) => {
    const push = await start(offering(challenge, accepts));
    tagged(push, ['1']);
    expect(answersOf(await read(slice, credential), '1')).toEqual([`annotation ${commit.slice(0, 8)}`]);
  });

  it('in several lines of the header', async () => {
    const push = await start(offering(() => bearer(), 'Bearer granted'));
    const { before } = simulator.options;
    simulator.options.before = (request) => {
      const answer = before?.(request);
      return answer?.status === 401 && answer.headers !== undefined
        ? { ...answer, headers: { 'www-authenticate': ['Basic realm="x"', bearer()] } }
        : answer;
    };
    tagged(push, ['1']);
    expect(answersOf(await read(slice, credential), '1')).toEqual([`annotation ${commit.slice(0, 8)}`]);
  });

  it('none of which takes the credential is one refusal, with the reason', async () => {
    await start(offering(() => `Basic realm="x", ${bearer()}`, 'nothing'));
    await expect(read(slice, credential)).rejects.toMatchObject({ code: 'invalid_credentials' });
    await expect(read(slice, { username: 'hub', password: 'wrong' })).rejects.toMatchObject({
      code: 'invalid_credentials',
    });
  });
});

describe('HEAD', () => {
  it.each([400, 401, 403, 404, 405, 406, 500, 501])(
    'answered with %i where GET answers costs one call',
    async (status) => {
      const push = await start({ before: ({ method }) => (method === 'HEAD' ? { status } : undefined) });
      const image = tagged(push, ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']);
      const stage = await read(slice);
      expect(new Set(stage.tags.values())).toEqual(new Set([image.digest]));
      expect(stage.tags.size).toBe(8);
      expect(simulator.journal.entries.filter(({ method }) => method === 'HEAD').length).toBeLessThanOrEqual(4);
    },
  );

  it('answered without a digest leaves it to the content', async () => {
    const push = await start({ before: ({ method }) => (method === 'HEAD' ? { status: 200 } : undefined) });
    const image = tagged(push, ['a']);
    expect((await read(slice)).tags.get('a')).toBe(image.digest);
  });

  it('and GET with a web page is no image', async () => {
    const page = { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>Sign in</html>' };
    const push = await start({ before: ({ path }) => (path.includes('/manifests/') ? page : undefined) });
    tagged(push, ['a']);
    const stage = await read(slice);
    expect(stage.events).toMatchObject([
      { type: 'unavailable', stream: 'images', code: 'malformed_response' },
      { type: 'unavailable', stream: 'image_tags', code: 'malformed_response' },
    ]);
  });

  it('of a tag that is listed and not there leaves it out', async () => {
    const push = await start();
    tagged(push, ['a']);
    push.tag('stale', { digest: `sha256:${'0'.repeat(64)}` });
    const stage = await read(slice);
    expect([...stage.tags.keys()]).toEqual(['a']);
    expect(endOf(stage)).toMatchObject({ proof: 'key_set', absenceTrusted: true });
  });

  it('hidden by a proxy takes no tag away', async () => {
    const push = await start({
      before: ({ path }) =>
        path.includes('/manifests/') ? { status: 404, body: '<html>Not Found</html>' } : undefined,
    });
    tagged(push, ['a', 'b']);
    expect((await read(slice)).events).toMatchObject([
      { type: 'unavailable', stream: 'images', code: 'endpoint_unavailable' },
      { type: 'unavailable', stream: 'image_tags', code: 'endpoint_unavailable' },
    ]);
  });
});

describe('images as they are', () => {
  const annotations = { 'org.opencontainers.image.revision': commit };
  const linux = (architecture: string) => ({ os: 'linux', architecture });

  it('a sparse index keeps the platform that is there, and names the one that is not', async () => {
    const push = await start();
    const there = push.manifest({ annotations });
    const absent = { ...there, digest: `sha256:${'0'.repeat(64)}`, platform: linux('arm64') };
    push.tag('1', push.index([{ ...there, platform: linux('amd64') }, absent]));
    push.tag('2', push.index([absent]));
    const stage = await read(slice);
    expect(answersOf(stage, '1')).toEqual([`annotation ${commit.slice(0, 8)}`]);
    expect(stage.images.get(stage.tags.get('1') ?? '')).toMatchObject({
      absentPlatforms: ['linux/arm64'],
      evidence: 'unread',
    });
    expect(answersOf(stage, '2')).toEqual(['manifest_missing']);
  });

  it('a platform without its configuration is as absent as one without its manifest', async () => {
    const push = await start();
    const there = push.manifest({ annotations });
    const bare = push.put(
      {
        schemaVersion: 2,
        mediaType: there.mediaType,
        config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: `sha256:${'1'.repeat(64)}`, size: 9 },
        layers: [],
      },
      there.mediaType,
    );
    push.tag('1', push.index([there, { ...bare, platform: linux('s390x') }]));
    const stage = await read(slice);
    expect(answersOf(stage, '1')).toEqual([`annotation ${commit.slice(0, 8)}`]);
    expect([...stage.images.values()][0]?.absentPlatforms).toEqual(['linux/s390x']);
  });

  it.each(['application/octet-stream', 'text/plain; charset=utf-8'])(
    'a configuration of type %s is an image’s',
    async (type) => {
      const push = await start();
      const docker = 'application/vnd.docker.distribution.manifest.v2+json';
      const config = push.blob(
        JSON.stringify({ os: 'linux', architecture: 'amd64', config: { Labels: annotations } }),
        type,
      );
      const layer = { mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip', digest: config.digest, size: 9 };
      push.tag('1', push.put({ schemaVersion: 2, mediaType: docker, config, layers: [layer] }, docker));
      push.tag('data', push.put({ schemaVersion: 2, mediaType: docker, config, layers: [config] }, docker));
      const stage = await read(slice);
      expect(answersOf(stage, '1')).toEqual([`label ${commit.slice(0, 8)}`]);
      expect(answersOf(stage, 'data')).toEqual(['artifact']);
    },
  );

  describe('a signed manifest of schema 1', () => {
    const type = 'application/vnd.docker.distribution.manifest.v1+prettyjws';
    const payload = JSON.stringify({ schemaVersion: 1, name: 'team/made', tag: '1', fsLayers: [] }, undefined, 3);
    const url = (text: string): string => Buffer.from(text).toString('base64url');
    const how = url(JSON.stringify({ formatLength: payload.length - 2, formatTail: url(payload.slice(-2)) }));
    const served = `${payload.slice(0, -2)},\n   "signatures": [{ "protected": "${how}", "signature": "abc" }]\n}`;

    it('is known by the digest of what was signed, and is not read', async () => {
      const push = await start();
      push.repository.manifests.set(sha256(payload), { mediaType: type, bytes: Buffer.from(served) });
      push.tag('1', { digest: sha256(payload) });
      expect(answersOf(await read(slice), '1')).toEqual(['manifest_unsupported']);
    });

    it('that is another one than its digest says is a mismatch', async () => {
      const push = await start();
      const digest = sha256(payload);
      const bytes = Buffer.from(served.replace('team/made', 'team/evil'));
      push.repository.manifests.set(digest, { mediaType: type, bytes });
      push.tag('1', { digest });
      expect(answersOf(await read(slice), '1')).toEqual(['digest_mismatch']);
    });
  });

  it.each([
    'scm:git:https://user:S3CRETpw@git.example.com/team/made',
    'scm:git:user:S3CRETpw@git.example.com:team/made',
    'https:/user:S3CRETpw@git.example.com/team/made',
    'git.example.com/team/made?url=https%3A%2F%2Fuser%3AS3CRETpw%40git.example.com',
  ])('%s is kept without its password, in whatever place it is named', async (source) => {
    const push = await start();
    const values = { ...annotations, 'org.opencontainers.image.source': source };
    const platform = push.manifest({ annotations: values }, values);
    const statement = gitStatement(platform).replaceAll('https://git.example.com/team/made.git#main', `${source}#main`);
    const builder = JSON.stringify({
      ...JSON.parse(statement),
      predicateType: 'https://slsa.dev/provenance/v1',
    }).replace(
      '"externalParameters"',
      `"resolvedDependencies":[{"uri":"${source}","digest":{"sha1":"${commit}"}}],"externalParameters"`,
    );
    push.tag(
      '1',
      push.index([{ ...platform, annotations: values }, push.attestation(platform, [statement, builder])], {
        annotations: values,
      }),
    );
    const stage = await read(slice);
    expect(stage.images.size).toBe(1);
    expect([...stage.images.values()][0]?.claims.length).toBeGreaterThan(2);
    expect(JSON.stringify(stage.events)).not.toContain('S3CRETpw');
    expect(JSON.stringify([...stage.images.values()])).not.toContain('S3CRETpw');
    const [found] = await ociRegistry.lookup(registryContext({ url: simulator.url }), 'team/made:1');
    expect(JSON.stringify(found)).not.toContain('S3CRETpw');
  });
});

describe('a repository that vanished', () => {
  const gone: readonly [string, number, string][] = [
    ['NAME_UNKNOWN', 404, '{"errors":[{"code":"NAME_UNKNOWN","message":"repository name not known to registry"}]}'],
    ['Harbor', 404, '{"errors":[{"code":"NOT_FOUND","message":"repository team/made not found"}]}'],
    ['Artifactory', 404, '{"errors":[{"status":404,"message":"Not Found"}]}'],
    ['a web page beside a repository that answers', 404, '<html>Not Found</html>'],
  ];
  const settings = { repositories: ['team/made', 'team/other'] };
  const discover = () => readRegistry({ url: simulator.url, settings }, sliceRequest('discovery'));
  const listed = ({ events }: RegistryStage): unknown[] =>
    events.flatMap((event) => (event.type === 'records' && event.stream === 'repositories' ? event.records : []));

  it.each(gone)('in the words of %s is not listed', async (_, status, body) => {
    const push = await start({
      before: ({ path }) => (path.includes('team/made/tags') ? { status, body } : undefined),
    });
    tagged(push, ['1']);
    tagged(pusher(simulator, 'team/other'), ['1']);
    const stage = await discover();
    expect(listed(stage)).toEqual([{ name: 'team/other' }]);
    expect(endOf(stage)).toMatchObject({ proof: 'key_set', absenceTrusted: true });
  });

  it.each<[string, number, string]>([
    ['a page where nothing else answers', 404, '<html>Not Found</html>'],
    ['a refusal', 403, '{"errors":[{"code":"DENIED"}]}'],
    ['a refusal that calls itself 404', 404, '{"errors":[{"code":"UNAUTHORIZED"}]}'],
  ])('is not proven by %s', async (_, status, body) => {
    await start({ before: ({ path }) => (path.includes('/tags/list') ? { status, body } : undefined) });
    expect(listed(await discover())).toEqual([{ name: 'team/made' }, { name: 'team/other' }]);
  });

  it('is not proven by a page either when the catalogue still names it', async () => {
    const push = await start({
      before: ({ path }) => (path.includes('team/made/tags') ? { status: 404, body: '<html>' } : undefined),
    });
    tagged(push, ['1']);
    tagged(pusher(simulator, 'team/other'), ['1']);
    expect(listed(await read('discovery'))).toEqual([{ name: 'team/other' }, { name: 'team/made' }]);
  });

  it('has another version than before when a notification had it read empty', async () => {
    const push = await start();
    tagged(push, ['1']);
    const versionOf = ({ events }: RegistryStage) => events.find(({ type }) => type === 'slice');
    const before = versionOf(await read(slice));
    expect(before).toEqual(versionOf(await read('discovery')));
    simulator.repositories.delete('team/made');
    const empty = await read(slice);
    expect(empty.events).toContainEqual(
      expect.objectContaining({ stream: 'image_tags', absenceTrusted: true, sourceCount: 0 }),
    );
    expect(versionOf(empty)).not.toEqual(before);
  });
});
