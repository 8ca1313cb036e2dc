/**
 * What the room tells the others of: an image is new, or what is known of where it comes from has changed. The id is the
 * image's.
 */
export const imagePublished = 'image_published';

export const imageChanges: readonly string[] = [imagePublished];
