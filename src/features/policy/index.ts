import type { Reaction } from '../../platform/jobs/index.ts';
import type { HeldByNode, Route } from '../access/index.ts';
import type { OnDemandOptions } from './on-demand.ts';
import {
  analysisReaction,
  imageReaction,
  integrationReaction,
  policyReactions,
  projectReaction,
  type ReactionOptions,
  ruleReaction,
} from './reactions.ts';
import { policyRoutes } from './routes.ts';

export { policyChanges } from './changes.ts';
export { evaluateImages } from './evaluate.ts';
export { judgeCommits } from './judge-commits.ts';
export { qualityGatesPolicy } from './model.ts';
export type { ReadImage, ReadOnDemand } from './on-demand.ts';
export { countVerdicts, type VerdictCounts } from './reading/count-verdicts.ts';
export { policyData } from './integration-data.ts';

/** Which reaction answers which change of other rooms; the key is the change’s id. */
export const policyReactsTo: Readonly<Record<string, string>> = {
  image_published: imageReaction,
  analysis: analysisReaction,
  analyses_of_project: projectReaction,
  integration: integrationReaction,
};

/** Reactions the room asks for itself. */
export const policyAsksFor: readonly string[] = [ruleReaction];

export interface PolicyOptions extends Pick<ReactionOptions, 'enqueue'>, OnDemandOptions {
  now(): Date;
  heldBy?: HeldByNode;
}

export interface Policy {
  routes: Route[];
  reactions: Reaction[];
}

/** The quality-gates policy on images. */
export function createPolicy(options: PolicyOptions): Policy {
  return { routes: policyRoutes(options), reactions: policyReactions(options) };
}
