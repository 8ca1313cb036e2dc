import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { integrationsQuery } from '../../api/integrations.ts';
import { useApi } from '../../app/context.ts';
import { useCan } from '../../app/session.ts';
import { EmptyState, Loaded } from '../../components/states.tsx';
import { NothingOfTeams } from '../scope/nothing-of-teams.tsx';
import { useOwnTeams } from '../scope/scope-words.ts';

const what =
  'Each pipeline of Harness is listed here with its last runs, how often it ends well and how long it takes.';

/** Why there is none, and the one thing to do about it. */
export function NoPipelines(): ReactElement {
  const mayAdd = useCan('integrations:write');
  const integrations = useQuery(integrationsQuery(useApi(), {}));
  const own = useOwnTeams();
  if (own !== undefined) {
    return (
      <NothingOfTeams own={own} none="No pipeline">
        {what}
      </NothingOfTeams>
    );
  }
  return (
    <Loaded query={integrations}>
      {(data) => {
        const server = data.integrations.find(({ kind }) => kind === 'harness');
        if (server !== undefined)
          return (
            <EmptyState
              title="No pipeline has been read"
              action={
                <Link to="/integrations/$id/monitoring" params={{ id: String(server.id) }} className="button primary">
                  See what was read from {server.name}
                </Link>
              }
            >
              {what} Its key sees none in the projects that its settings name.
            </EmptyState>
          );
        return (
          <EmptyState
            title="No Harness is connected"
            action={
              mayAdd ? (
                <Link to="/integrations/add/$kind" params={{ kind: 'harness' }} className="button primary">
                  Connect Harness
                </Link>
              ) : (
                <p className="note">An administrator can connect one.</p>
              )
            }
          >
            {what}
          </EmptyState>
        );
      }}
    </Loaded>
  );
}
