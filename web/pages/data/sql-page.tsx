import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { type ReactElement, useMemo, useState } from 'react';
import type { SavedQuery } from '../../../src/features/explorer/contract.ts';
import { savedQueryQuery, schemaQuery } from '../../api/explorer.ts';
import { useApi } from '../../app/context.ts';
import { Button } from '../../components/button.tsx';
import { Card, Page } from '../../components/page.tsx';
import { ErrorState, Loaded, Notice } from '../../components/states.tsx';
import { DataTabs } from './data-tabs.tsx';
import { ResultTable } from './result-table.tsx';
import { SavedQueries } from './saved-queries.tsx';
import { SqlField } from './sql-field.tsx';
import { SaveQuery } from './save-query.tsx';
import { faultOf, useSql } from './use-sql.ts';

const savedRoute = getRouteApi('/shell/data/sql/$slug');

export function SqlPage(): ReactElement {
  return (
    <Page title="Data" wide tabs={<DataTabs />}>
      <Workbench saved={undefined} />
    </Page>
  );
}

export function SavedSqlPage(): ReactElement {
  const { slug } = savedRoute.useParams();
  const query = useQuery(savedQueryQuery(useApi(), slug));
  return (
    <Page title={query.data?.name ?? 'Saved query'} wide tabs={<DataTabs />}>
      <Loaded query={query}>{(saved) => <Workbench key={saved.slug} saved={saved} />}</Loaded>
    </Page>
  );
}

function useTables(): Record<string, readonly string[]> {
  const schema = useQuery(schemaQuery(useApi())).data;
  return useMemo(
    () =>
      Object.fromEntries(
        (schema?.tables ?? []).map((table) => [table.name, table.columns.map((column) => column.name)]),
      ),
    [schema],
  );
}

function Workbench({ saved }: { saved: SavedQuery | undefined }): ReactElement {
  const tables = useTables();
  const [text, setText] = useState(saved?.sql ?? '');
  const { state, run, cancel, csv } = useSql();
  const fault = useMemo(() => faultOf(state.error), [state.error]);
  const start = (): void => {
    if (text.trim() !== '') void run(text);
  };
  return (
    <>
      {saved === undefined || saved.description === '' ? null : <p className="lead">{saved.description}</p>}
      <div className="workbench">
        <div className="workbench-main">
          <div className="card">
            <SqlField value={text} onChange={setText} onRun={start} tables={tables} fault={fault} />
            <div className="card-footer start">
              {state.running ? (
                <Button look="danger" onClick={cancel}>
                  Cancel
                </Button>
              ) : (
                <Button look="primary" icon="play" onClick={start}>
                  Run
                </Button>
              )}
              <span className="note">
                <kbd>Ctrl</kbd> <kbd>Enter</kbd> runs one SELECT over schema <code>data</code>, read only.
              </span>
              <span className="grow" />
              <SaveQuery saved={saved} sql={text} />
            </div>
          </div>
          {state.error === null ? null : <ErrorState error={state.error} />}
          {state.cancelled ? <Notice title="Cancelled." /> : null}
          {state.answer === null ? (
            <BeforeFirst running={state.running} />
          ) : (
            <ResultTable answer={state.answer} stale={state.running} onCsv={() => void csv(text)} />
          )}
        </div>
        <SavedQueries current={saved?.slug} />
      </div>
    </>
  );
}

function BeforeFirst({ running }: { running: boolean }): ReactElement {
  return (
    <Card title="Result">
      <output className="table-empty">
        {running ? 'Running' : 'The rows of the statement appear here: up to 10,000 or 20 MB.'}
      </output>
    </Card>
  );
}
