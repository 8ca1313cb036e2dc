import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type RegistrySimulator,
  type RegistrySimulatorOptions,
  sha256,
  startRegistrySimulator,
} from '../../lab/simulators/registry/index.ts';
import { ociRegistry } from '../../src/connectors/oci-registry/index.ts';
import { commit, type Descriptor, gitStatement, pusher, types } from './oci-images.ts';
import { answersOf, readRegistry, type RegistryStage, registryContext, sliceRequest } from './oci-stage.ts';

let simulator: RegistrySimulator;
let others: RegistrySimulator[] = [];
beforeEach(async () => {
  simulator = await startRegistrySimulator();
  others = [];
});
afterEach(async () => {
  await Promise.all([simulator, ...others].map((one) => one.close()));
});

const read = (): Promise<RegistryStage> => readRegistry({ url: simulator.url }, sliceRequest('repository:team/made'));

async function answerTo(root: Descriptor): Promise<{ answers: string[]; stage: RegistryStage }> {
  pusher(simulator).tag('1', root);
  const stage = await read();
  return { answers: answersOf(stage, '1'), stage };
}

describe('manifest bombs', () => {
  it('an index of a hundred thousand entries is refused before any of them is fetched', async () => {
    const { index } = pusher(simulator);
    const entries = Array.from({ length: 20_000 }, (_, n) => ({
      mediaType: types.manifest,
      digest: sha256(String(n)),
      size: 400,
    }));
    const { answers } = await answerTo(index(entries));
    expect(answers).toEqual(['image_limits_exceeded']);
    expect(
      simulator.journal.entries.filter(({ method, url }) => method === 'GET' && url.includes('/manifests/')),
    ).toHaveLength(1);
  });

  it('indexes in indexes end at the third', async () => {
    const { manifest, index } = pusher(simulator);
    const nested = (depth: number): Descriptor => (depth === 0 ? manifest() : index([nested(depth - 1)]));
    expect((await answerTo(nested(3))).answers).toEqual(['NO_PROVENANCE']);
    expect((await answerTo(nested(4))).answers).toEqual(['image_limits_exceeded']);
  });

  it('a tree of indexes is counted as a whole', async () => {
    const { manifest, index } = pusher(simulator);
    const leaves = Array.from({ length: 30 }, (_, n) => manifest({ annotations: { n: String(n) } }));
    const branches = Array.from({ length: 10 }, (_, n) => index(leaves, { annotations: { n: String(n) } }));
    expect((await answerTo(index(branches))).answers).toEqual(['image_limits_exceeded']);
  });

  it('an index that claims to hold itself is caught by its digest', async () => {
    const { repository, index, put } = pusher(simulator);
    const outer = index([{ mediaType: types.index, digest: `sha256:${'c'.repeat(64)}`, size: 100 }]);
    // Whoever asks for the inner one gets the outer one again.
    const again = repository.manifests.get(outer.digest);
    if (again !== undefined) repository.manifests.set(`sha256:${'c'.repeat(64)}`, again);
    expect((await answerTo(outer)).answers).toEqual(['digest_mismatch']);
    const twice = put({ schemaVersion: 2, mediaType: types.index, manifests: [outer, outer] }, types.index);
    expect((await answerTo(twice)).answers).toEqual(['digest_mismatch']);
  });

  it('a manifest that names a size beyond all measure is not fetched', async () => {
    const { manifest, index } = pusher(simulator);
    const inner = manifest();
    const { answers } = await answerTo(index([{ ...inner, size: 5_000_000_000 }]));
    expect(answers).toEqual(['image_limits_exceeded']);
    expect(simulator.journal.entries.map(({ url }) => url)).not.toContain(`/v2/team/made/manifests/${inner.digest}`);
  });

  it('a manifest longer than it may be is cut off', async () => {
    const { put } = pusher(simulator);
    const { answers } = await answerTo(put({ schemaVersion: 2, filler: 'x'.repeat(5 * 1024 * 1024) }, types.manifest));
    expect(answers).toEqual(['image_limits_exceeded']);
  });
});

describe('content that is not what it is called', () => {
  it.each<[string, (push: ReturnType<typeof pusher>) => Descriptor, string]>([
    [
      'another digest',
      ({ manifest, repository, index }) => {
        const inner = manifest();
        repository.manifests.set(inner.digest, { mediaType: types.manifest, bytes: Buffer.from('{}') });
        return index([inner]);
      },
      'digest_mismatch',
    ],
    [
      'a configuration of another digest',
      ({ manifest, repository }) => {
        const made = manifest();
        for (const digest of repository.blobs.keys())
          repository.blobs.set(digest, Buffer.from('{ "tampered": 1 }'.padEnd(60)));
        return made;
      },
      'digest_mismatch',
    ],
    [
      'a configuration that is not there',
      ({ manifest, repository }) => {
        const made = manifest();
        repository.blobs.clear();
        return made;
      },
      'manifest_missing',
    ],
    [
      'a platform that is not there',
      ({ index }) => index([{ mediaType: types.manifest, digest: sha256('x'), size: 1 }]),
      'manifest_missing',
    ],
    [
      'served as a manifest, says it is an index',
      ({ put }) => put({ schemaVersion: 2, mediaType: types.index, manifests: [] }, types.manifest),
      'manifest_invalid',
    ],
    [
      'listed as a manifest, is an index',
      ({ index, manifest }) => index([{ ...index([manifest()]), mediaType: types.manifest }]),
      'manifest_invalid',
    ],
    [
      'a media type nobody knows',
      ({ put }) => put({ schemaVersion: 2, mediaType: 'text/html', manifests: [] }, 'text/html'),
      'manifest_invalid',
    ],
    ['no JSON', ({ put }) => put('<html>', types.manifest), 'manifest_invalid'],
    [
      'a wrong shape',
      ({ put }) => put({ schemaVersion: 2, mediaType: types.manifest, config: 7 }, types.manifest),
      'manifest_invalid',
    ],
    [
      'a digest with a way out of the repository',
      ({ put }) =>
        put(
          {
            schemaVersion: 2,
            mediaType: types.index,
            manifests: [{ mediaType: types.manifest, digest: '../../../v2/secret/manifests/1', size: 1 }],
          },
          types.index,
        ),
      'manifest_invalid',
    ],
    [
      'schema version 1',
      ({ put }) => put({ schemaVersion: 1, name: 'x' }, 'application/vnd.docker.distribution.manifest.v1+json'),
      'manifest_unsupported',
    ],
  ])('%s', async (_, make, code) => {
    expect((await answerTo(make(pusher(simulator)))).answers).toEqual([code]);
  });

  it('takes away only the image it is in', async () => {
    const push = pusher(simulator);
    push.tag('good', push.manifest());
    const { stage } = await answerTo(push.put('<html>', types.manifest));
    expect(answersOf(stage, 'good')).toEqual(['NO_PROVENANCE']);
    expect(stage.events).toContainEqual(
      expect.objectContaining({ type: 'complete', stream: 'image_tags', sourceCount: 2 }),
    );
  });

  it('an artifact is no image', async () => {
    const { blob, put } = pusher(simulator);
    const chart = put(
      {
        schemaVersion: 2,
        mediaType: types.manifest,
        config: blob('{}', 'application/vnd.cncf.helm.config.v1+json'),
        layers: [],
      },
      types.manifest,
    );
    expect((await answerTo(chart)).answers).toEqual(['artifact']);
    const { index } = pusher(simulator);
    expect((await answerTo(index([], { artifactType: 'application/vnd.example' }))).answers).toEqual(['artifact']);
  });
});

describe('statements', () => {
  const attested = (statements: (platform: Descriptor) => readonly (string | Descriptor)[], more: object = {}) => {
    const { manifest, attestation, index } = pusher(simulator);
    const platform = manifest(more);
    return index([platform, attestation(platform, statements(platform))]);
  };

  it('of 10 MB are read', async () => {
    const filler = { runDetails: { metadata: { filler: 'x'.repeat(10 * 1024 * 1024) } } };
    const { answers } = await answerTo(attested((platform) => [gitStatement(platform, filler)]));
    expect(answers).toEqual([`builder git.example.com/team/made ${commit.slice(0, 8)} main`]);
  });

  it('beyond the limit are not fetched', async () => {
    const huge = { mediaType: types.inToto, digest: sha256('huge'), size: 17 * 1024 * 1024 };
    const { answers, stage } = await answerTo(attested(() => [huge]));
    expect(answers).toEqual(['PROVENANCE_INVALID']);
    expect([...stage.images.values()][0]?.claims).toMatchObject([
      { problem: 'too_large', statementDigest: huge.digest },
    ]);
    expect(simulator.journal.entries.map(({ url }) => url)).not.toContain(`/v2/team/made/blobs/${huge.digest}`);
  });

  it('longer than their manifest says are cut off there', async () => {
    const { blob } = pusher(simulator);
    const lying = blob('x'.repeat(100_000), types.inToto);
    const { answers, stage } = await answerTo(attested(() => [{ ...lying, size: 10 }]));
    expect(answers).toEqual(['PROVENANCE_INVALID']);
    expect([...stage.images.values()][0]?.claims).toMatchObject([{ problem: 'too_large' }]);
  });

  it('of another digest, about another image or of no sense are told of, and an annotation beside them counts', async () => {
    const annotations = { 'org.opencontainers.image.revision': commit };
    const foreign = gitStatement({ digest: sha256('another image') });
    const { answers, stage } = await answerTo(attested(() => ['no statement', foreign], { annotations }));
    expect(answers).toEqual([`annotation ${commit.slice(0, 8)} PROVENANCE_INVALID`]);
    expect([...stage.images.values()][0]?.claims.map(({ problem }) => problem)).toEqual([
      'malformed',
      'subject_mismatch',
      null,
    ]);
  });

  it('thousands of them are no answer of those that were looked at', async () => {
    const { answers } = await answerTo(
      attested((platform) => Array.from({ length: 500 }, (_, n) => gitStatement(platform, { n }))),
    );
    expect(answers).toEqual(['image_limits_exceeded']);
  });
});

describe('answers that lead elsewhere', () => {
  /** Answers blobs with a redirect to `target`. */
  async function redirecting(target: string): Promise<void> {
    await simulator.close();
    simulator = await startRegistrySimulator({
      before: ({ path }) => (path.includes('/blobs/') ? { status: 307, headers: { location: target } } : undefined),
    });
  }

  it.each([
    ['a cloud metadata service', 'http://169.254.169.254/latest/meta-data/'],
    ['another port of this machine under another name', 'http://localhost:1/'],
    ['a file', 'file:///etc/passwd'],
    ['a private network', 'http://10.0.0.1/'],
  ])('%s is not called', async (_, target) => {
    await redirecting(target);
    const { manifest } = pusher(simulator);
    pusher(simulator).tag('1', manifest());
    await expect(read()).rejects.toMatchObject({ code: 'address_not_allowed' });
  });

  it('a redirect to a storage that may be called gets no credential', async () => {
    const storage = await startRegistrySimulator();
    others.push(storage);
    await simulator.close();
    const target = storage.url.replace('127.0.0.1', 'localhost');
    const options: RegistrySimulatorOptions = {
      authentication: { kind: 'basic', username: 'hub', password: 's3cret' },
      before: ({ path }) =>
        path.includes('/blobs/') ? { status: 307, headers: { location: `${target}${path}` } } : undefined,
    };
    simulator = await startRegistrySimulator(options);
    const { manifest, repository, tag } = pusher(simulator);
    storage.repositories.set('team/made', repository);
    tag('1', manifest({ annotations: { 'org.opencontainers.image.revision': commit } }));
    const secrets = { username: 'hub', password: 's3cret' };
    const allowed = { outbound: { allow: ['127.0.0.0/8', '::1/128'] } };
    const stage = await readRegistry({ url: simulator.url, secrets, ...allowed }, sliceRequest('repository:team/made'));
    expect(answersOf(stage, '1')).toEqual([`annotation ${commit.slice(0, 8)}`]);
    expect(storage.journal.entries.length).toBeGreaterThan(0);
    expect(storage.journal.entries.filter(({ scheme }) => scheme !== 'none')).toEqual([]);
  });

  it('pages of tags that lead to another host, or in a circle, call nobody else and prove nothing', async () => {
    await simulator.close();
    let link = '';
    simulator = await startRegistrySimulator({
      before: ({ path }) =>
        path.includes('/tags/list')
          ? { status: 200, headers: { link }, body: JSON.stringify({ tags: ['1'] }) }
          : undefined,
    });
    const push = pusher(simulator);
    push.tag('1', push.manifest());
    for (link of [
      '<http://169.254.169.254/latest/meta-data/>; rel="next"',
      '<http://169.254.169.254/v2/team/made/tags/list?n=1>; rel="next"',
      '</v2/team/made/tags/list?n=2>; rel="next"',
    ]) {
      simulator.journal.clear();
      const { tags, events } = await read();
      expect(tags.size).toBe(1);
      expect(events.findLast(({ type }) => type === 'complete')).toMatchObject({
        stream: 'image_tags',
        proof: 'unproven',
        absenceTrusted: false,
      });
      expect(simulator.journal.entries.filter(({ url }) => url.includes('/tags/list')).length).toBeLessThanOrEqual(3);
    }
  });

  it('notifications change nothing about where is read: only the slice is named', () => {
    const parsed = ociRegistry.webhooks
      ?.find(({ name }) => name === 'docker-hub')
      ?.parse({
        headers: {},
        body: Buffer.from(
          JSON.stringify({ repository: { repo_name: 'team/made' }, callback_url: 'http://169.254.169.254/' }),
        ),
      });
    expect(JSON.stringify(parsed)).not.toContain('169.254');
  });
});

describe('token services', () => {
  const credential = { username: 'hub', password: 's3cret' };
  const authentication = { kind: 'token', ...credential } as const;

  async function restart(options: RegistrySimulatorOptions): Promise<void> {
    await simulator.close();
    simulator = await startRegistrySimulator(options);
    const push = pusher(simulator);
    push.tag('1', push.manifest());
  }

  const readWith = (more: object = {}, secrets: object = credential) =>
    readRegistry({ url: simulator.url, secrets: { ...secrets }, ...more }, sliceRequest('repository:team/made'));

  /** Code with which a reading ends, or its streams. */
  async function failureOf(reading: Promise<RegistryStage>): Promise<string> {
    return reading.then(
      ({ events: [first] }) => (first?.type === 'unavailable' ? first.code : 'none'),
      (error: { code: string }) => error.code,
    );
  }

  it.each([
    ['another host', 'https://collector.example/token', 'registry_token_service_refused'],
    ['a cloud metadata service', 'http://169.254.169.254/token', 'registry_token_service_refused'],
    ['no address', 'ftp://127.0.0.1/token', 'malformed_response'],
    ['nothing', '', 'malformed_response'],
  ])('%s gets no credential', async (_, realm, code) => {
    await restart({ authentication: { ...authentication, realm: realm === '' ? 'http://' : realm } });
    expect(await failureOf(readWith())).toBe(code);
    expect(simulator.journal.entries.filter(({ scheme }) => scheme !== 'none')).toEqual([]);
  });

  it('one that the operator named is still not called at an address that is never called', async () => {
    await restart({ authentication: { ...authentication, realm: 'http://169.254.169.254/token' } });
    await expect(readWith({ settings: { tokenService: '169.254.169.254' } })).rejects.toMatchObject({
      code: 'address_not_allowed',
    });
  });

  it('a redirect of the token service takes no credential along', async () => {
    const collector = await startRegistrySimulator();
    others.push(collector);
    const location = `${collector.url.replace('127.0.0.1', 'localhost')}/token`;
    await restart({
      authentication,
      before: ({ path }) => (path.startsWith('/token') ? { status: 302, headers: { location } } : undefined),
    });
    const allowed = { outbound: { allow: ['127.0.0.0/8', '::1/128'] } };
    await expect(readWith(allowed)).rejects.toMatchObject({
      code: expect.stringMatching(/upstream_error|malformed_response/),
    });
    expect(collector.journal.entries.filter(({ scheme }) => scheme !== 'none')).toEqual([]);
  });

  it('an answer without end is cut off', async () => {
    await restart({
      authentication,
      before: ({ path }) => (path.startsWith('/token') ? { status: 200, body: 'x'.repeat(1_000_000) } : undefined),
    });
    expect(await failureOf(readWith())).toBe('response_too_large');
  });

  it('the right one is asked once for all calls of a repository', async () => {
    await restart({ authentication });
    expect(answersOf(await readWith(), '1')).toEqual(['NO_PROVENANCE']);
    const tokens = simulator.journal.entries.filter(({ url }) => url.startsWith('/token'));
    expect(tokens).toHaveLength(1);
    expect(tokens[0]?.url).toContain('scope=repository%3Ateam%2Fmade%3Apull');
  });

  it('a refused credential and a token without rights say so', async () => {
    await restart({ authentication });
    await expect(readWith({}, { username: 'hub', password: 'wrong' })).rejects.toMatchObject({
      code: 'invalid_credentials',
    });
    await restart({ authentication: { ...authentication, anonymousPull: true } });
    await expect(readWith({}, {})).rejects.toMatchObject({
      code: 'invalid_credentials',
      message: expect.stringContaining('wants a login'),
    });
  });
});

describe('slow and broken registries', () => {
  it('a body that drips for ever ends with the call’s time limit or the caller’s patience', async () => {
    await simulator.close();
    simulator = await startRegistrySimulator({
      before: ({ path }) =>
        path.includes('/tags/list') ? { status: 200, body: 'x'.repeat(10_000), drip: 100 } : undefined,
    });
    const context = registryContext({ url: simulator.url });
    const patience = new AbortController();
    const reading = ociRegistry
      .read({ ...context, signal: patience.signal }, sliceRequest('repository:team/made'))
      .next();
    setTimeout(() => patience.abort(new Error('enough')), 300);
    await expect(reading).rejects.toThrow('enough');
  });

  it.each([
    ['a page of a proxy', 200, '<html><h1>Log in</h1></html>', 'malformed_response'],
    [
      'forbidden',
      403,
      '{"errors":[{"code":"DENIED","message":"requested access to the resource is denied"}]}',
      'invalid_permissions',
    ],
    ['no such endpoint', 404, '404 page not found', 'endpoint_unavailable'],
  ])('%s: the repository is unavailable, with the registry’s words', async (_, status, body, code) => {
    await simulator.close();
    simulator = await startRegistrySimulator({
      before: ({ path }) => (path.includes('/tags/list') ? { status, body } : undefined),
    });
    pusher(simulator);
    const stage = await read();
    expect(stage.events).toMatchObject([
      { type: 'unavailable', stream: 'images', code },
      { type: 'unavailable', stream: 'image_tags', code },
    ]);
  });

  it('a referrers API that is closed to us leaves it open what is attached', async () => {
    await simulator.close();
    simulator = await startRegistrySimulator({
      before: ({ path }) => (path.includes('/referrers/') ? { status: 403, body: 'no' } : undefined),
    });
    const push = pusher(simulator);
    push.tag('1', push.manifest({ annotations: { 'org.opencontainers.image.revision': commit } }));
    expect(answersOf(await read(), '1')).toEqual(['incomplete_listing']);
  });

  it('an overloaded one is waited for and tried again', async () => {
    await simulator.close();
    let refusals = 2;
    simulator = await startRegistrySimulator({
      before: () => (refusals-- > 0 ? { status: 503, headers: { 'retry-after': '0' } } : undefined),
    });
    const push = pusher(simulator);
    push.tag('1', push.manifest());
    expect(answersOf(await read(), '1')).toEqual(['NO_PROVENANCE']);
  });

  it('a repository that is not watched is not read, whoever asks', async () => {
    const push = pusher(simulator);
    push.tag('1', push.manifest());
    const settings = { repositories: ['other/*', 'team/mad?'] };
    const slice = sliceRequest('repository:team/elsewhere');
    expect(await readRegistry({ url: simulator.url, settings }, slice)).toMatchObject({
      events: [{ type: 'complete', stream: 'images' }],
    });
    expect(simulator.journal.entries).toEqual([]);
    const watched = await readRegistry({ url: simulator.url, settings }, sliceRequest('discovery'));
    expect(watched.events.filter(({ type }) => type === 'slice')).toMatchObject([{ slice: 'repository:team/made' }]);
    await expect(readRegistry({ url: simulator.url }, sliceRequest('repository:../../etc'))).rejects.toMatchObject({
      code: 'invalid_request',
    });
  });

  it('an interrupted reading goes on behind what was staged', async () => {
    const push = pusher(simulator);
    for (let n = 0; n < 40; n++) push.tag(`t${n}`, push.manifest({ annotations: { n: String(n) } }));
    const first = await readRegistry(
      { url: simulator.url },
      sliceRequest('repository:team/made'),
      (event) => event.type === 'records',
    );
    expect(first.images.size).toBe(16);
    simulator.journal.clear();
    async function* stagedKeys() {
      yield [...first.images.keys()];
    }
    const second = await readRegistry(
      { url: simulator.url },
      sliceRequest('repository:team/made', { resume: { 'images ': { cursor: 'x' } }, stagedKeys }),
    );
    expect(new Set([...first.images.keys(), ...second.images.keys()]).size).toBe(40);
    expect(second.images.size).toBe(24);
  });
});

describe('what a person is told before anything is saved', () => {
  async function outcomes(connection: Parameters<typeof registryContext>[0]): Promise<Record<string, string>> {
    const report: Record<string, string> = {};
    for await (const check of ociRegistry.check(registryContext(connection)))
      report[check.name] = check.code === undefined ? check.outcome : `${check.outcome} ${check.code}`;
    return report;
  }
  const rest = (names: string[]): Record<string, string> => Object.fromEntries(names.map((name) => [name, 'skipped']));

  it('another program answers', async () => {
    await simulator.close();
    simulator = await startRegistrySimulator({ before: () => ({ status: 200, body: '<html>Grafana</html>' }) });
    expect(await outcomes({ url: simulator.url })).toEqual({
      reachable: 'ok',
      tls_trusted: 'skipped',
      is_registry: 'failed not_a_registry',
      ...rest([
        'credential_valid',
        'list_repositories',
        'named_repositories',
        'read_manifests',
        'attachments',
        'signatures',
      ]),
    });
  });

  it('nothing answers', async () => {
    const { url } = simulator;
    await simulator.close();
    const report = await outcomes({ url });
    expect(report).toMatchObject({ reachable: 'failed unreachable', is_registry: 'skipped' });
    simulator = await startRegistrySimulator();
  });

  it('the login is wrong, or lacks the catalogue', async () => {
    await simulator.close();
    simulator = await startRegistrySimulator({ authentication: { kind: 'basic', username: 'hub', password: 'right' } });
    expect(await outcomes({ url: simulator.url, secrets: { username: 'hub', password: 'wrong' } })).toMatchObject({
      is_registry: 'ok',
      credential_valid: 'failed invalid_credentials',
      list_repositories: 'skipped',
    });
    await simulator.close();
    simulator = await startRegistrySimulator({
      before: ({ path }) =>
        path.startsWith('/v2/_catalog')
          ? { status: 401, headers: { 'www-authenticate': 'Bearer realm="/x",error="insufficient_scope"' } }
          : undefined,
    });
    expect(await outcomes({ url: simulator.url, secrets: { token: 'abc' } })).toMatchObject({
      credential_valid: 'ok',
      list_repositories: 'failed invalid_permissions',
      named_repositories: 'skipped',
    });
  });

  it('a named repository is not there; another one is', async () => {
    const push = pusher(simulator);
    push.tag('1', push.manifest());
    expect(await outcomes({ url: simulator.url, settings: { repositories: 'team/made, team/typo' } })).toMatchObject({
      list_repositories: 'ok',
      named_repositories: 'failed repository_not_found',
      read_manifests: 'ok',
    });
  });

  it('signatures are required and nothing is there to verify them with', async () => {
    expect(await outcomes({ url: simulator.url, settings: { requireSignature: true } })).toMatchObject({
      list_repositories: 'warning no_resources',
      signatures: 'warning',
    });
  });
});
