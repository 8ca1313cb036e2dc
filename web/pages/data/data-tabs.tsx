import type { ReactElement } from 'react';
import { Tabs } from '../../components/page.tsx';

export function DataTabs(): ReactElement {
  return (
    <Tabs
      label="Data"
      tabs={[
        { label: 'Schema', link: { to: '/data' }, exact: true },
        { label: 'SQL', link: { to: '/data/sql' } },
        { label: 'API', link: { to: '/data/api' } },
      ]}
    />
  );
}
