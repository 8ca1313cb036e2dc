import { Link, useMatches } from '@tanstack/react-router';
import type { ReactElement, ReactNode } from 'react';
import { Page } from '../components/page.tsx';
import { EmptyState } from '../components/states.tsx';
import { allows, isScoped, useSession } from './session.ts';

/** The page, or why it is not for this person: nothing is asked of the hub that it would refuse. */
export function IfAllowed({ children }: { children: ReactNode }): ReactElement {
  const session = useSession();
  const needs = useMatches().flatMap(({ staticData }) => staticData.needs ?? []);
  const missing = needs.find((need) => !allows(session, need));
  if (missing === undefined || session === undefined) return <>{children}</>;
  return (
    <Page title="Not for you">
      {isScoped(session) ? (
        <EmptyState
          title="This page is about the whole organization"
          action={
            <Link className="button primary" to="/insights/security">
              Numbers of your teams
            </Link>
          }
        >
          You work in some of its teams, and see what belongs to those. An administrator can change that under Settings,
          People and roles.
        </EmptyState>
      ) : (
        <EmptyState title="Your role does not allow this page">
          An administrator can give you another role under People and roles. It needs the permission{' '}
          <code>{missing}</code>.
        </EmptyState>
      )}
    </Page>
  );
}
