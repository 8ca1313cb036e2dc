import type { ReactElement } from 'react';
import { useCan } from '../../app/session.ts';
import { Tabs } from '../../components/page.tsx';

export function ProjectsTabs(): ReactElement {
  const mayAdd = useCan('integrations:write');
  return (
    <Tabs
      label="Projects"
      tabs={[
        { label: 'Projects', link: { to: '/projects' }, exact: true },
        { label: 'Bindings', link: { to: '/projects/bindings' } },
        ...(mayAdd ? [{ label: 'Add project', link: { to: '/projects/import' } } as const] : []),
      ]}
    />
  );
}
