import { createHash } from 'node:crypto';
import type { ReviewComment } from '../../../connectors/contract.ts';
import type { CommentMemory } from '../store/comments.ts';

/** Comments of one pull request on the server. */
export interface CommentPlace {
  find(marker: string): Promise<ReviewComment | null>;
  add(text: string): Promise<ReviewComment>;
  change(wanted: ReviewComment & { text: string }): Promise<ReviewComment | 'gone'>;
}

export interface WantedComment {
  text: string;
  /** Stands in the text, and in no other comment of ours. */
  marker: string;
  /** A person asked for it: written also where it says so already, or where somebody deleted it twice. */
  again: boolean;
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/**
 * Brings the one comment of a pull request to what it is to say. It is known by the server's number, else by its marker.
 * One that somebody deleted is made anew once; who deletes it again does not want it.
 */
export async function keepComment(place: CommentPlace, memory: CommentMemory, wanted: WantedComment): Promise<void> {
  const { text, marker, again } = wanted;
  const kept = await memory.read();
  const textHash = hashOf(text);
  if (kept !== undefined && !again && (kept.id === null || kept.textHash === textHash)) return;
  const had = kept?.id ?? null;
  const removed = kept?.removed ?? false;
  const write = async (comment: ReviewComment, wasRemoved: boolean): Promise<boolean> => {
    await memory.keep({ ...comment, textHash: null, removed });
    const now = await place.change({ ...comment, text });
    if (now === 'gone') return false;
    await memory.keep({ ...now, textHash, removed: wasRemoved });
    return true;
  };
  if (had !== null && (await write({ id: had, version: kept?.version ?? 0 }, removed))) return;
  const found = await place.find(marker);
  if (found !== null && found.id !== had && (await write(found, removed || had !== null))) return;
  if (had !== null && removed && !again) {
    await memory.keep({ id: null, version: null, textHash: null, removed });
    return;
  }
  const added = await place.add(text);
  await memory.keep({ ...added, textHash, removed: kept !== undefined });
}
