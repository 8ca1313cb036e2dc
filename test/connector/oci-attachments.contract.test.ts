import { afterEach, describe, expect, it } from 'vitest';
import {
  type CannedAnswer,
  type RegistrySimulator,
  type RegistrySimulatorOptions,
  startRegistrySimulator,
} from '../../lab/simulators/registry/index.ts';
import { referrersTag } from '../../src/domain/image-reference.ts';
import { ociRegistry } from '../../src/connectors/oci-registry/index.ts';
import type { ImageRecord } from '../../src/connectors/oci-registry/records.ts';
import { commit, type Descriptor, gitStatement, pusher, types } from './oci-images.ts';
import { answersOf, readRegistry, registryContext, sliceRequest, storedOf } from './oci-stage.ts';

/** Who cannot see all that is attached to an image does not know what it says: by whatever way the image is read. */
let simulator: RegistrySimulator;
afterEach(() => simulator.close());

const repository = 'team/made';
const slice = `repository:${repository}`;
const statement = `referrer git.example.com/team/made ${commit.slice(0, 8)} main`;

async function start(options: RegistrySimulatorOptions = {}): Promise<ReturnType<typeof pusher>> {
  simulator = await startRegistrySimulator(options);
  return pusher(simulator);
}

/** An image without a word of its own, tagged `1`, and an attestation that names it as its subject. */
function attestedImage(push: ReturnType<typeof pusher>): { image: Descriptor; attachment: Descriptor } {
  const image = push.manifest();
  push.tag('1', image);
  const attachment = push.put(
    {
      schemaVersion: 2,
      mediaType: types.manifest,
      artifactType: types.inToto,
      config: push.blob('{}', 'application/vnd.oci.empty.v1+json'),
      layers: [push.blob(gitStatement(image), types.inToto)],
      subject: image,
    },
    types.manifest,
  );
  return { image, attachment };
}

function listUnderTag(push: ReturnType<typeof pusher>, { image, attachment }: ReturnType<typeof attestedImage>): void {
  push.tag(referrersTag(image.digest), push.index([{ ...attachment, artifactType: types.inToto } as Descriptor]));
}

const onDemand = (): Promise<ImageRecord | null> =>
  ociRegistry.registry?.readImage(registryContext({ url: simulator.url }), {
    repository,
    tag: '1',
    digest: null,
  }) as Promise<ImageRecord | null>;

/** What each way of reading comes to. */
async function everyWay(): Promise<Record<'onDemand' | 'sync' | 'audit', string | undefined>> {
  const demanded = await onDemand();
  const [sync, audit] = [
    await readRegistry({ url: simulator.url }, sliceRequest(slice)),
    await readRegistry({ url: simulator.url }, sliceRequest(slice, { purpose: 'audit' })),
  ];
  const stage = { ...sync, images: new Map([[demanded?.digest ?? '', demanded as ImageRecord]]) };
  return {
    onDemand: answersOf(stage, '1')[0],
    sync: answersOf(sync, '1')[0],
    audit: answersOf(audit, '1')[0],
  };
}

const everywhere = (answer: string) => ({ onDemand: answer, sync: answer, audit: answer });

const toReferrers =
  (answer: CannedAnswer) =>
  ({ path }: { path: string }): CannedAnswer | undefined =>
    path.includes('/referrers/') ? answer : undefined;

describe('what the referrers API attaches', () => {
  it('is read by every way', async () => {
    attestedImage(await start({ referrers: 'right' }));
    expect(await everyWay()).toEqual(everywhere(statement));
  });

  it.each<[string, CannedAnswer]>([
    ['forbidden', { status: 403, body: '{"errors":[{"code":"DENIED"}]}' }],
    ['for somebody with a login', { status: 401, body: 'no' }],
    ['a list that breaks off', { status: 200, body: '{"schemaVersion":2,"manifests":[{"mediaType":"applic' }],
    ['no list', { status: 200, body: '{"manifests":"none"}' }],
    [
      'continued at another host',
      {
        status: 200,
        headers: { link: '<https://elsewhere.example/2>; rel="next"' },
        body: '{"schemaVersion":2,"manifests":[]}',
      },
    ],
  ])('is not known where the answer is %s', async (_, answer) => {
    const push = await start({ before: toReferrers(answer) });
    push.tag('1', push.manifest({ annotations: { 'org.opencontainers.image.revision': commit } }));
    expect(await everyWay()).toEqual(everywhere('incomplete_listing'));
  });

  it.each<[string, CannedAnswer]>([
    ['404', { status: 404, body: '404 page not found' }],
    ['400', { status: 400, body: '{"errors":[{"code":"NAME_INVALID"}]}' }],
    ['405', { status: 405, body: '' }],
    ['501', { status: 501, body: '' }],
    ['a web page', { status: 200, body: '<html>packages</html>' }],
  ])('is asked of tags where a registry without it answers %s', async (_, answer) => {
    const push = await start({ before: toReferrers(answer) });
    listUnderTag(push, attestedImage(push));
    expect(await everyWay()).toEqual(everywhere(statement));
  });

  it('of one digest counts although the registry says of another that it does not know it', async () => {
    let calls = 0;
    const push = await start({
      referrers: 'right',
      before: ({ path }) =>
        path.includes('/referrers/') && calls++ % 2 === 0
          ? { status: 404, body: '{"errors":[{"code":"MANIFEST_UNKNOWN"}]}' }
          : undefined,
    });
    const { image } = attestedImage(push);
    push.tag('1', push.index([image]));
    expect((await onDemand())?.claims).toMatchObject([{ trust: 'referrer', revision: commit }]);
  });

  it('is read anew when its list no longer ends, though it names the same', async () => {
    const answer: CannedAnswer = { status: 200, body: '{"schemaVersion":2,"manifests":[]}' };
    const push = await start({ before: (request) => toReferrers(answer)(request) });
    push.tag('1', push.manifest({ annotations: { 'org.opencontainers.image.revision': commit } }));
    const before = await readRegistry({ url: simulator.url }, sliceRequest(slice));
    answer.headers = { link: '<https://elsewhere.example/2>; rel="next"' };
    const after = await readRegistry({ url: simulator.url }, sliceRequest(slice, { stored: storedOf(before) }));
    expect(answersOf(after, '1')).toEqual(['incomplete_listing']);
    expect(after.events.at(-1)).not.toEqual(before.events.at(-1));
  });
});

describe('what tags attach', () => {
  it('is found on demand by its name, without the right to list tags', async () => {
    const push = await start({ before: ({ path }) => (path.includes('/tags/list') ? { status: 403 } : undefined) });
    listUnderTag(push, attestedImage(push));
    expect((await onDemand())?.claims).toMatchObject([{ trust: 'referrer', revision: commit }]);
  });

  it('is found although the list of tags is cut off before it', async () => {
    const push = await start({
      before: ({ path }) =>
        path.includes('/tags/list')
          ? { status: 200, headers: { link: '<https://elsewhere.example/2>; rel="next"' }, body: '{"tags":["1"]}' }
          : undefined,
    });
    listUnderTag(push, attestedImage(push));
    expect(await everyWay()).toEqual(everywhere(statement));
  });

  it.each<[string, (push: ReturnType<typeof pusher>, tag: string, list: Descriptor) => void]>([
    [
      'is of another digest',
      ({ repository: held }, _, { digest }) => {
        held.manifests.set(digest, { mediaType: types.index, bytes: Buffer.from('{}') });
      },
    ],
    ['is no JSON', ({ put, tag: to }, tag) => to(tag, put('<html>', types.index))],
    [
      'is longer than a manifest may be',
      ({ put, tag: to }, tag) => to(tag, put({ schemaVersion: 2, filler: 'x'.repeat(5 * 1024 * 1024) }, types.index)),
    ],
  ])('is not known where the list under the tag %s', async (_, spoil) => {
    const push = await start();
    const made = attestedImage(push);
    const list = push.index([made.attachment]);
    const tag = referrersTag(made.image.digest);
    push.tag(tag, list);
    spoil(push, tag, list);
    expect(await everyWay()).toEqual(everywhere('incomplete_listing'));
  });

  it('is not known to a sync where a proxy hides the tag that is listed', async () => {
    let tag = '';
    const push = await start({
      before: ({ path }) => (tag !== '' && path.includes(tag) ? { status: 404, body: '<html>' } : undefined),
    });
    const made = attestedImage(push);
    listUnderTag(push, made);
    tag = referrersTag(made.image.digest);
    const read = await readRegistry({ url: simulator.url }, sliceRequest(slice));
    expect(answersOf(read, '1')).toEqual(['incomplete_listing']);
  });
});

describe('more than is looked at', () => {
  it('of attachments is no answer of those that were', async () => {
    const push = await start({ referrers: 'right' });
    const { image } = attestedImage(push);
    for (let n = 0; n < 300; n++)
      push.put(
        {
          schemaVersion: 2,
          mediaType: types.manifest,
          artifactType: types.inToto,
          config: push.blob('{}', 'application/vnd.oci.empty.v1+json'),
          layers: [],
          subject: image,
          annotations: { n: String(n) },
        },
        types.manifest,
      );
    expect(await everyWay()).toEqual(everywhere('image_limits_exceeded'));
  });

  it('an attestation that the index lists and the registry has not leaves the word to nobody else', async () => {
    const push = await start();
    const platform = push.manifest({ annotations: { 'org.opencontainers.image.revision': commit } });
    const attestation = push.attestation(platform, [gitStatement(platform)]);
    push.tag('1', push.index([platform, attestation]));
    push.repository.manifests.delete(attestation.digest);
    expect(await everyWay()).toEqual(everywhere('incomplete_listing'));
  });

  it('an own attestation too large to be read leaves the word to nobody else', async () => {
    const push = await start();
    const platform = push.manifest({ annotations: { 'org.opencontainers.image.revision': commit } });
    const huge = { ...push.blob('{}', types.inToto), size: 17 * 1024 * 1024 };
    push.tag('1', push.index([platform, push.attestation(platform, [huge])]));
    expect(await everyWay()).toEqual(everywhere('PROVENANCE_INVALID'));
  });
});
