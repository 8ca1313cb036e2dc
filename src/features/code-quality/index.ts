export { readResolvedAs, writeResolvedAs } from './daily/resolved-as.ts';
export { forgetChangedProjects, forgetDailyChanges, takeChangedProjects, takeDailyChanges } from './daily/outbox.ts';
export { codeQualityChanges } from './changes.ts';
export * from './companions/keep.ts';
export { codeQualityData } from './integration-data.ts';
export { countingReaction, countingReactions } from './projects/duplicates.ts';
export { type CodeQualityRouteOptions, codeQualityRoutes } from './routes.ts';
export { createSonarqubeSink } from './sink.ts';
export { keepProject } from './projects/keep-project.ts';
