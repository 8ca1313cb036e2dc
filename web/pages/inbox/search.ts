import { oneOf, positive, text } from '../../address/search.ts';

export const deliveryStates = ['waiting', 'done', 'failed'] as const;
export const deliveryEvents = ['analysis', 'gate_changed', 'analysis_failed', 'analysis_cancelled'] as const;

export interface InboxSearch {
  state?: (typeof deliveryStates)[number] | undefined;
  event?: (typeof deliveryEvents)[number] | undefined;
  q?: string | undefined;
  page?: number | undefined;
  /** Id of the delivery that is open. */
  delivery?: number | undefined;
}

export function inboxSearch(raw: Record<string, unknown>): InboxSearch {
  return {
    state: oneOf(raw['state'], deliveryStates),
    event: oneOf(raw['event'], deliveryEvents),
    q: text(raw['q']),
    page: positive(raw['page']),
    delivery: positive(raw['delivery']),
  };
}
