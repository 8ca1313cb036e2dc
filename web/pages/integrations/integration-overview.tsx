import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { Completeness } from '../../../src/features/ingestion/contract.ts';
import type { IntegrationAnswer } from '../../../src/features/integrations/contract.ts';
import { completenessQuery, runsQuery } from '../../api/runs.ts';
import { useApi } from '../../app/context.ts';
import { useCan } from '../../app/session.ts';
import { Button, External } from '../../components/button.tsx';
import { RunStatusChip, Tag } from '../../components/chips.tsx';
import { Card, Facts } from '../../components/page.tsx';
import { Ago, Moment } from '../../components/time.tsx';
import { factName, factValue } from '../../components/fact.tsx';
import { runKindLabel } from '../../words/labels.ts';
import { countedSlices, storedTitle, wholeSlices } from '../../words/completeness.ts';
import { formatCount } from '../../words/numbers.ts';
import { formatDuration } from '../../words/times.ts';
import { Capabilities, CheckList, CheckReport } from './check-report.tsx';
import { countChecks, summaryOf } from './check-summary.ts';
import { CredentialsCard } from './credentials-card.tsx';
import { ReviewsCard } from './reviews-card.tsx';
import { SatelliteCard } from './satellite-card.tsx';
import { useCheck } from './use-check.ts';
import { useIntegration } from './use-integration.ts';

export function IntegrationOverview(): ReactElement | null {
  const { id, integration } = useIntegration();
  if (integration === undefined) return null;
  const { failed } = countChecks(integration.checks);
  const connection = <Connection id={id} integration={integration} />;
  // Bad news first; while all is well the facts are what a person comes for.
  return (
    <>
      {failed > 0 ? connection : null}
      <div className="columns-2">
        <About integration={integration} />
        <DataCard id={id} />
      </div>
      {integration.kind === 'bitbucket-server' ? <ReviewsCard /> : null}
      {integration.place === 'hub' ? (
        <CredentialsCard integration={integration} />
      ) : (
        <SatelliteCard integration={integration} />
      )}
      {failed > 0 ? null : connection}
    </>
  );
}

function About({ integration }: { integration: IntegrationAnswer }): ReactElement {
  const { baseUrl, facts } = integration;
  return (
    <Card title="About" padded>
      <Facts
        entries={[
          ['System', integration.kindTitle],
          [
            'Address',
            baseUrl === null ? null : (
              <External key="a" href={baseUrl}>
                {baseUrl}
              </External>
            ),
          ],
          ['Tags', integration.tags.length === 0 ? null : integration.tags.map((tag) => <Tag key={tag}>{tag}</Tag>)],
          ...Object.entries(facts).map(([name, value]) => [factName(name), factValue(value)] as const),
          ['Read', integration.place === 'hub' ? 'by the hub' : 'by a satellite'],
          ['Reads every', formatDuration(integration.syncIntervalSeconds * 1000)],
          ['Added', <Moment key="c" at={integration.createdAt} />],
        ]}
      />
    </Card>
  );
}

function DataCard({ id }: { id: string }): ReactElement {
  const api = useApi();
  const runs = useQuery(runsQuery(api, { integration: id })).data?.runs ?? [];
  const completeness = useQuery(completenessQuery(api, id, 1)).data;
  const last = runs.find((run) => run.id !== null && run.kind !== 'aggregation');
  const planned = runs.find((run) => run.status === 'scheduled');
  return (
    <Card title="Data" padded>
      <Facts
        entries={[
          [
            'Last run',
            last === undefined ? (
              'none yet'
            ) : (
              <Link key="l" to="/integrations/$id/monitoring" params={{ id }} search={{ run: last.id ?? undefined }}>
                <RunStatusChip status={last.status} /> {runKindLabel[last.kind]}{' '}
                {last.startedAt === null ? null : <Ago at={last.startedAt} />}
              </Link>
            ),
          ],
          ['Next run', planned?.startedAt == null ? 'not planned' : <Ago key="n" at={planned.startedAt} />],
          ...countedEntries(completeness),
          [
            'Completeness',
            completeness === undefined ? (
              '…'
            ) : completeness.slices === 0 ? (
              'nothing was read yet'
            ) : (
              <Link key="c" to="/integrations/$id/completeness" params={{ id }}>
                {wholeSlices(completeness)}
              </Link>
            ),
          ],
        ]}
      />
    </Card>
  );
}

/** Of a kind whose source tells totals: what is stored, of how much. */
function countedEntries(completeness: Completeness | undefined): [label: string, value: string][] {
  if (completeness === undefined) return [['Stored', '…']];
  if (completeness.counted.length === 0) return [];
  return [
    [storedTitle(completeness), formatCount(completeness.stored)],
    ['At the server when last read', serverSays(completeness)],
  ];
}

/** What the server said is a total only once it was asked about everything that is listed. */
function serverSays(completeness: Completeness): string {
  const { source, unread, slices } = completeness;
  if (unread === 0) return slices === 0 ? 'not asked yet' : formatCount(source);
  const known = slices === 0 ? 'not asked yet' : `${formatCount(source)} in ${countedSlices(completeness, slices)}`;
  return `${known}; ${countedSlices(completeness, unread)} not read yet`;
}

function Connection({ id, integration }: { id: string; integration: IntegrationAnswer }): ReactElement {
  const client = useQueryClient();
  const mayCheck = useCan('integrations:write') && integration.state !== 'deleting';
  const checking = useCheck();
  const check = async (): Promise<void> => {
    await checking.run('POST', `api/v1/integrations/${encodeURIComponent(id)}/check`);
    await client.invalidateQueries({ queryKey: ['integrations'] });
  };
  const { checks, checkedAt, capabilities } = integration;
  const fresh = checking.state.running || checking.state.checks.length > 0 || checking.state.error !== null;
  return (
    <Card
      title="Connection"
      note={
        checkedAt === null ? (
          'never checked'
        ) : (
          <>
            {fresh ? '' : `${summaryOf(checks)}, `}checked <Ago at={checkedAt} />
          </>
        )
      }
      actions={
        mayCheck ? (
          <Button busy={checking.state.running} onClick={() => void check()}>
            Check now
          </Button>
        ) : undefined
      }
    >
      {fresh ? (
        <CheckReport state={checking.state} />
      ) : checks.length === 0 ? (
        <p className="table-empty">The connection has not been checked.</p>
      ) : (
        <>
          <CheckList checks={checks} />
          <Capabilities capabilities={capabilities} />
        </>
      )}
    </Card>
  );
}
