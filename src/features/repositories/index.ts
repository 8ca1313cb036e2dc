export { repositoryChanges } from './changes.ts';
export { repositoriesData } from './integration-data.ts';
export { bitbucketSink } from './sink.ts';
