import { resolveClaims } from '../../domain/claim.ts';
import type { ImageFacts } from '../images/index.ts';
import type { Mapping } from './mappings/rules.ts';
import type { Platform, PolicySettings } from './model.ts';

/** What of an image its verdict depends on. */
export type JudgedFacts = Pick<
  ImageFacts,
  'id' | 'integrationId' | 'repository' | 'problem' | 'platforms' | 'claims' | 'signatureRequired'
>;

/**
 * Each platform with what its claims come to under the settings of now. An index may name the same manifest twice: it is
 * one platform.
 */
export function platformsToJudge(
  image: Pick<JudgedFacts, 'platforms' | 'claims' | 'signatureRequired'>,
  mapping: Pick<Mapping, 'repositoryKnown'>,
  settings: Pick<PolicySettings, 'inheritIndexClaim'>,
): Platform[] {
  const byDigest = new Map(image.platforms.toReversed().map((platform) => [platform.digest, platform]));
  return [...byDigest.values()].toReversed().map((platform): Platform => {
    const { id, digest } = platform;
    const resolution = resolveClaims(
      image.claims.filter(({ platformDigest }) => platformDigest === null || platformDigest === digest),
      { requireSignature: image.signatureRequired, inheritWholeImage: settings.inheritIndexClaim },
    );
    const base = { id, digest, name: platformName(platform), warnings: resolution.warnings };
    if (resolution.outcome !== 'resolved') return { ...base, ...nothingResolved, outcome: resolution.outcome };
    const { claim: _claim, exact: commitExact, warnings: _warnings, ...rest } = resolution;
    const repositoryKnown = rest.repositoryKey !== null && mapping.repositoryKnown(rest.repositoryKey);
    return { ...base, ...rest, commitExact, repositoryKnown };
  });
}

const nothingResolved = {
  trust: null,
  repositoryKey: null,
  repositoryUrl: null,
  repositoryKnown: false,
  commit: null,
  commitExact: false,
  narrowedTo: null,
  dirty: false,
  ref: null,
  subdir: null,
  inherited: false,
};

/** e.g. `linux/arm64/v8`; null where the image does not say. */
function platformName({ os, architecture, variant }: ImageFacts['platforms'][number]): string | null {
  if (os === null || architecture === null) return null;
  return [os, architecture, ...(variant === null ? [] : [variant])].join('/');
}
