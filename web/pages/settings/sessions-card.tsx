import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import type { OpenSession } from '../../../src/features/access/contract.ts';
import { sessionsQuery } from '../../api/sign-in.ts';
import { useApi } from '../../app/context.ts';
import { Button } from '../../components/button.tsx';
import { Tag } from '../../components/chips.tsx';
import { type Column, QueryTable } from '../../components/data-table.tsx';
import { Card } from '../../components/page.tsx';
import { MutationError } from '../../components/states.tsx';
import { Ago } from '../../components/time.tsx';
import { browserName } from './browser-name.ts';

const wayLabel = { password: 'Password', single_sign_on: 'Single sign-on' } as const;

/** Where one is signed in. */
export function SessionsCard(): ReactElement {
  const api = useApi();
  const client = useQueryClient();
  const query = useQuery(sessionsQuery(api));
  const end = useMutation({
    mutationFn: (id: number | null) => api.send('DELETE', `api/v1/account/sessions${id === null ? '' : `/${id}`}`),
    onSettled: () => client.invalidateQueries({ queryKey: sessionsQuery(api).queryKey }),
  });
  const others = query.data?.sessions.some(({ current }) => !current) ?? false;
  const columns: Column<OpenSession>[] = [
    {
      id: 'browser',
      header: 'Browser',
      phone: 'stay',
      cell: (row) => (
        <>
          <span title={row.browser ?? undefined}>{browserName(row.browser)}</span>{' '}
          {row.current ? (
            <span className="own-line">
              <Tag>this one</Tag>
            </span>
          ) : null}
        </>
      ),
    },
    { id: 'way', header: 'Signed in by', cell: (row) => wayLabel[row.way] },
    { id: 'from', header: 'From', cell: (row) => row.remoteAddress ?? <span className="note">not noted</span> },
    { id: 'seen', header: 'Last used', phone: 'stay', cell: (row) => <Ago at={row.lastSeenAt} /> },
    {
      id: 'actions',
      header: 'Actions',
      cell: (row) =>
        row.current ? null : (
          <Button
            look="bare"
            aria-label={`End the session of ${browserName(row.browser)}`}
            onClick={() => end.mutate(row.id)}
          >
            End
          </Button>
        ),
    },
  ];
  return (
    <Card title="Where you are signed in">
      <MutationError error={end.error} />
      <QueryTable
        query={query}
        label="Sessions"
        columns={columns}
        rows={(data) => data.sessions}
        rowKey={(row) => row.id}
        skeletonRows={2}
        empty="No session of a browser: you came in with a token."
      />
      {others ? (
        <div className="form-actions below-table">
          <Button busy={end.isPending} onClick={() => end.mutate(null)}>
            End all others
          </Button>
        </div>
      ) : null}
    </Card>
  );
}
