import { positive, text } from '../../address/search.ts';

export interface ImportSearch {
  /** Integration of Bitbucket. */
  server?: number | undefined;
  project?: string | undefined;
  q?: string | undefined;
  /** Import of many repositories that is looked at. */
  import?: number | undefined;
  page?: number | undefined;
}

export function importSearch(raw: Record<string, unknown>): ImportSearch {
  return {
    server: positive(raw['server']),
    project: text(raw['project']),
    q: text(raw['q']),
    import: positive(raw['import']),
  };
}
