import { getRouteApi } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useChange } from '../../address/use-change.ts';
import { Page } from '../../components/page.tsx';
import { ImagesTabs } from '../images/images-tabs.tsx';
import { ScopePicker } from '../scope/scope-picker.tsx';
import { ScopeTrail } from '../scope/scope-trail.tsx';
import type { VerdictsSearch } from './search.ts';
import { VerdictList } from './verdict-list.tsx';

const route = getRouteApi('/shell/images/verdicts');

/** What is said of images, for a team or the organization; why images fail altogether is told on the page of the policy. */
export function VerdictsPage(): ReactElement {
  const search = route.useSearch();
  const change = useChange<VerdictsSearch>('/images/verdicts');
  return (
    <Page title="Verdicts" wide tabs={<ImagesTabs />}>
      <ScopeTrail />
      <VerdictList search={search} change={change} before={<ScopePicker />} />
    </Page>
  );
}
