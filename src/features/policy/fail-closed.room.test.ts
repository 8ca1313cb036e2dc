import { describe, expect, it } from 'vitest';
import { otherCommit, policyStage, storedCommit } from '../../../test/support/policy-stage.ts';
import type { ClaimRecord, ImageRecord } from '../../connectors/oci-registry/records.ts';
import { imageReaction, integrationReaction } from './reactions.ts';
import { evaluateOnDemand } from './on-demand.ts';

const stage = policyStage();
const never = new AbortController().signal;
const checkout = 'https://git.example.com/team/checkout';
const host = (): string => new URL(stage().registry.url).host;
const ask = async (reference: string, more: object = {}) =>
  (await evaluateOnDemand(stage().onDemand, { images: [reference], credentials: [], ...more }, never))[0];
const first = ({ claims }: ImageRecord): ClaimRecord => claims[0] as ClaimRecord;

describe('an unsigned hint', () => {
  const hinted =
    (over: Partial<ClaimRecord>, ref: string | null) =>
    (record: ImageRecord): void => {
      const claim = first(record);
      const source = checkout;
      record.claims = [
        { ...claim, trust: 'builder', revision: otherCommit, source, ref },
        { ...claim, trust: 'client', revision: storedCommit, source, ...over },
      ];
    };

  it.each([
    ['of another repository', { source: 'https://git.example.com/team/mono' }, 'refs/heads/main'],
    ['of the same repository', {}, 'refs/heads/main'],
    ['at a name that may be a branch’s', {}, 'v1.0.0'],
    ['at a tag, of another repository', { source: 'https://git.example.com/team/mono' }, 'refs/tags/v1.0.0'],
    ['at a tag, of another statement', { statementDigest: null }, 'refs/tags/v1.0.0'],
  ])('%s does not take the place of a commit that was never analysed', async (_, over, ref) => {
    const { analyse, takeIn, outcome } = stage();
    await analyse();
    expect(await outcome(await takeIn('min-v1', { change: hinted(over, ref) }))).toBe('no_data NO_ANALYSIS');
  });

  it('decides nothing where a signature is required', async () => {
    const { analyse, takeIn, outcome } = stage();
    await analyse();
    const signed = (record: ImageRecord): void => {
      hinted({}, 'refs/tags/v1.0.0')(record);
      record.signatureRequired = true;
      Object.assign(first(record), { trust: 'signed', signature: 'verified' });
    };
    expect(await outcome(await takeIn('min-v1', { change: signed }))).toBe('no_data NO_ANALYSIS');
    const unsigned = (record: ImageRecord): void => {
      hinted({}, 'refs/heads/main')(record);
      record.signatureRequired = true;
    };
    expect(await outcome(await takeIn('min-v02', { change: unsigned }))).toBe('no_data PROVENANCE_UNTRUSTED');
  });

  it('in the very statement that names a tag’s object says which commit it is', async () => {
    const { analyse, takeIn, outcome, verdict } = stage();
    await analyse();
    const image = await takeIn('min-v1', { change: hinted({}, 'refs/tags/v1.0.0') });
    expect(await outcome(image)).toBe('passed GATES_PASSED');
    expect((await verdict(image)).platforms[0]?.flags).toEqual(['CLAIMS_DIFFER', 'HINTED_COMMIT']);
  });
});

describe('what anybody may attach', () => {
  it.each(['none', 'unverified', 'invalid'] as const)('with signature %s turns no failure', async (signature) => {
    const { analyse, takeIn, outcome } = stage();
    await analyse({ gate: 'ERROR' });
    await analyse({ revision: otherCommit });
    const attached = (record: ImageRecord): void => {
      const more = { revision: otherCommit, place: 'referrer', signature, statementDigest: null } as const;
      record.claims.push(
        ...(['signed', 'builder', 'client', 'referrer'] as const).map((trust) => ({
          ...first(record),
          ...more,
          trust,
        })),
      );
    };
    for (const tag of ['min-v1', 'ann-manifest'])
      expect(await outcome(await takeIn(tag, { change: attached }))).toBe('failed GATE_FAILED');
    expect(await outcome(await takeIn('prov-novcs', { change: attached }))).toBe('no_data PROVENANCE_WITHOUT_VCS');
  });
});

describe('a required signature', () => {
  it.each([
    ['noprov', 'no_data NO_PROVENANCE'],
    ['prov-novcs', 'no_data PROVENANCE_WITHOUT_VCS'],
    ['min-v1', 'no_data PROVENANCE_UNTRUSTED'],
    ['label', 'no_data PROVENANCE_UNTRUSTED'],
  ])('of %s: %s', async (tag, expected) => {
    const { analyse, takeIn, outcome } = stage();
    await analyse();
    expect(await outcome(await takeIn(tag, { settings: { requireSignature: true } }))).toBe(expected);
  });

  it('counts from when the integration asks for it, also for images that were read before', async () => {
    const { analyse, takeIn, react, verdict, db, registryId, enqueued } = stage();
    await analyse();
    const image = await takeIn('min-v1');
    await react(imageReaction, image);
    await react(integrationReaction, registryId);
    enqueued.length = 0;
    await react(integrationReaction, registryId);
    expect(enqueued).toEqual([]);
    await db.execute(
      `update integrations.integrations set settings = settings || '{"requireSignature": true}' where id = $1`,
      [registryId],
    );
    await react(integrationReaction, registryId);
    expect(enqueued).toEqual(['policy.everything 0']);
    await react('policy.everything', 0);
    expect(await verdict(image)).toMatchObject({ reason: 'PROVENANCE_UNTRUSTED' });
  });
});

describe('claims of the image as a whole', () => {
  it('left out, each platform is judged by its own', async () => {
    const { analyse, takeIn, outcome, settings } = stage();
    await analyse({ gate: 'ERROR' });
    await analyse({ revision: otherCommit });
    const both = (record: ImageRecord): void => {
      const claim = first(record);
      record.claims = [
        { ...claim, platform: null, trust: 'signed', signature: 'verified', place: 'referrer' },
        { ...claim, trust: 'annotation', place: 'manifest', revision: otherCommit },
      ];
    };
    const image = await takeIn('min-v1', { change: both });
    expect(await outcome(image)).toBe('failed GATE_FAILED');
    await settings({ inheritIndexClaim: false });
    expect(await outcome(image)).toBe('passed GATES_PASSED');
    expect(await outcome(await takeIn('min-v02', { change: (record) => void (first(record).platform = null) }))).toBe(
      'no_data NO_PROVENANCE',
    );
  });
});

describe('a digest', () => {
  it('of a platform is answered from the index that lists it, by the worst of several', async () => {
    const { analyse, takeIn } = stage();
    await analyse();
    const image = await takeIn('min-v1');
    const byTag = await ask(`${host()}/team/checkout:min-v1`);
    const digest = byTag?.platforms[0]?.digest;
    const reference = `${host()}/team/checkout@${digest}`;
    expect(await ask(reference)).toMatchObject({
      status: 'passed',
      reason: 'GATES_PASSED',
      image: { id: image, reference },
      message: expect.stringContaining('It is a platform of'),
      platforms: [{ digest }],
    });
    await takeIn('dirty');
    expect(await ask(reference)).toMatchObject({ status: 'no_data', reason: 'SOURCE_DIRTY', image: { reference } });
    expect(await ask(reference, { stored: true })).toMatchObject({ reason: 'SOURCE_DIRTY' });
  });

  it('of an image that its registry has no more is asked for there, whatever was stored of it', async () => {
    const { analyse, takeIn, outcome, db, registry } = stage();
    await analyse();
    const image = await takeIn('min-v1');
    expect(await outcome(image)).toBe('passed GATES_PASSED');
    const { digest } = await db.one<{ digest: string }>('select digest from images.images where id = $1', [image]);
    await db.execute('update images.images set gone_at = now() where id = $1', [image]);
    expect(await ask(`${host()}/team/checkout@${digest}`, { stored: true })).toMatchObject({ reason: 'IMAGE_UNKNOWN' });
    registry.options.before = () => ({ status: 404, body: '{"errors":[{"code":"MANIFEST_UNKNOWN"}]}' });
    try {
      expect(await ask(`${host()}/team/checkout@${digest}`)).toMatchObject({
        reason: 'IMAGE_NOT_FOUND',
        status: 'error',
      });
    } finally {
      delete registry.options.before;
    }
  });
});

describe('hints of an image that is not stored', () => {
  it('are sentences', async () => {
    await stage().analyse({ revision: otherCommit });
    const verdict = await ask(`${host()}/team/checkout:git-tag`);
    expect(verdict?.platforms.flatMap(({ hints }) => hints)).toEqual([
      { code: 'LIKELY_TAG_OBJECT', message: expect.stringMatching(/annotated tag/) },
    ]);
  });
});

it('what passed by facts that are older than was asked for is refused, and what failed stays failed', async () => {
  const { analyse, takeIn, outcome, db } = stage();
  await analyse();
  const image = await takeIn('min-v1');
  await outcome(image);
  const read = async (minutesAgo: number, kind: string): Promise<void> => {
    await db.execute(
      `with one as (select id from integrations.integrations where kind = $2),
       planned as (insert into ingestion.schedules (integration_id, next_run_at) select id, now() from one on conflict do nothing)
       insert into ingestion.runs (integration_id, kind, status, requested_by, started_at, finished_at)
       select id, 'full_sync', 'success', 'test', now(), now() - make_interval(mins => $1) from one`,
      [minutesAgo, kind],
    );
  };
  const old = { status: 'error', reason: 'facts_too_old' };
  const asked = (maxAge?: number) => ask(`${host()}/team/checkout:min-v1`, { stored: true, maxAge });
  expect(await asked(3_600)).toMatchObject(old);
  await read(30, 'sonarqube');
  expect(await asked(3_600)).toMatchObject(old);
  await read(30, 'oci-registry');
  expect(await asked(3_600)).toMatchObject({ status: 'passed' });
  expect(await asked(900)).toMatchObject(old);
  expect(await asked()).toMatchObject({ status: 'passed' });
  await db.execute("update code_quality.analyses set gate_status = 'ERROR'");
  await outcome(image);
  expect(await asked(900)).toMatchObject({ status: 'failed', reason: 'GATE_FAILED' });
});
