import type { Tx } from '../../platform/database/index.ts';
import type { Owner } from './links/model.ts';

/** Links of a deployment, or of an image, are others than before. The id is the record's; 0: of many. */
const kinds: Partial<Record<Owner, string>> = { deployment: 'deployment_links', image: 'image_links' };

export const traceChanges: readonly string[] = Object.values(kinds);

/** Tells other rooms, in the transaction of the change. */
export type Tell = (tx: Tx, changes: readonly { kind: string; id: number }[]) => Promise<void>;

/** Above this many at once all are named instead of each. */
const mostNamed = 20;

export function changesOf(owner: Owner, ids: readonly number[]): { kind: string; id: number }[] {
  const kind = kinds[owner];
  if (kind === undefined) return [];
  return (ids.length > mostNamed ? [0] : ids).map((id) => ({ kind, id }));
}
