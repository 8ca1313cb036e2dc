/** A part of a path as it is meant; one that is badly encoded as it was sent. */
export function decodedPart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
