import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { bindingsQuery } from '../../api/bindings.ts';
import { pullRequestsQuery } from '../../api/pull-requests.ts';
import { useApi } from '../../app/context.ts';
import { Card, Facts } from '../../components/page.tsx';
import { Loaded } from '../../components/states.tsx';
import { countOf } from '../../words/numbers.ts';

/** On the page of a server with pull requests: whether anything is reported there, and the step that is missing. */
export function ReviewsCard(): ReactElement {
  const api = useApi();
  const bindings = useQuery(bindingsQuery(api, {}));
  return (
    <Card title="Reports on pull requests" note="of every Bitbucket Server that is connected" padded>
      <Loaded query={bindings}>{({ total }) => (total === 0 ? <NothingBound /> : <Reported bound={total} />)}</Loaded>
    </Card>
  );
}

function NothingBound(): ReactElement {
  return (
    <>
      <p>No SonarQube project is bound to a repository yet, so nothing is reported.</p>
      <Link to="/projects/bindings" className="button quiet">
        Bind a project
      </Link>
    </>
  );
}

function Reported({ bound }: { bound: number }): ReactElement {
  const api = useApi();
  const open = useQuery(pullRequestsQuery(api, { state: 'open' }));
  const failed = useQuery(pullRequestsQuery(api, { state: 'open', report: ['failed'] }));
  return (
    <Facts
      entries={[
        [
          'Bindings',
          <Link key="b" to="/projects/bindings">
            {countOf(bound, 'project')}
          </Link>,
        ],
        [
          'Open',
          <Link key="o" to="/pull-requests">
            {open.data === undefined ? '…' : countOf(open.data.total, 'pull request')}
          </Link>,
        ],
        [
          'With a report that was not written',
          <Link key="f" to="/pull-requests" search={{ report: ['failed'] }}>
            {failed.data === undefined ? '…' : countOf(failed.data.total, 'pull request')}
          </Link>,
        ],
      ]}
    />
  );
}
