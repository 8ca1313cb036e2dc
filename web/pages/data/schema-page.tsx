import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { type ReactElement, useEffect } from 'react';
import type {
  ColumnDescription,
  SchemaDescription,
  TableDescription,
} from '../../../src/features/explorer/contract.ts';
import { schemaQuery } from '../../api/explorer.ts';
import { useApi } from '../../app/context.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { SearchBox } from '../../components/form.tsx';
import { Card, Page } from '../../components/page.tsx';
import { Tag } from '../../components/chips.tsx';
import { Loaded } from '../../components/states.tsx';
import { Ago } from '../../components/time.tsx';
import { countOf, formatCount } from '../../words/numbers.ts';
import { DataTabs } from './data-tabs.tsx';
import { matchSchema } from './match-schema.ts';
import { Toolbar } from '../../components/toolbar.tsx';

const route = getRouteApi('/shell/data');

export function SchemaPage(): ReactElement {
  const api = useApi();
  const { q, table } = route.useSearch();
  const navigate = useNavigate({ from: '/data' });
  const query = useQuery(schemaQuery(api));
  const loaded = query.data !== undefined;
  useEffect(() => {
    if (loaded && table !== undefined) document.getElementById(anchorOf(table))?.scrollIntoView({ block: 'start' });
  }, [loaded, table]);
  return (
    <Page
      title="Data"
      wide
      tabs={<DataTabs />}
      actions={
        <>
          <a className="button quiet" href={api.url('api/v1/explorer/schema.md')}>
            Markdown
          </a>
          <a className="button quiet" href={api.url('api/v1/explorer/schema')}>
            JSON
          </a>
        </>
      }
    >
      <Toolbar label="Filters">
        <SearchBox
          label="Find a table or column"
          placeholder="Table, column or comment"
          value={q ?? ''}
          onChange={(text) =>
            void navigate({ search: { q: text === '' ? undefined : text }, replace: true, resetScroll: false })
          }
        />
      </Toolbar>
      <Loaded query={query}>{(schema) => <Schema schema={schema} text={q ?? ''} />}</Loaded>
    </Page>
  );
}

const anchorOf = (table: string): string => `table-${table}`;

function Schema({ schema, text }: { schema: SchemaDescription; text: string }): ReactElement {
  const tables = matchSchema(schema.tables, text);
  if (tables.length === 0) return <p>No table or column matches “{text}”.</p>;
  return (
    <div className="schema">
      <nav className="schema-list card" aria-label="Tables">
        {tables.map((table) => (
          <Link
            key={table.name}
            to="/data"
            search={{ q: text === '' ? undefined : text, table: table.name }}
            resetScroll={false}
          >
            <code>{table.name}</code>
            <span className="note">
              {table.rows.estimated ? 'about ' : ''}
              {formatCount(table.rows.count)}
            </span>
          </Link>
        ))}
      </nav>
      <div className="schema-tables">
        {tables.map((table) => (
          <Table key={table.name} table={table} />
        ))}
      </div>
    </div>
  );
}

const columns: readonly Column<ColumnDescription>[] = [
  {
    id: 'name',
    header: 'Column',
    keep: true,
    phone: 'stay',
    cell: (row) => (
      <>
        <code>{row.name}</code> {row.isPrimaryKey ? <Tag>key</Tag> : null}
      </>
    ),
  },
  { id: 'type', header: 'Type', phone: 'stay', keep: true, cell: (row) => shortType[row.type] ?? row.type },
  {
    id: 'comment',
    header: 'Meaning',
    prose: true,
    className: 'grow-cell',
    cell: (row) => (
      <>
        {row.comment}
        {row.foreignKey === null ? null : (
          <span className="note">
            points to{' '}
            <Link to="/data" search={{ table: row.foreignKey.table }} resetScroll={false}>
              <code>
                {row.foreignKey.table}.{row.foreignKey.column}
              </code>
            </Link>
          </span>
        )}
      </>
    ),
  },
  {
    id: 'example',
    header: 'Example',
    cell: (row) => (row.example === null ? <span className="note">no value yet</span> : <code>{row.example}</code>),
  },
  {
    id: 'source',
    header: 'Source',
    cell: (row) => (row.source === null ? <span className="note">Plumbline</span> : <code>{row.source}</code>),
  },
];

const shortType: Record<string, string> = {
  'timestamp with time zone': 'timestamptz',
  'character varying': 'varchar',
  'double precision': 'double',
};

function Table({ table }: { table: TableDescription }): ReactElement {
  return (
    <div id={anchorOf(table.name)} className="anchor">
      <Card
        title={<code>data.{table.name}</code>}
        label={`Table ${table.name}`}
        note={
          <>
            {table.rows.estimated ? 'about ' : ''}
            {countOf(table.rows.count, 'row')}
            {table.freshAt === null ? null : (
              <>
                {' '}
                · fresh <Ago at={table.freshAt} />
              </>
            )}
            {table.source === null ? null : (
              <>
                {' '}
                · from <code>{table.source}</code>
              </>
            )}
          </>
        }
      >
        <p className="card-note">
          {table.comment}
          {table.referencedBy.length === 0 ? null : (
            <span className="note">
              {' '}
              Pointed to by{' '}
              {table.referencedBy.map((reference, index) => (
                <span key={`${reference.table}.${reference.column}`}>
                  {index > 0 ? ', ' : ''}
                  <Link to="/data" search={{ table: reference.table }} resetScroll={false}>
                    {reference.table}.{reference.column}
                  </Link>
                </span>
              ))}
            </span>
          )}
        </p>
        <DataTable
          label={`Columns of ${table.name}`}
          columns={columns}
          rows={table.columns}
          rowKey={(row) => row.name}
          empty="No column."
        />
      </Card>
    </div>
  );
}
