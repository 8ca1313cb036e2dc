import type { Queryable } from '../../../platform/database/index.ts';
import { listEndpoints } from './store.ts';

export interface DeadEndpoint {
  id: number;
  url: string;
  /** The failure that lasted too long; null: it is still tried. */
  code: string | null;
  since: Date;
}

/** Addresses that nothing arrives at although nobody switched them off. */
export async function deadEndpoints(db: Queryable): Promise<DeadEndpoint[]> {
  return (await listEndpoints(db)).flatMap(({ id, url, disabledAt, disabledCode, failingSince }) => {
    if (disabledAt !== null)
      return disabledCode === 'by_person' ? [] : [{ id, url, code: disabledCode, since: failingSince ?? disabledAt }];
    return failingSince === null ? [] : [{ id, url, code: null, since: failingSince }];
  });
}
