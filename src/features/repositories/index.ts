export { repositoryChanges } from './changes.ts';
export { repositoriesData } from './integration-data.ts';
export { createRepositories } from './create.ts';
export { bitbucketSink } from './sink.ts';
export { buildKeyOf } from './bindings/build-key.ts';
export { effectiveKey } from './bindings/rules.ts';
export { forgetPerson } from './forget-person.ts';
