import { type ErrorComponentProps, Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { Page } from '../components/page.tsx';
import { EmptyState, ErrorState } from '../components/states.tsx';

export function NotFound(): ReactElement {
  return (
    <Page title="Not found">
      <EmptyState
        title="There is no page at this address"
        action={
          <Link to="/" className="button primary">
            Go to the first page
          </Link>
        }
      >
        It may have moved, or the address was cut off.
      </EmptyState>
    </Page>
  );
}

/** A page that failed while drawing itself, or whose code could not be loaded (the hub was updated meanwhile). */
export function PageFailed({ error }: ErrorComponentProps): ReactElement {
  return (
    <Page title="This page failed">
      <ErrorState error={error} retry={() => location.reload()} />
    </Page>
  );
}
