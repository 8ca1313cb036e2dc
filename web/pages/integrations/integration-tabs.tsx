import type { ReactElement } from 'react';
import { Tabs } from '../../components/page.tsx';

export function IntegrationTabs(): ReactElement {
  return (
    <Tabs
      label="Integrations"
      tabs={[
        { label: 'Your integrations', link: { to: '/integrations' }, exact: true },
        { label: 'Available integrations', link: { to: '/integrations/available' } },
        { label: 'Satellites', link: { to: '/integrations/satellites' } },
        { label: 'Network', link: { to: '/integrations/network' } },
      ]}
    />
  );
}
