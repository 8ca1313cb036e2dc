import { presets } from '../../../src/domain/time-buckets.ts';
import { ids, oneOf, positive } from '../../address/search.ts';

export interface NewCodeSearch {
  node?: number | undefined;
  project?: number[] | undefined;
  granularity?: 'month' | 'quarter' | undefined;
  preset?: (typeof presets)[number] | undefined;
  /** The greatest projects side by side instead of all together. */
  by?: 'project' | undefined;
  page?: number | undefined;
}

export function newCodeSearch(raw: Record<string, unknown>): NewCodeSearch {
  return {
    node: positive(raw['node']),
    project: ids(raw['project']),
    granularity: oneOf(raw['granularity'], ['month', 'quarter']),
    preset: oneOf(raw['preset'], presets),
    by: oneOf(raw['by'], ['project']),
  };
}
