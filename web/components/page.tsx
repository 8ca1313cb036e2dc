import { Link, type LinkProps, useLocation } from '@tanstack/react-router';
import { type ReactElement, type ReactNode, useLayoutEffect, useRef } from 'react';
import { useAllowed } from '../app/allowed.ts';
import { HelpLink } from './help-link.tsx';
import { Pending } from './states.tsx';

interface PageProps {
  title: string;
  /** Shown before the title: where this page belongs. */
  parent?: ReactNode;
  /** Chips right of the title. */
  status?: ReactNode;
  /** Right side of the header: freshness, time range, the one primary action. */
  actions?: ReactNode;
  tabs?: ReactNode;
  /** True while title, status or actions are still to come: what stands below waits, so that it does not move. */
  pending?: boolean;
  /** Tables use the full width; pages to read stay narrow enough to read. */
  wide?: boolean;
  /** Kind of system that this page is about, where its help depends on it. */
  helpFor?: string | undefined;
  children: ReactNode;
}

export function Page({
  title,
  parent,
  status,
  actions,
  tabs,
  pending = false,
  wide = false,
  helpFor,
  children,
}: PageProps): ReactElement {
  return (
    <>
      <title>{`${title} · Plumbline`}</title>
      <header className="page-header">
        {pending ? <Pending /> : null}
        <div className="page-title">
          {parent === undefined ? null : <span className="page-parent">{parent}</span>}
          <h1 tabIndex={-1}>{title}</h1>
          <HelpLink kind={helpFor} />
          {status}
        </div>
        <div className="page-actions">{actions}</div>
        {tabs}
      </header>
      <main id="content" className={wide ? 'content wide' : 'content'}>
        {children}
      </main>
    </>
  );
}

export interface Tab {
  label: string;
  link: LinkProps;
  /** Without it a page below the tab's own address keeps the tab chosen. */
  exact?: boolean;
}

/** Tabs are addresses, so they are links in a navigation, not ARIA tabs. */
export function Tabs({ label, tabs }: { label: string; tabs: readonly Tab[] }): ReactElement {
  const allowed = useAllowed();
  const shown = tabs.filter(({ link }) => allowed(link.to));
  const row = useRef<HTMLElement>(null);
  const place = useLocation({ select: ({ pathname }) => pathname });
  useLayoutEffect(() => showChosen(row.current), [place, shown.length]);
  return (
    <nav className="tabs" aria-label={label} ref={row}>
      {shown.map((tab) => (
        <Link key={tab.label} {...tab.link} activeOptions={{ exact: tab.exact ?? false, includeSearch: false }}>
          {tab.label}
        </Link>
      ))}
    </nav>
  );
}

/** Where tabs need more room than there is, the chosen one stands in the middle. The page itself is not scrolled. */
function showChosen(row: HTMLElement | null): void {
  const chosen = row?.querySelector('a.active');
  if (row === null || chosen == null) return;
  const around = row.getBoundingClientRect();
  const tab = chosen.getBoundingClientRect();
  if (tab.left >= around.left && tab.right <= around.right) return;
  row.scrollLeft += tab.left + tab.width / 2 - around.left - around.width / 2;
}

interface CardProps {
  title?: ReactNode;
  note?: ReactNode;
  actions?: ReactNode;
  /** Names the section for people who jump between them; defaults to a textual title. */
  label?: string;
  padded?: boolean;
  narrow?: boolean;
  footer?: ReactNode;
  children?: ReactNode;
}

export function Card({
  title,
  note,
  actions,
  label,
  padded = false,
  narrow = false,
  footer,
  children,
}: CardProps): ReactElement {
  const name = label ?? (typeof title === 'string' ? title : undefined);
  return (
    <section className={narrow ? 'card narrow' : 'card'} aria-label={name}>
      {title === undefined ? null : (
        <div className="card-header">
          <h2>{title}</h2>
          {note === undefined ? null : <span className="note">{note}</span>}
          {actions === undefined ? null : <div className="card-actions">{actions}</div>}
        </div>
      )}
      {padded ? <div className="card-body">{children}</div> : children}
      {footer === undefined ? null : <div className="card-footer">{footer}</div>}
    </section>
  );
}

/** Names and values, e.g. the facts of a run. Entries without a value are left out. */
export function Facts({ entries }: { entries: readonly (readonly [name: string, value: ReactNode])[] }): ReactElement {
  return (
    <dl className="facts">
      {entries
        .filter(([, value]) => value !== null && value !== undefined && value !== '')
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
