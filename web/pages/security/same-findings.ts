import type { FindingsSearch } from '../findings/search.ts';
import { findingsSearch } from '../findings/search.ts';

/** What each list of the page is among all findings. */
const lists: Record<string, { status: string; type: string }> = {
  open: { status: 'open', type: 'vulnerability' },
  accepted: { status: 'accepted', type: 'vulnerability' },
  false_positive: { status: 'false_positive', type: 'vulnerability' },
  hotspots: { status: 'open', type: 'hotspot' },
};

/** The same findings on their own page, where they can be searched and filtered further. */
export function sameFindings(parameters: Record<string, unknown>): FindingsSearch {
  const { list, projects, age, severity, assetType, branchScope, counting } = parameters;
  const open = { status: 'open', type: 'vulnerability' };
  const { status, type } = (typeof list === 'string' ? lists[list] : undefined) ?? open;
  const text = (value: unknown): string => [value].flat().filter(isWord).join(',');
  const search = findingsSearch({
    type,
    status,
    project: text(projects),
    severity: text(severity),
    assetType: text(assetType),
    age: text(age),
    branchScope,
    counting,
  });
  return status === 'open' ? { ...search, status: undefined } : search;
}

const isWord = (value: unknown): value is string | number => typeof value === 'string' || typeof value === 'number';
