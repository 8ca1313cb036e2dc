import type { Line, Link, Missing, Station } from '../../../src/features/trace/contract.ts';

/** Columns of the drawn line, from left to right. */
export const columns = ['commit', 'review', 'image', 'deployment', 'environment'] as const;
export type ColumnName = (typeof columns)[number];

const columnOf: Readonly<Record<Station['station'], ColumnName>> = {
  commit: 'commit',
  pull_request: 'review',
  analysis: 'review',
  image: 'image',
  execution: 'image',
  deployment: 'deployment',
  environment: 'environment',
};

export interface Placed {
  station: Station;
  /** What joins it to the station before it. */
  evidence: readonly Link[];
  /** Where the line goes through it, and it is in doubt. */
  doubts: readonly Missing[];
}

/** What stands in one column of one branch: a station and what belongs beside it, or why there is none. */
export interface Stack {
  key: string;
  column: ColumnName;
  cards: readonly Placed[];
  gaps: readonly Missing[];
  /** The branch goes on where it was drawn first. */
  again: boolean;
  next: readonly Stack[];
}

export interface LineTree {
  roots: readonly Stack[];
  /** What is missing where nothing of the tree shows it. */
  left: readonly Missing[];
}

/** The line as a tree from commits to environments. Each station of the line is in it at least once. */
export function treeOf(line: Line): LineTree {
  const tree = new Tree(line);
  const roots = tree.roots();
  return { roots, left: tree.left() };
}

class Tree {
  readonly #line: Line;
  readonly #byRef: ReadonlyMap<string, Station>;
  readonly #placed = new Set<string>();
  readonly #gapsPlaced = new Set<Missing>();

  constructor(line: Line) {
    this.#line = line;
    this.#byRef = new Map(line.stations.map((one) => [one.ref, one]));
  }

  roots(): Stack[] {
    const of = (kind: Station['station']): Station[] => this.#line.stations.filter(({ station }) => station === kind);
    const open = (kind: Station['station']): Station[] => of(kind).filter(({ ref }) => !this.#placed.has(ref));
    const roots = this.#inOrder(of('commit')).map((commit) => this.#commit(commit));
    for (const image of open('image'))
      roots.push(this.#before('commit', this.#gaps(image.ref, 'commit'), this.#image(image, [])));
    for (const deployment of open('deployment'))
      roots.push(this.#before('commit', [], this.#deploymentWithoutImage(deployment, [])));
    for (const execution of open('execution')) roots.push(this.#before('commit', [], this.#execution(execution, [])));
    for (const left of this.#line.stations.filter(({ ref }) => !this.#placed.has(ref)))
      roots.push(this.#before('commit', [], this.#stack(columnOf[left.station], [this.#place(left, [])])));
    return this.#worstFirst(roots);
  }

  left(): Missing[] {
    return this.#line.missing.filter((one) => !this.#gapsPlaced.has(one));
  }

  #commit(commit: Station): Stack {
    const { ref } = commit;
    const own = this.#place(commit, []);
    const beside = [
      ...this.#to(ref, 'merge', 'head').map(({ station, links }) => this.#place(station, links)),
      ...this.#to(ref, 'analyzed').map(({ station, links }) => this.#place(station, links)),
    ];
    const review = [...this.#gaps(ref, 'pull_request'), ...this.#gaps(ref, 'analysis')];
    const made = this.#to(ref, 'built_from').map(({ station, links }) => this.#image(station, links));
    const unbuilt = this.#to(ref, 'checked_out')
      .filter(({ station }) => !this.#goesOn(station.ref))
      .map(({ station, links }) => this.#execution(station, links));
    const told = this.#to(ref, 'deployed_commit')
      .filter(({ station }) => !this.#from(station.ref, 'deployed').length)
      .map(({ station, links }) => this.#deploymentWithoutImage(station, links));
    const none = this.#gaps(ref, 'image');
    const gap = none.length === 0 ? [] : [this.#stack('image', [], none)];
    const next = this.#worstFirst([...made, ...unbuilt, ...told, ...gap]);
    return this.#stack('commit', [own], this.#gaps(ref, 'commit'), [this.#stack('review', beside, review, next, ref)]);
  }

  #goesOn(execution: string): boolean {
    return this.#from(execution, 'built').length > 0 || this.#to(execution, 'ran_in').length > 0;
  }

  #image(image: Station, evidence: readonly Link[]): Stack {
    const again = this.#placed.has(image.ref);
    const cards = [this.#place(image, evidence)];
    if (again) return this.#stack('image', cards, [], [], image.ref, true);
    for (const { station, links } of this.#to(image.ref, 'built')) cards.push(this.#place(station, links));
    const put = this.#to(image.ref, 'deployed').map(({ station, links }) => this.#deployment(station, links));
    const set = this.#from(image.ref, 'set').map(({ station, links }) =>
      this.#stack('deployment', [], [], [this.#stack('environment', [this.#place(station, links)])], station.ref),
    );
    const none = this.#gaps(image.ref, 'deployment');
    const gap = none.length === 0 ? [] : [this.#stack('deployment', [], none)];
    const next = this.#worstFirst([...put, ...set, ...gap]);
    return this.#stack('image', cards, this.#gaps(image.ref, 'execution'), next);
  }

  #deployment(deployment: Station, evidence: readonly Link[]): Stack {
    const again = this.#placed.has(deployment.ref);
    const doubts = this.#line.missing.filter(({ at, expects }) => at === deployment.ref && expects === 'image');
    for (const doubt of doubts) this.#gapsPlaced.add(doubt);
    const cards = [{ ...this.#place(deployment, evidence), doubts }];
    if (again) return this.#stack('deployment', cards, [], [], deployment.ref, true);
    for (const { station, links } of this.#from(deployment.ref, 'ran_in'))
      cards.push({ ...this.#place(station, links), doubts: [] });
    const next = this.#from(deployment.ref, 'into').map(({ station, links }) =>
      this.#stack('environment', [this.#place(station, links)]),
    );
    return this.#stack('deployment', cards, [], next);
  }

  /** What was deployed is not known: the reason stands where the image would. */
  #deploymentWithoutImage(deployment: Station, evidence: readonly Link[]): Stack {
    const why = this.#gaps(deployment.ref, 'image');
    return this.#stack('image', [], why, [this.#deployment(deployment, evidence)], deployment.ref);
  }

  #execution(execution: Station, evidence: readonly Link[]): Stack {
    return this.#stack('image', [this.#place(execution, evidence)], this.#gaps(execution.ref, 'image'));
  }

  /** Empty columns, so that a branch that begins late stands where it belongs. */
  #before(from: ColumnName, gaps: readonly Missing[], branch: Stack): Stack {
    const skipped = columns.slice(columns.indexOf(from), columns.indexOf(branch.column));
    const [first] = skipped;
    return skipped
      .toReversed()
      .reduce<Stack>((next, column) => this.#stack(column, [], column === first ? gaps : [], [next], next.key), branch);
  }

  #place(station: Station, evidence: readonly Link[]): Placed {
    this.#placed.add(station.ref);
    return { station, evidence, doubts: [] };
  }

  #gaps(at: string, expects: Station['station']): Missing[] {
    const found = this.#line.missing.filter(
      (one) => one.at === at && one.expects === expects && !this.#gapsPlaced.has(one),
    );
    for (const one of found) this.#gapsPlaced.add(one);
    return found;
  }

  #stack(
    column: ColumnName,
    cards: readonly Placed[],
    gaps: readonly Missing[] = [],
    next: readonly Stack[] = [],
    name = '',
    again = false,
  ): Stack {
    const key = [column, cards[0]?.station.ref ?? '', gaps[0]?.at ?? '', name].join(' ');
    return { key, column, cards, gaps, again, next };
  }

  #to(ref: string, ...kinds: string[]): { station: Station; links: Link[] }[] {
    return this.#others(
      this.#line.links.filter(({ to, kind }) => to === ref && kinds.includes(kind)),
      'from',
    );
  }

  #from(ref: string, ...kinds: string[]): { station: Station; links: Link[] }[] {
    return this.#others(
      this.#line.links.filter(({ from, kind }) => from === ref && kinds.includes(kind)),
      'to',
    );
  }

  #others(links: readonly Link[], end: 'from' | 'to'): { station: Station; links: Link[] }[] {
    const found = new Map<string, Link[]>();
    for (const link of links) found.set(link[end], [...(found.get(link[end]) ?? []), link]);
    return [...found]
      .flatMap(([ref, own]) => {
        const station = this.#byRef.get(ref);
        return station === undefined ? [] : [{ station, links: own }];
      })
      .toSorted((a, b) => (b.station.at ?? '').localeCompare(a.station.at ?? ''));
  }

  /** What a pull request was merged as, then its pushes from the newest on. */
  #inOrder(commits: readonly Station[]): Station[] {
    const rank = ({ ref }: Station): string => {
      const own = this.#line.links.filter(({ to, kind }) => to === ref && (kind === 'merge' || kind === 'head'));
      const newest =
        own
          .map(({ validFrom }) => validFrom)
          .toSorted()
          .at(-1) ?? '';
      return `${own.some(({ kind }) => kind === 'merge') ? 1 : 0} ${newest}`;
    };
    return commits.toSorted((a, b) => rank(b).localeCompare(rank(a)));
  }

  /** A branch with the worst station comes first, then what runs now; else the order is kept. */
  #worstFirst(stacks: readonly Stack[]): Stack[] {
    const { worst } = this.#line;
    const rank = (stack: Stack): number => {
      const own = stack.cards.flatMap(({ station: { ref, facts } }) => [
        worst.includes(ref) ? worst.indexOf(ref) : worst.length + (facts['runsNow'] === true ? 0 : 1),
      ]);
      return Math.min(worst.length + 1, ...own, ...stack.next.map(rank));
    };
    return stacks.toSorted((a, b) => rank(a) - rank(b));
  }
}
