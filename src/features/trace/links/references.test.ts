import { describe, expect, it } from 'vitest';
import { type KnownImage, mentionOf, resolve, type TagPeriod } from './references.ts';

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
const at = (minute: number): Date => new Date(Date.UTC(2026, 10, 30, 12, minute));
const image = (imageId: number, letter: string, more: Partial<KnownImage> = {}): KnownImage => ({
  imageId,
  host: 'registry.example.com',
  repository: 'team/shop',
  digest: digest(letter),
  platforms: [],
  ...more,
});
const period = (imageId: number, from: number, to: number | null, more: Partial<TagPeriod> = {}): TagPeriod => ({
  imageId,
  host: 'registry.example.com',
  repository: 'team/shop',
  tag: '1.0',
  from: at(from),
  to: to === null ? null : at(to),
  ...more,
});

describe('what a name of an image means', () => {
  it.each([
    ['registry.example.com/team/shop:1.0', 'registry.example.com', ['team/shop'], '1.0'],
    ['team/shop:1.0', null, ['team/shop'], '1.0'],
    ['shop', null, ['library/shop', 'shop'], 'latest'],
    ['docker.io/library/shop:2', 'docker.io', ['library/shop'], '2'],
    ['localhost:5000/shop:2', 'localhost:5000', ['shop'], '2'],
  ])('%s', (text, host, repositories, tag) => {
    expect(mentionOf(text, null)).toEqual({ host, repositories, tag, digest: null });
  });

  it('is its digest where that was told, beside the name or in it', () => {
    expect(mentionOf('team/shop:1.0', digest('A'))?.digest).toBe(digest('a'));
    expect(mentionOf(`team/shop@${digest('b')}`, null)).toMatchObject({ digest: digest('b'), tag: null });
    expect(mentionOf(null, digest('c'))).toEqual({ host: null, repositories: [], tag: null, digest: digest('c') });
  });

  it('is nothing where nothing is named, or nothing that could be an image', () => {
    for (const text of [null, '', 's3://bucket/file', 'Team/Shop:1', 'a b', 'x'.repeat(5_000), '${image}'])
      expect(mentionOf(text, 'no digest')).toBeNull();
  });
});

describe('a digest', () => {
  const told = { window: { at: at(0), until: at(0) }, certainty: 'stated' } as const;
  const ids = (text: string | null, letter: string, images: KnownImage[]) =>
    resolve(mentionOf(text, digest(letter)) ?? never(), { images, periods: [] }, told);

  it('is as sure as who told it, in the repository that was named', () => {
    const images = [image(1, 'a'), image(2, 'a', { host: 'mirror.example.com' }), image(3, 'b')];
    expect(ids('registry.example.com/team/shop', 'a', images)).toEqual([
      { imageId: 1, certainty: 'stated', note: null },
    ]);
  });

  it('means every image that has it, never the first of them', () => {
    const images = [image(1, 'a'), image(2, 'a', { host: 'mirror.example.com' })];
    expect(ids('team/shop', 'a', images).map(({ imageId }) => imageId)).toEqual([1, 2]);
    expect(ids(null, 'a', images).map(({ imageId }) => imageId)).toEqual([1, 2]);
  });

  it('that only another repository has is inferred, and said so', () => {
    const images = [image(1, 'a', { repository: 'other' })];
    expect(ids('team/shop', 'a', images)).toEqual([{ imageId: 1, certainty: 'inferred', note: 'digest_elsewhere' }]);
  });

  it('of a platform is of each image that holds it, and inferred', () => {
    const images = [
      image(1, 'a', { platforms: [digest('c')] }),
      image(2, 'b', { platforms: [digest('c'), digest('d')] }),
    ];
    expect(ids('team/shop', 'c', images)).toEqual([
      { imageId: 1, certainty: 'inferred', note: 'platform_digest' },
      { imageId: 2, certainty: 'inferred', note: 'platform_digest' },
    ]);
    const mirrored = [...images, image(3, 'e', { repository: 'other', platforms: [digest('c')] })];
    expect(ids('team/shop', 'c', mirrored)).toHaveLength(2);
    expect(ids('elsewhere', 'c', mirrored)).toHaveLength(3);
  });

  it('that nobody has means nothing, whatever the tag beside it points to', () => {
    const mention = mentionOf('team/shop:1.0', digest('a')) ?? never();
    expect(resolve(mention, { images: [], periods: [period(1, 0, null)] }, told)).toEqual([]);
  });
});

describe('a tag', () => {
  const deployed = (start: number, end: number, periods: TagPeriod[], text = 'registry.example.com/team/shop:1.0') =>
    resolve(
      mentionOf(text, null) ?? never(),
      { images: [], periods },
      { window: { at: at(start), until: at(end) }, certainty: 'stated' },
    );

  it('means what it pointed to at the start, and is inferred', () => {
    const periods = [period(1, 0, 10), period(2, 10, null)];
    expect(deployed(5, 6, periods)).toEqual([{ imageId: 1, certainty: 'inferred', note: null }]);
    expect(deployed(10, 12, periods)).toEqual([{ imageId: 2, certainty: 'inferred', note: null }]);
  });

  it('that moved while it ran is said so', () => {
    const periods = [period(1, 0, 10), period(2, 10, null)];
    expect(deployed(5, 10, periods)).toEqual([{ imageId: 1, certainty: 'inferred', note: 'tag_moved' }]);
  });

  it('that pointed nowhere then means nothing', () => {
    expect(deployed(1, 2, [period(1, 5, null)])).toEqual([]);
    expect(deployed(8, 9, [period(1, 5, 7)])).toEqual([]);
    expect(deployed(6, 7, [period(1, 5, null, { tag: '2.0' })])).toEqual([]);
  });

  it('of two registries means both where none was named', () => {
    const periods = [period(1, 0, null), period(2, 0, null, { host: 'mirror.example.com' })];
    expect(deployed(5, 6, periods).map(({ imageId }) => imageId)).toEqual([1]);
    expect(deployed(5, 6, periods, 'team/shop:1.0').map(({ imageId }) => imageId)).toEqual([1, 2]);
  });

  it('of a build means what came to it meanwhile, else what stayed there', () => {
    const built = (start: number, end: number, periods: TagPeriod[]) =>
      resolve(
        mentionOf('team/shop:1.0', null) ?? never(),
        { images: [], periods },
        { window: { builtFrom: at(start), builtUntil: at(end) }, certainty: 'stated' },
      );
    const periods = [period(1, 0, 10), period(2, 10, 20), period(3, 20, null)];
    expect(built(8, 12, periods)).toEqual([{ imageId: 2, certainty: 'inferred', note: null }]);
    expect(built(12, 14, periods)).toEqual([{ imageId: 2, certainty: 'inferred', note: null }]);
    expect(built(9, 21, periods)).toEqual([
      { imageId: 2, certainty: 'inferred', note: 'several_periods' },
      { imageId: 3, certainty: 'inferred', note: 'several_periods' },
    ]);
  });
});

function never(): never {
  throw new Error('no image is named');
}
