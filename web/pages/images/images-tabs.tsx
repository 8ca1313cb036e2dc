import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { integrationsQuery } from '../../api/integrations.ts';
import { useApi } from '../../app/context.ts';
import { useCan } from '../../app/session.ts';
import { Tabs } from '../../components/page.tsx';
import { EmptyState } from '../../components/states.tsx';
import { NothingOfTeams } from '../scope/nothing-of-teams.tsx';
import { useOwnTeams } from '../scope/scope-words.ts';

export function ImagesTabs(): ReactElement {
  return (
    <Tabs
      label="Images"
      tabs={[
        { label: 'Images', link: { to: '/images' }, exact: true },
        { label: 'Verdicts', link: { to: '/images/verdicts' } },
        { label: 'Repositories', link: { to: '/images/repositories' } },
      ]}
    />
  );
}

/** Without a registry: connect one. With one: push. */
export function NoImages(): ReactElement {
  const mayAdd = useCan('integrations:write');
  const integrations = useQuery(integrationsQuery(useApi(), {})).data?.integrations ?? [];
  const own = useOwnTeams();
  const registry = integrations.find(({ kind }) => kind === 'oci-registry');
  const what =
    'Each image of a watched repository is listed here by digest, with its tags, its platforms and the commit it was built from.';
  if (own !== undefined) {
    return (
      <NothingOfTeams own={own} none="No image">
        {what}
      </NothingOfTeams>
    );
  }
  if (registry !== undefined) {
    return (
      <EmptyState
        title="No images yet"
        action={
          <Link to="/integrations/$id/monitoring" params={{ id: String(registry.id) }} className="button primary">
            See what was read from {registry.name}
          </Link>
        }
      >
        {what} Push one: <code>docker buildx build --push -t registry/repository:tag .</code>
      </EmptyState>
    );
  }
  return (
    <EmptyState
      title="No images yet"
      action={
        mayAdd ? (
          <Link to="/integrations/add/$kind" params={{ kind: 'oci-registry' }} className="button primary">
            Connect a registry
          </Link>
        ) : (
          <p className="note">An administrator can connect a registry.</p>
        )
      }
    >
      {what}
    </EmptyState>
  );
}
