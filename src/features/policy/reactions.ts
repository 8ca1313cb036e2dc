import type { Queryable } from '../../platform/database/index.ts';
import type { Reaction } from '../../platform/jobs/index.ts';
import { imagesOfCommits, imagesOfRepository } from '../images/index.ts';
import { evaluateImages, type EvaluationOptions } from './evaluate.ts';
import { imageMatcher } from './mappings/rules.ts';
import { imagesOfProject, imagesOfProjectKeys, revisionsOf } from './store/analyses.ts';
import { noteIntegration } from './store/integrations.ts';
import { imagesAfter, imagesMatching } from './store/results.ts';
import { findRule } from './store/settings.ts';

/** An image is new, or what is known of its origin changed. Key: the image’s id. */
export const imageReaction = 'policy.image';
/** An analysis is new or its gate turned: only the images of its commit are judged. Key: the analysis’s id. */
export const analysisReaction = 'policy.analysis';
/** Many analyses of a project changed at once. Key: the project’s id. */
export const projectReaction = 'policy.project';
/** A mapping rule began or ended. Key: the rule’s id. */
export const ruleReaction = 'policy.rule';
/** An integration was made, changed or is being deleted. Key: the integration’s id. */
export const integrationReaction = 'policy.integration';
/** Everything may differ: the settings changed, or it is night. Key: the image after which to go on. */
export const everythingReaction = 'policy.everything';

/** Images of one job of `policy.everything`; it asks for the next one itself, so that no job runs for long. */
const imagesPerJob = 5_000;

export interface ReactionOptions extends EvaluationOptions {
  enqueue(db: Queryable, name: string, key: string): Promise<void>;
}

export function policyReactions(options: ReactionOptions): Reaction[] {
  const { db } = options;
  const evaluate = async (ids: readonly number[], signal: AbortSignal): Promise<void> => {
    await evaluateImages(options, ids, signal);
  };
  const analysed = async (keys: readonly string[], signal: AbortSignal): Promise<void> => {
    const revisions = await revisionsOf(db, keys.map(Number));
    await evaluate(await imagesOfCommits(db, revisions), signal);
  };
  return [
    { name: imageReaction, handle: (key, signal) => evaluate([Number(key)], signal) },
    {
      name: analysisReaction,
      handle: (key, signal) => analysed([key], signal),
      handleTogether: analysed,
    },
    {
      name: projectReaction,
      handle: async (key, signal) => evaluate(await imagesOfProject(db, Number(key)), signal),
    },
    {
      name: integrationReaction,
      // What it takes part with is noted with the request, so that neither is there without the other.
      handle: (key) =>
        db.transaction(async (tx) => {
          if (await noteIntegration(tx, Number(key))) await options.enqueue(tx, everythingReaction, '0');
        }),
    },
    { name: ruleReaction, handle: async (key, signal) => evaluate(await imagesOfRule(db, Number(key)), signal) },
    {
      name: everythingReaction,
      sweep: '41 3 * * *',
      async handle(key, signal) {
        const ids = await imagesAfter(db, key === 'sweep' ? 0 : Number(key), imagesPerJob);
        await evaluate(ids, signal);
        if (ids.length === imagesPerJob) await options.enqueue(db, everythingReaction, String(ids.at(-1)));
      },
    },
  ];
}

/** Images a rule speaks of. A `source` rule changes whose commits the project’s analyses are, wherever they are built. */
async function imagesOfRule(db: Queryable, id: number): Promise<number[]> {
  const rule = await findRule(db, id);
  if (rule === undefined) return [];
  if (rule.kind === 'image') return imagesMatching(db, imageMatcher(rule));
  return [...(await imagesOfRepository(db, rule.repositoryKey)), ...(await imagesOfProjectKeys(db, rule.projects))];
}
