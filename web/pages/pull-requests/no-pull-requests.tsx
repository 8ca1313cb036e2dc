import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { bindingsQuery } from '../../api/bindings.ts';
import { integrationsQuery } from '../../api/integrations.ts';
import { useApi } from '../../app/context.ts';
import { useCan } from '../../app/session.ts';
import { EmptyState, Loaded } from '../../components/states.tsx';
import { NothingOfTeams } from '../scope/nothing-of-teams.tsx';
import { useOwnTeams } from '../scope/scope-words.ts';

const what =
  'Each pull request is listed here with its quality gate, what was reported on it in Bitbucket, and why something was not.';

/** Why there is none, and the one thing to do about it. */
export function NoPullRequests({ others }: { others: () => void }): ReactElement {
  const api = useApi();
  const integrations = useQuery(integrationsQuery(api, {}));
  const bindings = useQuery(bindingsQuery(api, {}));
  const own = useOwnTeams();
  if (own !== undefined) {
    return (
      <NothingOfTeams own={own} none="No open pull request">
        {what}{' '}
        <button type="button" className="button bare" onClick={others}>
          Show closed ones
        </button>
      </NothingOfTeams>
    );
  }
  return (
    <Loaded query={integrations}>
      {(data) => {
        const server = data.integrations.find(({ kind }) => kind === 'bitbucket-server');
        if (server === undefined) return <NoServer />;
        return (
          <Loaded query={bindings}>
            {({ total }) => (total === 0 ? <NothingBound /> : <NoneOpen server={server} others={others} />)}
          </Loaded>
        );
      }}
    </Loaded>
  );
}

function NoServer(): ReactElement {
  const mayAdd = useCan('integrations:write');
  return (
    <EmptyState
      title="No Bitbucket Server is connected"
      action={
        mayAdd ? (
          <Link to="/integrations/add/$kind" params={{ kind: 'bitbucket-server' }} className="button primary">
            Connect Bitbucket Server
          </Link>
        ) : (
          <p className="note">An administrator can connect one.</p>
        )
      }
    >
      {what}
    </EmptyState>
  );
}

function NothingBound(): ReactElement {
  return (
    <EmptyState
      title="No project is bound to a repository"
      action={
        <Link to="/projects/bindings" className="button primary">
          Bind a project
        </Link>
      }
    >
      Bitbucket is connected. Reports are written once a SonarQube project is bound to the repository it is of.
    </EmptyState>
  );
}

function NoneOpen({ server, others }: { server: { id: number; name: string }; others: () => void }): ReactElement {
  return (
    <EmptyState
      title="No pull request is open"
      action={
        <Link to="/integrations/$id/monitoring" params={{ id: String(server.id) }} className="button primary">
          See what was read from {server.name}
        </Link>
      }
    >
      The next one appears here as soon as it is opened, or at the next sync where Bitbucket has no webhook of the hub.{' '}
      <button type="button" className="button bare" onClick={others}>
        Show closed ones
      </button>
    </EmptyState>
  );
}
