import { Link, useMatches } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { helpTopics } from '../app/help-topics.ts';
import { Icon } from './icons.tsx';

/** Beside a page's title: the place in the documentation that is about this page. */
export function HelpLink(): ReactElement | null {
  const route = useMatches({ select: (matches) => matches.at(-1)?.fullPath ?? '/' });
  const topic = helpTopics[route.replace(/(.)\/$/, '$1')];
  if (topic === undefined) return null;
  const [page = 'readme', hash] = topic.split('#');
  return (
    <Link
      to="/help/$"
      params={{ _splat: page }}
      {...(hash === undefined ? {} : { hash })}
      className="icon-button help-link"
      aria-label="Help for this page"
      title="Help for this page"
    >
      <Icon name="help" />
    </Link>
  );
}
