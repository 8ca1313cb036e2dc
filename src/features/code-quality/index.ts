export { codeQualityOwner } from './owner.ts';
export { countingReaction, countingReactions } from './projects/duplicates.ts';
export { type CodeQualityRouteOptions, codeQualityRoutes } from './routes.ts';
export { createSonarqubeSink } from './sink.ts';
