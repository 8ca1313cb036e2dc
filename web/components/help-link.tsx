import { Link, useMatches } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { HelpByKind } from '../app/area.ts';
import { Icon } from './icons.tsx';

/**
 * Beside a page's title: the place in the documentation that is about this page. `kind` is the system that a page of any
 * system is about; while nobody knows it yet there is no link, as the page of another system would lead astray.
 */
export function HelpLink({ kind }: { kind?: string | undefined }): ReactElement | null {
  const topic = useMatches({ select: (matches) => topicOf(matches.at(-1)?.staticData.help, kind) });
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

function topicOf(help: string | HelpByKind | null | undefined, kind: string | undefined): string | undefined {
  if (typeof help === 'string') return help;
  return kind === undefined ? undefined : help?.[kind];
}
