import { type ClaimOutcome, claimOutcomes } from '../../../src/domain/claim.ts';
import { flag, ids, manyOf, oneOf, positive, text } from '../../address/search.ts';

export interface ImagesSearch {
  q?: string | undefined;
  integration?: number[] | undefined;
  /** A repository’s id. */
  repository?: number | undefined;
  /** A node of an org tree; left out: the organization. */
  node?: number | undefined;
  outcome?: ClaimOutcome[] | undefined;
  untagged?: true | undefined;
  sort?: 'created' | 'repository' | undefined;
  direction?: 'asc' | undefined;
  page?: number | undefined;
}

export function imagesSearch(raw: Record<string, unknown>): ImagesSearch {
  return {
    q: text(raw['q']),
    integration: ids(raw['integration']),
    repository: positive(raw['repository']),
    node: positive(raw['node']),
    outcome: manyOf(raw['outcome'], claimOutcomes),
    untagged: flag(raw['untagged']),
    sort: oneOf(raw['sort'], ['created', 'repository']),
    direction: oneOf(raw['direction'], ['asc']),
    page: positive(raw['page']),
  };
}

export interface RepositoriesSearch {
  q?: string | undefined;
  state?: 'outside' | 'gone' | undefined;
  sort?: 'images' | 'newest' | undefined;
  direction?: 'desc' | undefined;
  page?: number | undefined;
}

export function repositoriesSearch(raw: Record<string, unknown>): RepositoriesSearch {
  return {
    q: text(raw['q']),
    state: oneOf(raw['state'], ['outside', 'gone']),
    sort: oneOf(raw['sort'], ['images', 'newest']),
    direction: oneOf(raw['direction'], ['desc']),
    page: positive(raw['page']),
  };
}
