import type { CheckReportAnswer } from '../../../src/features/integrations/contract.ts';
import { countOf } from '../../words/numbers.ts';

type Offer = NonNullable<CheckReportAnswer['webhooks']>;

export interface OfferWords {
  possible: boolean;
  /** What would be made on the server. */
  what: string;
  /** Which permission it takes, and what stands in the way. */
  needs: string;
}

/** Says what Finish would set up; of how many projects it is known, never more than was tried. */
export function offerWords({ scope, count, single }: Offer, hubHost: string): OfferWords {
  if (scope === 'none') {
    return {
      possible: false,
      what:
        single.tried === 0
          ? 'The token may not set up webhooks on this server.'
          : `The token may not set up webhooks on any of the ${countOf(single.tried, 'project')} tried.`,
      needs:
        'It needs Administer on the projects, or Administer System for one for everything. The Inbox of the integration sets it up later, also by hand.',
    };
  }
  return { possible: true, what: whatOf({ scope, count, single }), needs: needsOf(scope, hubHost) };
}

function whatOf({ scope, count, single: { allowed, tried, total } }: Offer): string {
  if (scope === 'everything')
    return 'One webhook for every project is created on the server, with a secret of its own.';
  const wider = count - allowed;
  const made =
    scope === 'organizations' && total === 0
      ? `${countOf(wider, 'webhook')}, one per organization, ${wider === 1 ? 'is' : 'are'} created, with a secret of the hub’s.`
      : `${countOf(count, 'webhook')} ${count === 1 ? 'is' : 'are'} created, with a secret of the hub’s: the token may on ${allowed} of the ${countOf(tried, 'project')} tried.`;
  const rest = total - allowed;
  return rest === 0 ? made : `${made} Changes in the other ${countOf(rest, 'project')} are found by polling.`;
}

const loopback = /^(localhost|.*\.localhost|127(\.\d{1,3}){3}|\[::1\])$/i;
export const isLoopbackHost = (host: string): boolean => loopback.test(host);

function needsOf(scope: Offer['scope'], hubHost: string): string {
  const permissions: Record<string, string> = {
    everything: 'It takes Administer System, which the token has.',
    organizations: 'It takes Administer on the organization, which the token has.',
    projects: 'It takes Administer on each project, which the token has there.',
  };
  const permission = permissions[scope] ?? '';
  return isLoopbackHost(hubHost)
    ? `${permission} The server must reach this hub, whose address here is ${hubHost}: set PLUMBLINE_PUBLIC_URL to one it can reach.`
    : permission;
}
