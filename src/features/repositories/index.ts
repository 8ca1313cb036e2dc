export { repositoryChanges } from './changes.ts';
export { repositoriesData } from './integration-data.ts';
export { repositoryRoutes } from './routes.ts';
export { bitbucketSink } from './sink.ts';
export { buildKeyOf } from './bindings/build-key.ts';
export { effectiveKey } from './bindings/rules.ts';
export { forgetUserTokens } from './import/tokens.ts';
