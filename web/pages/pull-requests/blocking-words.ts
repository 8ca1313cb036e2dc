import { parseBitbucketPage } from '../../../src/domain/bitbucket-page.ts';
import type { LookedAtPullRequest, MergeChecks, RequiredReport } from '../../../src/features/reports/contract.ts';
import type { Tone } from '../../components/chips.tsx';
import { shellWord } from './words.ts';

/** Nobody can ask the server whether a report is required: there is no word for that it is set up. */
export const blockingLook: Record<RequiredReport['state'], readonly [tone: Tone, glyph: string, words: string]> = {
  seen_blocking: ['passed', '✓', 'Seen blocking'],
  seen_open: ['failed', '✕', 'Seen not blocking'],
  not_seen: ['none', '–', 'Not seen yet'],
};

export function mergeLook({
  canMerge,
  error,
}: LookedAtPullRequest): readonly [tone: Tone, glyph: string, words: string] {
  if (error !== null) return ['warn', '!', 'No answer'];
  if (canMerge === null) return ['none', '–', 'Not said'];
  return canMerge ? ['active', '→', 'Can merge'] : ['warn', '⊘', 'Blocked'];
}

/**
 * The call that makes builds a condition of merging; null where the server's address is not known. Each value is quoted
 * for a shell.
 */
export function requiredBuildsCommand(
  { project, slug, link }: MergeChecks['repository'],
  buildParentKeys: readonly string[],
): string | null {
  const base = link === null ? null : (parseBitbucketPage(link)?.base ?? null);
  if (base === null) return null;
  const path = [project, slug].map(encodeURIComponent);
  const address = `${base}/rest/required-builds/latest/projects/${path[0]}/repos/${path[1]}/condition`;
  const condition = { buildParentKeys, refMatcher: { id: 'ANY_REF', type: { id: 'ANY_REF' } } };
  return [
    'curl -X POST -H "Authorization: Bearer $BITBUCKET_ADMIN_TOKEN" -H "Content-Type: application/json"',
    shellWord(address),
    `-d ${shellWord(JSON.stringify(condition))}`,
  ].join(' ');
}
