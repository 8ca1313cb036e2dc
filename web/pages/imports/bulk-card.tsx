import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactElement, useEffect, useState } from 'react';
import type { BulkImportDetail, BulkImportItem } from '../../../src/features/repositories/contract.ts';
import { bulkImportQuery } from '../../api/imports.ts';
import { useApi } from '../../app/context.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/page.tsx';
import { Loaded, MutationError, Notice } from '../../components/states.tsx';
import { bulkWords } from './bulk-words.ts';
import { Failed, SetUpChip } from './outcome.tsx';

/** So many are shown without being asked for. */
const fewOutcomes = 10;

/** An import of many repositories: how far it is, failures on top. It goes on without this page. */
export function BulkCard({ server, bulk }: { server: number; bulk: number }): ReactElement {
  const query = useQuery(bulkImportQuery(useApi(), server, bulk));
  return <Loaded query={query}>{(detail) => <Progress server={server} detail={detail} />}</Loaded>;
}

function Progress({ server, detail }: { server: number; detail: BulkImportDetail }): ReactElement {
  const { import: one, repositories } = detail;
  const { id, state, total, done, failed, leftOut, endedAt, cancelling } = one;
  const api = useApi();
  const client = useQueryClient();
  const cancel = useMutation({
    mutationFn: () => api.send('POST', `api/v1/import/${server}/bulk/${id}/cancel`, {}),
    onSuccess: () => client.invalidateQueries({ queryKey: ['import', 'bulk', server] }),
  });
  const isOver = endedAt !== null;
  const [wasOver] = useState(isOver);
  // The lists show what was set up meanwhile; before its end each look at them would cost Bitbucket a call.
  useEffect(() => {
    if (wasOver || !isOver) return;
    for (const queryKey of [['import'], ['bindings'], ['projects']]) void client.invalidateQueries({ queryKey });
  }, [client, wasOver, isOver]);
  // The token died: the card above asks for another.
  useEffect(() => {
    if (state === 'token') void client.invalidateQueries({ queryKey: ['import', 'state'] });
  }, [client, state]);
  return (
    <Card
      title={bulkWords(one)}
      label="Import"
      padded
      note={isOver ? null : 'It goes on when you leave this page.'}
      actions={
        isOver || cancelling ? null : (
          <Button busy={cancel.isPending} onClick={() => cancel.mutate()}>
            Stop after this one
          </Button>
        )
      }
    >
      {state === 'token' ? (
        <Notice kind="warning" title="Bitbucket does not accept your access token any more, or it was removed.">
          Enter another one above: the import goes on by itself.
        </Notice>
      ) : null}
      {state === 'not_allowed' ? (
        <Notice kind="warning" title="The import ended: whoever began it may not import any more." />
      ) : null}
      <MutationError error={cancel.error} />
      <progress
        className="import-progress"
        max={total}
        value={done + failed + leftOut}
        aria-label="Repositories set up"
      />
      <Outcomes repositories={repositories} />
    </Card>
  );
}

const nameOf = ({ project, slug }: BulkImportItem): string => `${project}/${slug}`;

function Outcomes({ repositories }: { repositories: readonly BulkImportItem[] }): ReactElement {
  const done = repositories.filter(({ state }) => state === 'done');
  const leftOut = repositories.filter(({ state }) => state === 'left_out');
  return (
    <>
      <ul className="outcomes">
        {repositories.map((item) =>
          item.error === null ? null : <Failed key={nameOf(item)} name={nameOf(item)} error={item.error} />,
        )}
      </ul>
      {done.length === 0 ? null : (
        <details open={done.length <= fewOutcomes}>
          <summary>Set up: {done.length}</summary>
          <ul className="outcomes">
            {done.map((item) => (
              <Done key={nameOf(item)} item={item} />
            ))}
          </ul>
        </details>
      )}
      {leftOut.length === 0 ? null : (
        <details>
          <summary>Left out: {leftOut.length}</summary>
          <ul className="outcomes">
            {leftOut.map((item) => (
              <li key={nameOf(item)}>{nameOf(item)}</li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

/** The panel of its binding says what a pipeline runs. */
function Done({ item }: { item: BulkImportItem }): ReactElement {
  const { binding, already } = item;
  const key = binding?.projectKey ?? '';
  return (
    <li>
      <SetUpChip name={nameOf(item)} /> {already ? 'was set up before as' : 'is'}{' '}
      {binding?.id == null ? (
        <>{key}, which is not bound any more</>
      ) : (
        <Link to="/projects/bindings" search={{ binding: binding.id }}>
          {key}
        </Link>
      )}
    </li>
  );
}
