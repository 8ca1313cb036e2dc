import type { ClaimPlace } from '../../../domain/claim.ts';
import { parseRepositoryUrl } from '../../../domain/repository-url.ts';
import type { ClaimRecord } from '../records.ts';
import { text } from './statement.ts';

/** The keys of the OCI image specification, and those of Label Schema before it. */
const revisionKeys = ['org.opencontainers.image.revision', 'org.label-schema.vcs-ref'];
const sourceKeys = ['org.opencontainers.image.source', 'org.label-schema.vcs-url'];

type Place = Extract<ClaimPlace, 'manifest' | 'index_entry' | 'index' | 'config'>;

/** The claim that annotations or labels make; none when they name no revision. */
export function annotationClaim(
  values: Readonly<Record<string, string>>,
  place: Place,
  platform: string | null,
): ClaimRecord[] {
  const first = (keys: readonly string[]): string | undefined => keys.map((key) => values[key]).find((value) => value);
  const revision = text(first(revisionKeys)?.trim());
  if (revision === null) return [];
  const source = first(sourceKeys);
  const url = source === undefined ? null : parseRepositoryUrl(source);
  return [
    {
      platform,
      trust: place === 'config' ? 'label' : 'annotation',
      place,
      source: text(url?.display ?? source),
      revision,
      ref: text(url?.ref),
      subdir: text(url?.subdir),
      predicateType: null,
      buildType: null,
      builderId: null,
      builtAt: null,
      signature: 'none',
      signer: null,
      manifestDigest: null,
      statementDigest: null,
      problem: null,
      detail: null,
    },
  ];
}
