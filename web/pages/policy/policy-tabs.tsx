import type { ReactElement } from 'react';
import { Tabs } from '../../components/page.tsx';

export function PolicyTabs(): ReactElement {
  return (
    <Tabs
      label="Policy"
      tabs={[
        { label: 'Verdicts', link: { to: '/policy' }, exact: true },
        { label: 'Configurations', link: { to: '/policy/configurations' } },
        { label: 'Environments', link: { to: '/policy/environments' } },
        { label: 'Rules', link: { to: '/policy/rules' } },
      ]}
    />
  );
}
