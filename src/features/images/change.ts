/**
 * What the room tells the others of: an image is new, or what is known of where it comes from has changed. The id is the
 * image's.
 */
export const imagePublished = 'image_published';

/** A tag came to an image that was known before, or left one. The id is the image's. */
export const imageTagsMoved = 'image_tags_moved';

export const imageChanges: readonly string[] = [imagePublished, imageTagsMoved];
