import type { z } from 'zod';
import type { CommandContext } from '../context.ts';
import type { SecretSources } from './references.ts';

export interface ApplyRun extends Pick<CommandContext, 'api' | 'terminal'> {
  dryRun: boolean;
  /** Nothing is said to people: what comes back is printed at the end. */
  json: boolean;
}

export interface SectionOutcome {
  /** Exit code of this section. */
  code: number;
  /** What `--json` prints of it. */
  results: readonly unknown[];
}

/** One part of `plumbline.yaml` under a key of its own. What a file does not say stays as it is. */
export interface ApplySection<Part> {
  /** Its key in the file. */
  name: string;
  shape: z.ZodType<Part>;
  /** Puts in what references stand for; returns what is wrong with them, each with its place. */
  resolve?(part: Part, sources: SecretSources): Promise<string[]>;
  /** What the hub says of this part before anything is changed: a file with a mistake changes nothing. */
  problems?(part: Part, run: ApplyRun): Promise<string[]>;
  /** Makes it so. Applying twice changes nothing. */
  apply(part: Part, run: ApplyRun): Promise<SectionOutcome>;
}
