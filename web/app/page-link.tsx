import { Link, type LinkComponent, type LinkProps } from '@tanstack/react-router';
import type { ReactElement, ReactNode } from 'react';
import { useAllowed } from './allowed.ts';

/** A link to a page that would be shown to this person; for who would only be refused, its words. */
export const PageLink: LinkComponent<'a'> = (({
  children,
  ...link
}: LinkProps & { children?: ReactNode }): ReactElement =>
  useAllowed()(link.to) ? <Link {...link}>{children}</Link> : <>{children}</>) as never;
