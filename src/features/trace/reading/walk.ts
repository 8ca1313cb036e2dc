import { isCommit, revisionsOf } from '../../../domain/commit.ts';
import type { Queryable } from '../../../platform/database/index.ts';
import type { Certainty, LinkKind, Station } from '../links/model.ts';
import { wholeCommits } from './find.ts';
import type { Ref } from './understand.ts';

export interface StoredLink {
  id: number;
  kind: LinkKind;
  from: Station;
  fromId: number;
  to: Station;
  toId: number | null;
  toKey: string | null;
  certainty: Certainty;
  note: string | null;
  integrationId: number | null;
  stream: string;
  record: string;
  seenAt: Date;
  validFrom: Date;
  validTo: Date | null;
}

export interface Walked {
  start: Ref;
  links: StoredLink[];
  commits: Set<string>;
  images: Set<number>;
  deployments: Set<number>;
  executions: Set<number>;
  /** Commits of which only the beginning was named, with all that begin so. */
  doubtful: Map<string, string[]>;
  cut: Set<Station>;
}

const intoText = 'to_station = $1 and to_key = any ($2) and kind = any ($3)';

/** Links of one kind that are followed from one step; more are cut, and it is said. */
const most = 100;

const columns = `id, kind, from_station as "from", from_id as "fromId", to_station as "to", to_id as "toId", to_key as "toKey", certainty, note,
  integration_id as "integrationId", stream, record, seen_at as "seenAt", valid_from as "validFrom", valid_to as "validTo"`;

/**
 * The line through a station: back to the commits it comes from, from these to what was said and found of them, and on to
 * what was made of it. It goes from link to link, and adds none.
 */
export async function walk(db: Queryable, start: Ref): Promise<Walked> {
  const line = new Walk(db, start);
  await line.back();
  await line.beside();
  await line.on();
  return line.walked;
}

class Walk {
  readonly walked: Walked;
  readonly #db: Queryable;
  readonly #links = new Map<number, StoredLink>();

  constructor(db: Queryable, start: Ref) {
    this.#db = db;
    this.walked = {
      start,
      links: [],
      commits: new Set(),
      images: new Set(),
      deployments: new Set(),
      executions: new Set(),
      doubtful: new Map(),
      cut: new Set(),
    };
  }

  /** To the commits. */
  async back(): Promise<void> {
    const { start, commits, images, deployments, executions } = this.walked;
    const id = Number(start.key);
    if (start.station === 'commit') commits.add(start.key);
    if (start.station === 'pull_request') await this.#toCommits('pull_request', [id], ['head', 'merge']);
    if (start.station === 'analysis') await this.#toCommits('analysis', [id], ['analyzed']);
    if (start.station === 'image') images.add(id);
    if (start.station === 'deployment') {
      deployments.add(id);
      for (const link of await this.#from('deployment', [id], ['deployed'])) images.add(link.toId ?? 0);
      for (const link of await this.#from('deployment', [id], ['ran_in'])) executions.add(link.toId ?? 0);
      await this.#toCommits('deployment', [id], ['deployed_commit']);
    }
    if (start.station === 'execution') {
      executions.add(id);
      for (const link of await this.#from('execution', [id], ['built'])) images.add(link.toId ?? 0);
      for (const link of await this.#toRows('execution', [id], ['ran_in'])) deployments.add(link.fromId);
      for (const link of await this.#from('deployment', [...deployments], ['deployed'])) images.add(link.toId ?? 0);
      await this.#toCommits('execution', [id], ['checked_out']);
    }
    // What runs there now, and nothing that ran there before.
    if (start.station === 'environment') {
      const now = this.#keep(
        await this.#read(`${intoText} and valid_to is null`, 'environment', [start.key], ['into', 'set']),
      );
      for (const { from, fromId } of now) (from === 'deployment' ? deployments : images).add(fromId);
      for (const link of await this.#from('deployment', [...deployments], ['deployed'])) images.add(link.toId ?? 0);
      await this.#toCommits('deployment', [...deployments], ['deployed_commit']);
    }
    await this.#toCommits('image', [...images], ['built_from']);
  }

  /** What was said and found of the commits. */
  async beside(): Promise<void> {
    const { commits, start } = this.walked;
    await this.#toTexts('commit', [...commits], ['analyzed']);
    const pulls = await this.#toTexts('commit', [...commits], ['head', 'merge']);
    const ids = new Set([
      ...pulls.map(({ fromId }) => fromId),
      ...(start.station === 'pull_request' ? [Number(start.key)] : []),
    ]);
    const analyses = [...this.#links.values()].filter(({ kind }) => kind === 'analyzed').map(({ fromId }) => fromId);
    for (const link of await this.#read(
      'from_station = $1 and from_id = any ($2) and kind = any ($3)',
      'analysis',
      analyses,
      ['analysis_of'],
    ))
      if (ids.has(link.toId ?? 0)) this.#links.set(link.id, link);
  }

  /** To what was made of it. */
  async on(): Promise<void> {
    const { start, commits, images, deployments, executions } = this.walked;
    if (['commit', 'pull_request', 'analysis'].includes(start.station)) {
      for (const link of await this.#toTexts('commit', [...commits], ['built_from'])) images.add(link.fromId);
      for (const link of await this.#toTexts('commit', [...commits], ['deployed_commit'])) deployments.add(link.fromId);
      for (const link of await this.#toTexts('commit', [...commits], ['checked_out'])) executions.add(link.fromId);
      // What a deployment of the commit put there belongs to it, and what its image says of a commit, even of another one.
      const put = await this.#from('deployment', [...deployments], ['deployed']);
      for (const { toId } of put) images.add(toId ?? 0);
      await this.#doubt(await this.#from('image', [...images], ['built_from']));
    }
    for (const link of await this.#toRows('image', [...images], ['built'])) executions.add(link.fromId);
    if (start.station !== 'deployment' && start.station !== 'environment') {
      for (const link of await this.#toRows('image', [...images], ['deployed'])) deployments.add(link.fromId);
      await this.#from('image', [...images], ['set']);
    }
    for (const link of await this.#from('deployment', [...deployments], ['ran_in'])) executions.add(link.toId ?? 0);
    if (start.station !== 'environment') await this.#from('deployment', [...deployments], ['into']);
    // What an execution on the line checked out is a part of it where it is a commit of the line.
    const checkedOut = await this.#read(
      'from_station = $1 and from_id = any ($2) and kind = any ($3)',
      'execution',
      [...executions],
      ['checked_out'],
    );
    for (const link of checkedOut) if (commits.has(link.toKey ?? '')) this.#links.set(link.id, link);
    this.walked.links = [...this.#links.values()].toSorted((a, b) => a.id - b.id);
  }

  async #toCommits(station: Station, ids: readonly number[], kinds: readonly LinkKind[]): Promise<void> {
    const links = await this.#from(station, ids, kinds);
    const meant = await this.#doubt(links);
    for (const { toKey } of links)
      for (const commit of meant.get(toKey ?? '') ?? [toKey ?? '']) this.walked.commits.add(commit);
  }

  /** Links that end at these commits, those that name only their beginning too. */
  async #toTexts(station: Station, keys: readonly string[], kinds: readonly LinkKind[]): Promise<StoredLink[]> {
    const named = [...new Set(keys.flatMap(revisionsOf))];
    const links = this.#keep(await this.#read(intoText, station, named, kinds));
    await this.#doubt(links);
    return links;
  }

  /** The commits that begin like what these links name, where that is a beginning; several are noted. */
  async #doubt(links: readonly StoredLink[]): Promise<Map<string, string[]>> {
    const short = [...new Set(links.flatMap(({ toKey }) => (toKey === null || isCommit(toKey) ? [] : [toKey])))];
    const meant = await wholeCommits(this.#db, short, 5);
    for (const [key, whole] of meant) if (whole.length > 1) this.walked.doubtful.set(key, whole);
    return meant;
  }

  async #toRows(station: Station, ids: readonly number[], kinds: readonly LinkKind[]): Promise<StoredLink[]> {
    return this.#keep(
      await this.#read('to_station = $1 and to_id = any ($2) and kind = any ($3)', station, ids, kinds),
    );
  }

  async #from(station: Station, ids: readonly number[], kinds: readonly LinkKind[]): Promise<StoredLink[]> {
    return this.#keep(
      await this.#read('from_station = $1 and from_id = any ($2) and kind = any ($3)', station, ids, kinds),
    );
  }

  #keep(links: StoredLink[]): StoredLink[] {
    for (const link of links) this.#links.set(link.id, link);
    return links;
  }

  /** The newest of them. */
  async #read(
    where: string,
    station: Station,
    keys: readonly (number | string)[],
    kinds: readonly LinkKind[],
  ): Promise<StoredLink[]> {
    if (keys.length === 0) return [];
    const rows = await this.#db.query<StoredLink>(
      `select ${columns} from trace.links where ${where} order by valid_from desc, id desc limit ${most + 1}`,
      [station, keys, kinds],
    );
    const [first] = rows;
    if (rows.length > most && first !== undefined) this.walked.cut.add(where.startsWith('to_') ? first.from : first.to);
    return rows.slice(0, most);
  }
}
