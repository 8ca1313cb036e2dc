export { imagePublished } from './change.ts';
export {
  type ClaimFacts,
  findImage,
  type ImageFacts,
  imagesOfCommit,
  imagesOfRepository,
  type PlatformFacts,
  readImages,
} from './read-images.ts';
