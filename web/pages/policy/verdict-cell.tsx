import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import type { BriefVerdict } from '../../../src/features/policy/contract.ts';
import { briefVerdictsQuery } from '../../api/policy.ts';
import { useApi } from '../../app/context.ts';
import { useCan } from '../../app/session.ts';
import { VerdictChip } from './verdict-chip.tsx';

/** Verdicts on the images of one page of a list, by image. */
export function useVerdicts(ids: readonly number[]): ReadonlyMap<number, BriefVerdict> | undefined {
  const may = useCan('images:read');
  const query = useQuery(briefVerdictsQuery(useApi(), may ? ids : []));
  return query.data === undefined ? undefined : new Map(query.data.verdicts.map((one) => [one.imageId, one]));
}

/** `undefined` verdicts: still loading; an image that is not among them was not judged yet. */
export function VerdictCell({
  verdicts,
  imageId,
}: {
  verdicts: ReadonlyMap<number, BriefVerdict> | undefined;
  imageId: number;
}): ReactElement {
  if (verdicts === undefined) return <span className="bone" data-length="1" />;
  const verdict = verdicts.get(imageId);
  return verdict === undefined ? <span className="note">being judged</span> : <VerdictChip {...verdict} />;
}
