import { createHash } from 'node:crypto';
import type { SliceEvent } from '../../contract.ts';
import { type Reader, whole } from '../reader.ts';
import type { ProjectRecord, ProjectTagsRecord } from '../records.ts';
import { isKept, keptSince } from './kept-listing.ts';
import { listTags, type ProjectListing } from './projects.ts';

/** Discovery hands it back: of which projects tags were read, and when. A list that is read for its tags alone is kept. */
const tagsCursor = 'tags';

/**
 * Tags of the wanted projects: from the list of projects itself, where it names them, else from one of its own, a page per
 * 500. A project that neither names (it may not be browsed) has no record: that it has no tags is said by nobody. Nothing
 * when they were read a short while ago.
 */
export async function readProjectTags(
  reader: Reader,
  { listings, wanted }: { listings: readonly ProjectListing[]; wanted: readonly ProjectRecord[] },
): Promise<SliceEvent[]> {
  const projects = digestOf(wanted);
  if (listings.some(({ tags }) => tags === null) && isKept(reader, tagsCursor, projects)) return [];
  const found = new Map<string, readonly string[]>();
  for (const { tags, organization } of listings)
    for (const [key, own] of tags ?? (await listTags(reader, organization))) found.set(key, own);
  const records = wanted.flatMap(({ key }): ProjectTagsRecord[] => {
    const tags = found.get(key);
    return tags === undefined ? [] : [{ key, tags: [...tags] }];
  });
  return [
    ...whole({ stream: 'project_tags', scope: '', method: 'api/components/search_projects' }, records, false),
    keptSince(reader, tagsCursor, projects),
  ];
}

const digestOf = (wanted: readonly ProjectRecord[]): string =>
  createHash('sha256')
    .update(JSON.stringify(wanted.map(({ key }) => key).toSorted()))
    .digest('hex')
    .slice(0, 16);
