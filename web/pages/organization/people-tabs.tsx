import type { ReactElement } from 'react';
import { Tabs } from '../../components/page.tsx';

export const PeopleTabs = (): ReactElement => (
  <Tabs
    label="People"
    tabs={[
      { label: 'People', link: { to: '/organization/people' }, exact: true },
      { label: 'Accounts', link: { to: '/organization/people/accounts' } },
    ]}
  />
);
