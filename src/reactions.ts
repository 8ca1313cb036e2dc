import { countingReaction } from './features/code-quality/index.ts';
import { healthReaction } from './features/ingestion/index.ts';
import { consumeReaction } from './features/insights/index.ts';
import { policyAsksFor, policyReactsTo } from './features/policy/index.ts';
import type { Tx } from './platform/database/index.ts';
import type { Jobs, Reaction } from './platform/jobs/index.ts';

/** Which reactions answer which change. */
const reactionsTo: Record<string, readonly { name: string; key: (id: number) => string }[]> = {
  roll_up: [{ name: consumeReaction, key: () => 'organization' }],
  run_ended: [{ name: healthReaction, key: String }],
  integration: [
    { name: healthReaction, key: String },
    { name: countingReaction, key: String },
  ],
};
for (const [kind, name] of Object.entries(policyReactsTo))
  reactionsTo[kind] = [...(reactionsTo[kind] ?? []), { name, key: String }];

export interface Change {
  kind: string;
  id: number;
}

/** In the transaction of the changes. */
export async function enqueueReactions(jobs: Pick<Jobs, 'enqueue'>, tx: Tx, changes: readonly Change[]): Promise<void> {
  for (const change of changes) {
    for (const reaction of reactionsTo[change.kind] ?? [])
      await jobs.enqueue(tx, reaction.name, reaction.key(change.id));
  }
}

/**
 * A hub whose rooms do not hear of each other would go on and be wrong: it does not start when a change asks for what
 * nobody carries out, or when something is carried out that no change, room or hour asks for.
 */
export function requireWired(reactions: readonly Pick<Reaction, 'name' | 'sweep'>[]): void {
  const carriedOut = new Set(reactions.map(({ name }) => name));
  const asked = new Set([
    ...Object.values(reactionsTo).flatMap((all) => all.map(({ name }) => name)),
    ...policyAsksFor,
  ]);
  const deaf = [...asked].filter((name) => !carriedOut.has(name));
  if (deaf.length > 0) throw new Error(`nobody carries out ${deaf.join(', ')}`);
  const idle = reactions.filter(({ name, sweep }) => sweep === undefined && !asked.has(name));
  if (idle.length > 0) throw new Error(`nothing asks for ${idle.map(({ name }) => name).join(', ')}`);
}
