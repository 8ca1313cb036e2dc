import type { SliceEvent } from '../../contract.ts';
import { projectScope } from '../project-scope.ts';
import { complete, type Reader } from '../reader.ts';
import type { ProjectRecord } from '../records.ts';
import type { LostProjects } from './lost-projects.ts';
import type { ProjectListing } from './projects.ts';

/** Events of the stream, after the filter by key. With a filter, absence says nothing about what was not asked for. */
export function projectEvents(
  reader: Reader,
  listings: readonly ProjectListing[],
  { wanted, lost }: { wanted: readonly ProjectRecord[]; lost: LostProjects },
): SliceEvent[] {
  const scope = projectScope(reader.settings.projectKeys);
  const filtered = scope.limited;
  const unmatched = scope.unmatched(wanted.map((project) => project.key));
  const proven = listings.every((listing) => listing.proven);
  const totals = listings.map((listing) => listing.total);
  const total = totals.some((one) => one === null) ? null : totals.reduce<number>((sum, one) => sum + (one ?? 0), 0);
  return [
    { type: 'records', stream: 'projects', scope: '', records: [...wanted] },
    ...listings.flatMap((listing) => listing.setAside),
    complete({
      stream: 'projects',
      scope: '',
      sourceCount: filtered ? wanted.length : total,
      method: [...new Set(listings.map((listing) => listing.method))].join(', '),
      proof: proven ? 'counts_equal' : 'unproven',
      absenceTrusted: proven && !filtered && wanted.length > 0 && listings.every((listing) => listing.seesAll),
      ...(lost.deleted === undefined ? {} : { gone: lost.deleted }),
      ...(lost.unreadable === undefined ? {} : { unreadable: lost.unreadable }),
      ...(lost.lookedFor === undefined ? {} : { lookedFor: lost.lookedFor }),
      ...(lost.outside.length > 0 ? { outside: lost.outside } : {}),
      ...(unmatched.length > 0 ? { unmatched: { code: 'project_not_found', names: unmatched } } : {}),
    }),
  ];
}
