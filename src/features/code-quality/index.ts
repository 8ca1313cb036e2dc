export { codeQualityOwner } from './owner.ts';
export { type CodeQualityRouteOptions, codeQualityRoutes } from './routes.ts';
export { createSonarqubeSink } from './sink.ts';
