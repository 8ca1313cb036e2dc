import type { ReactElement } from 'react';
import { Tabs } from '../../components/page.tsx';

export function ProjectsTabs(): ReactElement {
  return (
    <Tabs
      label="Projects"
      tabs={[
        { label: 'Projects', link: { to: '/projects' }, exact: true },
        { label: 'Bindings', link: { to: '/projects/bindings' } },
      ]}
    />
  );
}
