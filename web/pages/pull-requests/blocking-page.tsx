import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { MergeChecks } from '../../../src/features/reports/contract.ts';
import { lookAtMerges, mergeChecksQuery } from '../../api/merge-checks.ts';
import { useApi } from '../../app/context.ts';
import { useCan } from '../../app/session.ts';
import { Button, Copyable } from '../../components/button.tsx';
import { Card, Page } from '../../components/page.tsx';
import { EmptyState, Loaded, MutationError, Notice } from '../../components/states.tsx';
import { requiredBuildsCommand } from './blocking-words.ts';
import { LookCard } from './look-card.tsx';
import { RequiredReportCard } from './required-report-card.tsx';

const route = getRouteApi('/shell/pull-requests/repositories/$id');

/** What to enter so that a report blocks merges, and what Bitbucket was seen to do. */
export function BlockingPage(): ReactElement {
  const { id } = route.useParams();
  const api = useApi();
  const client = useQueryClient();
  const options = mergeChecksQuery(api, id);
  const query = useQuery(options);
  const look = useMutation({
    mutationFn: () => lookAtMerges(api, id),
    onSuccess: (checks) => client.setQueryData(options.queryKey, checks),
  });
  const mayLook = useCan('integrations:write') && (query.data?.reports.length ?? 0) > 0;
  const repository = query.data?.repository;
  return (
    <Page
      title={
        repository === undefined ? 'Blocking merges' : `Blocking merges of ${repository.project}/${repository.slug}`
      }
      parent={<Link to="/pull-requests">Pull requests</Link>}
      pending={repository === undefined && query.error === null}
      actions={
        mayLook ? (
          <Button look="primary" busy={look.isPending} onClick={() => look.mutate()}>
            Look now
          </Button>
        ) : null
      }
    >
      <MutationError error={look.error} />
      <Loaded query={query}>{(checks) => <Content checks={checks} />}</Loaded>
    </Page>
  );
}

function Content({ checks }: { checks: MergeChecks }): ReactElement {
  const { reports, look, enteredAt } = checks;
  if (reports.length === 0)
    return (
      <EmptyState
        title="No project is bound to this repository"
        action={
          <Link to="/projects/bindings" className="button primary">
            Bind a project
          </Link>
        }
      >
        A merge is blocked by the report of a SonarQube project. Bind one, and its key is shown here.
      </EmptyState>
    );
  return (
    <>
      <Notice title="Bitbucket tells nobody whether a report is required.">
        An administrator enters it there. What is said here is what was seen when open pull requests were looked at.
      </Notice>
      {reports.map((report) => (
        <RequiredReportCard key={report.binding} report={report} enteredAt={enteredAt} />
      ))}
      <LookCard look={look} />
      <RequiredBuildsCard checks={checks} />
    </>
  );
}

/** What an administrator can do by a call instead of by hand. */
function RequiredBuildsCard({ checks: { repository, reports } }: { checks: MergeChecks }): ReactElement {
  const keys = reports.flatMap(({ buildKey }) => buildKey ?? []);
  const own = keys.length > 0;
  const command = requiredBuildsCommand(repository, own ? keys : ['YOUR-BUILD']);
  return (
    <Card title="By a call instead: a required build" padded>
      {own ? <OwnBuild keys={keys} all={keys.length === reports.length} /> : <OtherBuild />}
      {command === null ? (
        <p className="note">The address of this repository is not known, so the call cannot be shown.</p>
      ) : (
        <Copyable text={command} label="Call that requires a build" />
      )}
      <p className="note">
        {own
          ? 'It blocks by the result alone: annotations do not count. Anybody who may read the repository can write a build under this key.'
          : 'It blocks by the build alone: annotations do not count, and on Community Build the gate that the scanner waits for is not the one of the report.'}
      </p>
    </Card>
  );
}

/** The binding writes a build status, so that nothing has to be set up elsewhere. */
function OwnBuild({ keys, all }: { keys: readonly string[]; all: boolean }): ReactElement {
  return (
    <>
      <p>
        Bitbucket 7.14 and newer can be told by a documented call to require a build. The result of each report is
        written as one, successful only once the report passes, under the parent key{' '}
        {keys.map((key, at) => (
          <span key={key}>
            {at === 0 ? '' : ', '}
            <code className="breakable">{key}</code>
          </span>
        ))}
        . The call needs Repository admin.
      </p>
      {all ? null : (
        <p>
          Projects whose binding has no build status are not among them: switch it on there, or require their report.
        </p>
      )}
    </>
  );
}

function OtherBuild(): ReactElement {
  return (
    <p>
      Bitbucket 7.14 and newer can be told by a documented call to require a build. Switch <i>Build status</i> on in the
      binding, and the hub writes one. Or let the build that runs the scanner wait for the gate with{' '}
      <code>-Dsonar.qualitygate.wait=true</code>, so that it fails with it, and require that build:{' '}
      <code>YOUR-BUILD</code> is the parent key that your build server reports. It needs Repository admin.
    </p>
  );
}
