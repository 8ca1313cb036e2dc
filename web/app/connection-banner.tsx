import { type ReactElement, useSyncExternalStore } from 'react';
import { Notice } from '../components/states.tsx';
import { useApp } from './context.ts';

export function ConnectionBanner(): ReactElement | null {
  const { connection } = useApp();
  const down = useSyncExternalStore(connection.subscribe, connection.isDown);
  if (!down) return null;
  return (
    <Notice kind="warning" title="The hub does not answer.">
      What you see may be old. The page connects again by itself.
    </Notice>
  );
}
