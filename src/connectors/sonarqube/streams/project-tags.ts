import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { SliceEvent } from '../../contract.ts';
import { parseJson } from '../parse-json.ts';
import { type Reader, whole } from '../reader.ts';
import type { ProjectRecord, ProjectTagsRecord } from '../records.ts';
import { listTags, type ProjectListing } from './projects.ts';

/** Discovery hands it back: of which projects tags were read, and when. */
const tagsCursor = 'tags';

const Memory = z.object({ projects: z.string(), readAt: z.string() });

/** A list that is read for its tags alone is read again after this, or when there are other projects. */
const keptMs = 3_600_000;

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
  if (listings.some(({ tags }) => tags === null) && isFresh(reader, projects)) return [];
  const found = new Map<string, readonly string[]>();
  for (const { tags, organization } of listings)
    for (const [key, own] of tags ?? (await listTags(reader, organization))) found.set(key, own);
  const records = wanted.flatMap(({ key }): ProjectTagsRecord[] => {
    const tags = found.get(key);
    return tags === undefined ? [] : [{ key, tags: [...tags] }];
  });
  return [
    ...whole({ stream: 'project_tags', scope: '', method: 'api/components/search_projects' }, records, false),
    { type: 'cursor', name: tagsCursor, value: JSON.stringify({ projects, readAt: reader.now().toISOString() }) },
  ];
}

const digestOf = (wanted: readonly ProjectRecord[]): string =>
  createHash('sha256')
    .update(JSON.stringify(wanted.map(({ key }) => key).toSorted()))
    .digest('hex')
    .slice(0, 16);

function isFresh(reader: Reader, projects: string): boolean {
  const memory = Memory.safeParse(parseJson(reader.request.cursors[tagsCursor]));
  if (!memory.success || reader.request.stored === undefined || memory.data.projects !== projects) return false;
  return reader.now().getTime() - Date.parse(memory.data.readAt) < keptMs;
}
