import { afterEach, describe, expect, it } from 'vitest';
import {
  type CannedAnswer,
  type RegistrySimulator,
  type RegistrySimulatorOptions,
  startRegistrySimulator,
} from '../../lab/simulators/registry/index.ts';
import { ociRegistry } from '../../src/connectors/oci-registry/index.ts';
import { commit, type Descriptor, pusher } from './oci-images.ts';
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

const endOf = ({ events }: RegistryStage) => events.at(-1);
const asked = (part: string): string[] =>
  simulator.journal.map(({ path }) => path).filter((path) => path.includes(part));

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
    expect(foreign.journal).toEqual([]);
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
      expect(simulator.journal.filter(({ method }) => method === 'HEAD').length).toBeLessThanOrEqual(4);
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
