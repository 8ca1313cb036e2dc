import { useQuery } from '@tanstack/react-query';
import type { BriefVerdict } from '../../../src/features/policy/contract.ts';
import type { Line } from '../../../src/features/trace/contract.ts';
import { briefVerdictsQuery } from '../../api/policy.ts';
import { useApi } from '../../app/context.ts';
import { useCan } from '../../app/session.ts';

/** By image. Undefined where they cannot be had. */
export type Verdicts = ReadonlyMap<number, BriefVerdict> | undefined;

/** As many as the hub answers at once. */
const most = 200;

/** What the policy says of the images of a line, or said of them then. */
export function useLineVerdicts(line: Line | null, asOf?: string): { verdicts: Verdicts; waiting: boolean } {
  const may = useCan('policy:read');
  const images = (line?.stations ?? []).filter(({ station }) => station === 'image');
  const ids = images.slice(0, most).map(({ ref }) => Number(ref.slice('image:'.length)));
  const { data, isLoading } = useQuery(briefVerdictsQuery(useApi(), may ? ids : [], asOf));
  return {
    verdicts: data === undefined ? undefined : new Map(data.verdicts.map((one) => [one.imageId, one])),
    waiting: isLoading,
  };
}
