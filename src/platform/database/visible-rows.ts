import { AsyncLocalStorage } from 'node:async_hooks';

/** Kinds of rows that belong to teams, each known by its number. `ancestors`: nodes above, of which the name is shown. */
export const rowKinds = [
  'projects',
  'repositories',
  'services',
  'pipelines',
  'environments',
  'images',
  'people',
  'nodes',
  'ancestors',
  'trees',
  'integrations',
] as const;

/** What one caller may see, by number; of a kind with none, nothing. */
export type VisibleRows = Readonly<Record<(typeof rowKinds)[number], readonly number[]>>;

/** Says of every kind which rows there are. */
export function visibleRows(of: (kind: keyof VisibleRows) => readonly number[]): VisibleRows {
  return Object.fromEntries(rowKinds.map((kind) => [kind, of(kind)])) as unknown as VisibleRows;
}

export const nothingVisible: VisibleRows = visibleRows(() => []);

const visible = new AsyncLocalStorage<VisibleRows>();

/** Does it so that every statement under it, whoever sends it, finds these rows alone. */
export const seeingOnly = <T>(rows: VisibleRows, work: () => T): T => visible.run(rows, work);

/** What the statement that would be sent now may see; undefined for everything. */
export const visibleNow = (): VisibleRows | undefined => visible.getStore();
