import { Link, Outlet, useLocation } from '@tanstack/react-router';
import { useQuery } from '@tanstack/react-query';
import { lazy, type ReactElement, Suspense, useEffect, useState } from 'react';
import { IconButton } from '../components/button.tsx';
import { HealthSummary } from '../components/health.tsx';
import { Icon, Plumb } from '../components/icons.tsx';
import { ErrorState, Notice } from '../components/states.tsx';
import { AccountMenu } from './account-menu.tsx';
import { ConnectionBanner } from './connection-banner.tsx';
import { useApi } from './context.ts';
import { CopyNotice } from './copy-notice.tsx';
import { IfAllowed } from './no-access.tsx';
import { GoOnce } from './go-once.tsx';
import { places } from './places.ts';
import { useAllowed } from './allowed.ts';
import { sessionQuery } from './session.ts';

const CommandPalette = lazy(() =>
  import('./command-palette.tsx').then((module) => ({ default: module.CommandPalette })),
);

/** Around every page of a person who is signed in. */
export function Shell(): ReactElement {
  const session = useQuery(sessionQuery(useApi()));
  const { href } = useLocation();
  if (session.data === undefined) {
    return (
      <div className="shell-waiting">
        {session.error === null ? (
          <output className="unseen">Loading</output>
        ) : (
          <ErrorState error={session.error} retry={() => void session.refetch()} />
        )}
        <ConnectionBanner />
      </div>
    );
  }
  if (session.data.setupRequired) return <GoOnce to="/setup" />;
  if (!session.data.signedIn) return <GoOnce to="/sign-in" search={{ to: href === '/' ? undefined : href }} />;
  return <Frame insecure={session.data.insecureTransport} />;
}

function Frame({ insecure }: { insecure: boolean }): ReactElement {
  const [collapsed, setCollapsed] = useStoredFlag('plumbline-bar-collapsed');
  const [palette, setPalette] = useState(false);
  const { pathname } = useLocation();
  // Open only on the page it was opened on: following a link in it closes it.
  const [drawerOn, setDrawerOn] = useState<string | null>(null);
  const drawer = drawerOn === pathname;
  const setDrawer = (open: boolean): void => setDrawerOn(open ? pathname : null);
  useEffect(() => listenForPalette(() => setPalette(true)), []);
  useEffect(() => (drawer ? listenForEscape(() => setDrawerOn(null)) : undefined), [drawer]);
  return (
    <div className={['shell', collapsed ? 'collapsed' : '', drawer ? 'drawer-open' : ''].join(' ').trim()}>
      <button type="button" className="skip" onClick={() => document.querySelector<HTMLElement>('h1')?.focus()}>
        Skip to the page
      </button>
      <div className="top-bar">
        <IconButton
          icon={drawer ? 'close' : 'menu'}
          label={drawer ? 'Close the menu' : 'Open the menu'}
          aria-expanded={drawer}
          onClick={() => setDrawer(!drawer)}
        />
        <Brand />
        <span className="top-health">
          <HealthSummary />
          <IconButton icon="search" label="Search" onClick={() => setPalette(true)} />
        </span>
      </div>
      <div className="bar">
        <Brand />
        <button type="button" className="palette-button" onClick={() => setPalette(true)} title="Search (/ or Ctrl-K)">
          <Icon name="search" />
          <span className="bar-text">Search</span>
          <kbd className="bar-text">/</kbd>
        </button>
        <Places />
        <div className="bar-health">
          <HealthSummary />
        </div>
        <div className="bar-foot">
          <AccountMenu />
          <span className="only-wide">
            <IconButton
              icon={collapsed ? 'expand' : 'collapse'}
              label={collapsed ? 'Show names in the bar' : 'Only icons in the bar'}
              onClick={() => setCollapsed(!collapsed)}
            />
          </span>
        </div>
      </div>
      {drawer ? (
        <button
          type="button"
          className="drawer-scrim"
          aria-label="Close the menu"
          tabIndex={-1}
          onClick={() => setDrawer(false)}
        />
      ) : null}
      <div className="page">
        <ConnectionBanner />
        <CopyNotice />
        {insecure ? (
          <Notice kind="warning" title="This connection is not encrypted.">
            Anybody on the way can read what you type and see. Use HTTPS.
          </Notice>
        ) : null}
        <Suspense fallback={null}>
          <IfAllowed>
            <Outlet />
          </IfAllowed>
        </Suspense>
      </div>
      {palette ? (
        <Suspense fallback={null}>
          <CommandPalette onClose={() => setPalette(false)} />
        </Suspense>
      ) : null}
    </div>
  );
}

function Brand(): ReactElement {
  return (
    <Link
      to="/"
      className="brand"
      activeOptions={{ exact: true, includeSearch: false }}
      aria-label="Plumbline, first page"
    >
      <Plumb />
      <span className="bar-text">Plumbline</span>
    </Link>
  );
}

function Places(): ReactElement {
  const allowed = useAllowed();
  // Of the settings everybody has those of the own account.
  const shown = places.map((place) =>
    place.link.to === '/settings' && !allowed('/settings')
      ? { ...place, link: { to: '/settings/account' } as const }
      : place,
  );
  return (
    <nav className="places" aria-label="Main">
      {shown
        .filter((place) => allowed(place.link.to))
        .map((place) => (
          <div key={place.label}>
            {place.group === undefined ? null : <span className="place-group bar-text">{place.group}</span>}
            <Link
              {...place.link}
              className={place.group === undefined ? 'place' : 'place sub'}
              title={place.label}
              // Every page lies below the first.
              activeOptions={{ includeSearch: false, exact: place.link.to === '/' }}
            >
              <Icon name={place.icon} />
              <span className="bar-text">{place.label}</span>
            </Link>
          </div>
        ))}
    </nav>
  );
}

function useStoredFlag(name: string): [boolean, (value: boolean) => void] {
  const [value, setValue] = useState(() => {
    try {
      return localStorage.getItem(name) === '1';
    } catch {
      return false;
    }
  });
  const store = (next: boolean): void => {
    setValue(next);
    try {
      localStorage.setItem(name, next ? '1' : '0');
    } catch {
      // A browser that keeps nothing forgets the choice with the page.
    }
  };
  return [value, store];
}

function listenForPalette(open: () => void): () => void {
  const listener = (event: KeyboardEvent): void => {
    const typing = (event.target as HTMLElement).closest?.('input, textarea, select, [contenteditable="true"]') != null;
    const slash = event.key === '/' && !typing && !event.ctrlKey && !event.metaKey && !event.altKey;
    const controlK =
      event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey;
    if (!slash && !controlK) return;
    event.preventDefault();
    open();
  };
  addEventListener('keydown', listener);
  return () => removeEventListener('keydown', listener);
}

function listenForEscape(close: () => void): () => void {
  const listener = (event: KeyboardEvent): void => (event.key === 'Escape' ? close() : undefined);
  addEventListener('keydown', listener);
  return () => removeEventListener('keydown', listener);
}
