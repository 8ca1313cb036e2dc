import { createHash } from 'node:crypto';
import { mainOfCompanion } from '../../../domain/companion-key.ts';
import type { Companion, SliceEvent } from '../../contract.ts';
import type { Reader } from '../reader.ts';
import type { ProjectRecord } from '../records.ts';
import type { ProjectListing } from '../streams/projects.ts';
import { readMarked } from './mark.ts';

/** What a list of projects says, once companions are told from projects. */
export interface SplitListings {
  /** Without companions, and without what cannot be told from them. */
  listings: ProjectListing[];
  /** Keys of the companions of a project, listed or not. */
  companionsOf(project: string): readonly string[];
  /** Another one whenever a companion of the project came, went or was analysed; null: it has none on the server. */
  versionOf(project: string): string | null;
}

/**
 * The one place where a project of the server becomes a companion: its key is one that the hub itself gave. What looks
 * like a companion and is not known is an ordinary project, unless it carries our tag: then the hub forgot it (a restored
 * backup), and it is set aside for people to see. It would otherwise count as a project from one day to the next.
 */
export async function splitCompanions(reader: Reader, listings: readonly ProjectListing[]): Promise<SplitListings> {
  const known = new Map((reader.request.facts?.companions ?? []).map((companion) => [companion.key, companion]));
  const listed: ProjectRecord[] = [];
  const left: ProjectListing[] = [];
  for (const listing of listings) {
    const companions = listing.records.filter(({ key }) => known.has(key));
    listed.push(...companions);
    const records = listing.records.filter(({ key }) => !known.has(key));
    const total = listing.total === null ? null : listing.total - companions.length;
    left.push(await withoutForgotten(reader, { ...listing, records, total }));
  }
  const ofMain = Map.groupBy(known.values(), ({ of }) => of);
  const versions = versionsOf(known, listed);
  return {
    listings: left,
    companionsOf: (project) => (ofMain.get(project) ?? []).map(({ key }) => key),
    versionOf: (project) => versions.get(project) ?? null,
  };
}

function versionsOf(known: ReadonlyMap<string, Companion>, listed: readonly ProjectRecord[]): Map<string, string> {
  const ofMain = Map.groupBy(listed, ({ key }) => known.get(key)?.of ?? '');
  return new Map(
    [...ofMain].map(([project, companions]) => {
      const states = companions.map(({ key, lastAnalysisAt, revision }) => `${key} ${lastAnalysisAt} ${revision}`);
      return [project, createHash('sha256').update(states.sort().join('\n')).digest('hex').slice(0, 16)];
    }),
  );
}

async function withoutForgotten(reader: Reader, listing: ProjectListing): Promise<ProjectListing> {
  const keys = new Set(listing.records.map(({ key }) => key));
  const alike = listing.records.filter(({ key }) => keys.has(mainOfCompanion(key) ?? ''));
  const [first] = alike;
  if (first === undefined) return listing;
  const marked = await readMarked(reader, first.organization);
  // Where nobody can say, what is stored as a project stays one: that was decided when it could be said.
  const stored = marked === null ? await reader.request.known?.() : undefined;
  const forgotten = new Set(
    alike.filter(({ key }) => (marked === null ? stored?.has(key) !== true : marked.has(key))).map(({ key }) => key),
  );
  return {
    ...listing,
    records: listing.records.filter(({ key }) => !forgotten.has(key)),
    setAside: [...listing.setAside, ...alike.filter(({ key }) => forgotten.has(key)).map(setAside(marked !== null))],
  };
}

const setAside =
  (certain: boolean) =>
  ({ key, name }: ProjectRecord): SliceEvent => ({
    type: 'set_aside',
    stream: 'projects',
    scope: '',
    text: JSON.stringify({ key, name }),
    reason: certain
      ? 'it carries the tag of a companion that this hub does not know; ask for its pull request’s scanner parameters again, or delete it'
      : 'it has the key of a companion, and whether it is one cannot be told without api/components/search_projects',
  });
