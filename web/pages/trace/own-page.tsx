import { Link, type LinkProps } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { Station } from '../../../src/features/trace/contract.ts';
import { useAllowed } from '../../app/allowed.ts';

interface Page {
  label: string;
  link: LinkProps;
}

/** The page of this application about a station; undefined where there is none of its own. */
export function ownPage({
  ref,
  station,
  facts,
  title,
}: Pick<Station, 'ref' | 'station' | 'facts' | 'title'>): Page | undefined {
  const id = ref.slice(ref.indexOf(':') + 1);
  if (station === 'pull_request') return { label: 'Its page', link: { to: '/pull-requests/$id', params: { id } } };
  if (station === 'image') return { label: 'Its page', link: { to: '/images/$id', params: { id } } };
  if (station === 'deployment')
    return { label: 'Its page', link: { to: '/deployments/history', search: { deployment: Number(id) } as never } };
  if (station === 'environment')
    return {
      label: 'What runs there',
      link: { to: '/running', search: { environment: title.split('/').at(-1) } as never },
    };
  const { projectId } = facts;
  if (station === 'analysis' && typeof projectId === 'number')
    return { label: 'Page of the project', link: { to: '/projects/$id', params: { id: String(projectId) } } };
  return undefined;
}

export function OwnPage({ station }: { station: Station }): ReactElement | null {
  const allowed = useAllowed();
  const page = ownPage(station);
  return page === undefined || !allowed(page.link.to) ? null : <Link {...page.link}>{page.label}</Link>;
}
