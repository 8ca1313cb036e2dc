import { oneOf, positive, text } from '../../address/search.ts';

export interface BindingsSearch {
  q?: string | undefined;
  view?: 'suggestions' | undefined;
  /** The one whose details are open. */
  binding?: number | undefined;
  page?: number | undefined;
}

export function bindingsSearch(raw: Record<string, unknown>): BindingsSearch {
  return {
    q: text(raw['q']),
    view: oneOf(raw['view'], ['suggestions']),
    binding: positive(raw['binding']),
    page: positive(raw['page']),
  };
}
