import type { ReactElement, ReactNode } from 'react';
import { useCan } from '../../app/session.ts';
import { Page } from '../../components/page.tsx';
import { EmptyState } from '../../components/states.tsx';
import { SettingsTabs } from './settings-tabs.tsx';

/** A page of the settings that not every role may see; says who can give it instead of failing. */
export function Guarded({
  permission,
  wide = false,
  actions,
  children,
}: {
  permission: string;
  wide?: boolean;
  actions?: ReactNode;
  children: ReactNode;
}): ReactElement {
  const may = useCan(permission);
  return (
    <Page title="Settings" wide={wide} tabs={<SettingsTabs />} actions={may ? actions : null}>
      {may ? (
        children
      ) : (
        <EmptyState title="Your role does not allow this page">
          An administrator can give you another role under People and roles. It needs the permission{' '}
          <code>{permission}</code>.
        </EmptyState>
      )}
    </Page>
  );
}
