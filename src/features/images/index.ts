export { imageChanges } from './change.ts';
export { imagesData } from './integration-data.ts';
export {
  type ClaimFacts,
  findImage,
  type ImageFacts,
  imagesOfCommits,
  imagesOfRepository,
  imagesWithPlatform,
  type PlatformFacts,
  readImages,
} from './read-images.ts';
export { imageRoutes } from './routes.ts';
export { createRegistrySink } from './sink.ts';
export { createReadOnDemand } from './read-on-demand.ts';
