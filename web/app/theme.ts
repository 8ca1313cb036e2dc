import { useSyncExternalStore } from 'react';

export type Theme = 'system' | 'light' | 'dark';

const storageName = 'plumbline-theme';

function stored(): Theme {
  try {
    const value = localStorage.getItem(storageName);
    return value === 'light' || value === 'dark' ? value : 'system';
  } catch {
    return 'system';
  }
}

/** Writes the choice where the style sheet looks; `system` leaves it to the media query. */
export function applyTheme(theme: Theme = stored()): void {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
}

const changed = 'plumbline-theme-changed';

export function chooseTheme(theme: Theme): void {
  try {
    if (theme === 'system') localStorage.removeItem(storageName);
    else localStorage.setItem(storageName, theme);
  } catch {
    // A browser that keeps nothing still shows the choice until the page is closed.
  }
  applyTheme(theme);
  dispatchEvent(new Event(changed));
}

function subscribe(listener: () => void): () => void {
  addEventListener(changed, listener);
  addEventListener('storage', listener);
  return () => {
    removeEventListener(changed, listener);
    removeEventListener('storage', listener);
  };
}

export const useTheme = (): Theme => useSyncExternalStore(subscribe, stored);
