import type { Option } from 'commander';
import type { LabContext } from './context.ts';

/** A kind of server that the lab can run. `lab/systems.ts` lists them. */
export interface LabSystem {
  name: string;
  title: string;
  /** Oldest first; empty where there is only one. */
  versions: readonly string[];
  /** Of `up`, beside `--version` and `--port`. They are parsed before `up` gets them. */
  options: readonly Option[];
  /** Starts it, or adopts the running one, and feeds it what is missing. Returns what to tell the person. */
  up(context: LabContext, wanted: Wanted): Promise<readonly string[]>;
  /** Stops it; its data stay. Returns a line per server that was ever started. */
  down(context: LabContext, version: string | undefined): Promise<readonly string[]>;
  /** Every server that was ever started here. */
  servers(context: LabContext): Promise<readonly LabServer[]>;
}

export interface Wanted {
  /** One of `versions`; left out: the newest. */
  version?: string | undefined;
  /** Left out: the one kept from before, else a free one. */
  port?: number | undefined;
  /** By the names of `options`. */
  options: Readonly<Record<string, unknown>>;
}

export interface LabServer {
  /** As a program reads it. */
  row: Readonly<Record<string, unknown>>;
  /** As a person reads it. */
  line: string;
}
