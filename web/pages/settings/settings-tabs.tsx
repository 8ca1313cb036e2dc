import type { ReactElement } from 'react';
import { useCan } from '../../app/session.ts';
import { type Tab, Tabs } from '../../components/page.tsx';

/** Only what this person may open. */
export function SettingsTabs(): ReactElement {
  const people = useCan('users:read');
  const tokens = useCan('tokens:write');
  const logins = useCan('analysts:write');
  const audit = useCan('audit:read');
  const webhooks = useCan('settings:write');
  const tabs: (Tab | false)[] = [
    people && { label: 'People and roles', link: { to: '/settings' }, exact: true },
    webhooks && { label: 'Sign-in', link: { to: '/settings/sign-in' } },
    tokens && { label: 'API tokens', link: { to: '/settings/tokens' } },
    tokens && { label: 'Service accounts', link: { to: '/settings/service-accounts' } },
    logins && { label: 'Database logins', link: { to: '/settings/logins' } },
    webhooks && { label: 'Outgoing webhooks', link: { to: '/settings/webhooks' } },
    audit && { label: 'Audit trail', link: { to: '/settings/audit' } },
    { label: 'Retention', link: { to: '/settings/retention' } },
    { label: 'System', link: { to: '/settings/system' } },
    { label: 'Your account', link: { to: '/settings/account' } },
  ];
  return <Tabs label="Settings" tabs={tabs.filter((tab) => tab !== false)} />;
}
