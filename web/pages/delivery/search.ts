import { day, flag, oneOf, positive, text } from '../../address/search.ts';

export const presets = ['4w', '12w', '3m', '6m', '12m', '24m'] as const;
const granularities = ['week', 'month', 'quarter'] as const;
export const deliveryLists = [
  'lead_times',
  'restored',
  'open',
  'no_commit',
  'not_analysed',
  'analysed_after',
  'repeated',
] as const;
export type DeliveryListName = (typeof deliveryLists)[number];

/** Everything a person can set on the page; what is absent has its usual value. */
export interface DeliverySearch {
  granularity?: (typeof granularities)[number] | undefined;
  preset?: (typeof presets)[number] | undefined;
  from?: string | undefined;
  to?: string | undefined;
  /** A node of an org tree; left out: the organization. */
  node?: number | undefined;
  service?: string | undefined;
  /** Name of an environment; left out: all of production. */
  environment?: string | undefined;
  /** The numbers of the chart as a table. */
  table?: true | undefined;
  list?: DeliveryListName | undefined;
  page?: number | undefined;
}

export function deliverySearch(raw: Record<string, unknown>): DeliverySearch {
  return {
    granularity: oneOf(raw['granularity'], granularities),
    preset: oneOf(raw['preset'], presets),
    from: day(raw['from']),
    to: day(raw['to']),
    node: positive(raw['node']),
    service: text(raw['service']),
    environment: text(raw['environment']),
    table: flag(raw['table']),
    list: oneOf(raw['list'], deliveryLists),
    page: positive(raw['page']),
  };
}

/** Filters that every part of the page shares. */
export function filtersOf({ granularity, preset, from, to, service, environment, node }: DeliverySearch) {
  return { node, granularity, preset, from, to, service, environment };
}
