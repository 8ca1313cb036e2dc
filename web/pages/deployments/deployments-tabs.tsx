import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { EmptyState } from '../../components/states.tsx';
import { NothingOfTeams } from '../scope/nothing-of-teams.tsx';
import { useOwnTeams } from '../scope/scope-words.ts';
import { Tabs } from '../../components/page.tsx';

export function DeploymentsTabs(): ReactElement {
  return (
    <Tabs
      label="Deployments"
      tabs={[
        { label: 'What runs where', link: { to: '/deployments' }, exact: true },
        { label: 'History', link: { to: '/deployments/history' } },
        { label: 'Pipelines', link: { to: '/deployments/pipelines' } },
      ]}
    />
  );
}

/** Nothing is known of any deployment. */
export function NoDeployments(): ReactElement {
  const own = useOwnTeams();
  if (own !== undefined) {
    return (
      <NothingOfTeams own={own} none="No deployment">
        Which image of each service runs in which environment, and what became of each deployment, stands here.
      </NothingOfTeams>
    );
  }
  return (
    <EmptyState
      title="No deployment is known yet"
      action={
        <Link to="/help/$" params={{ _splat: 'deployments' }} className="button primary">
          Report deployments
        </Link>
      }
    >
      Here stands which image of each service runs in which environment, and what became of each deployment. They are
      read from a Harness integration, or reported by any other pipeline with one command.
    </EmptyState>
  );
}
