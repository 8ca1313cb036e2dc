import { type CheckResult, reachesEverything, type WebhookReach } from '../../contract.ts';
import { isClosed } from '../reader.ts';
import { ok, untried, warning } from './result.ts';

const counted = (count: number): string => `${count} ${count === 1 ? 'project' : 'projects'}`;

/** Says of how many projects it is known, so that one that allows it is not taken for all. */
export function administerCheck(reach: WebhookReach): CheckResult {
  const { refusal, single } = reach;
  if (reachesEverything(reach)) return ok('administer', everywhere(reach));
  if (single.tried === 0 && refusal === null) return untried('administer', 'There is no project to try with.');
  // Said no, or never got to say it: the second is not about the token.
  const wasHeard: boolean = refusal === null || isClosed(refusal);
  const unheard = wasHeard || refusal === null ? [] : [refusal.message];
  return warning('administer', {
    ...(refusal === null ? {} : { code: refusal.code, upstream: refusal.upstream }),
    message: [...somewhere(reach), 'The others’ changes are found by polling.', ...unheard].join(' '),
    remedy:
      'Only for webhooks: give the token’s user Administer on the projects, or Administer System for one webhook for all.',
  });
}

function everywhere({ single: { total }, places }: WebhookReach): string {
  if (total === 0) return 'The token may set up one webhook for every project.';
  const besides = places.length > total ? ' and for whole organizations' : '';
  return `The token may set up webhooks on ${total === 1 ? 'the one project' : `all ${counted(total)}`}${besides}.`;
}

function somewhere({ single: { allowed, tried, total } }: WebhookReach): string[] {
  const untriedOnes = total > tried ? [`${counted(total - tried)} of ${total} were not tried.`] : [];
  if (tried === 0) return ['The token may not set up webhooks.', ...untriedOnes];
  return [`The token may set up webhooks on ${allowed} of the ${counted(tried)} tried.`, ...untriedOnes];
}
