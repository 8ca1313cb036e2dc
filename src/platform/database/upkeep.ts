import type { Tx } from './database.ts';

/** Something that grows with time and may be forgotten. */
export interface RetainedRows {
  name: string;
  title: string;
  /** What is lost with it, for the person who decides. */
  description: string;
  /** Days where nobody decided. */
  standard: number;
  minimum: number;
  maximum: number;
  table: string;
  /** Column of the age. */
  time: string;
  /** Further condition on `t`: what is older and stays all the same. */
  only?: string;
  /** Rows of other tables that go with a row, where no reference takes them: `part` belongs to `gone`. */
  parts?: readonly { table: string; of: string }[];
  /** How a batch goes, of rows of which the rest must be told; says how many went. Left out: by the columns above. */
  drop?(tx: Tx, before: Date, rows: number): Promise<number>;
}

/** What whoever keeps an installation running must know of the tables of a room. */
export interface Upkeep {
  retention?: readonly RetainedRows[];
  /** Tables that a backup does not hold, with the reason. Unlogged ones are left out as well: they are read again. */
  leftOutOfBackups?: Readonly<Record<string, string>>;
}

/** As long as anybody may want to keep something, in days. */
export const forYears = 3_650;
