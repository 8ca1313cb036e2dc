import { Link, useMatches } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { Icon } from './icons.tsx';

/** Beside a page's title: the place in the documentation that is about this page. */
export function HelpLink(): ReactElement | null {
  const topic = useMatches({ select: (matches) => matches.at(-1)?.staticData.help ?? null });
  if (topic === null) return null;
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
