import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { type ReactElement, useState } from 'react';
import type { SavedQuery } from '../../../src/features/explorer/contract.ts';
import { savedQueriesQuery } from '../../api/explorer.ts';
import { useApi } from '../../app/context.ts';
import { Button, IconButton } from '../../components/button.tsx';
import { DialogBox } from '../../components/overlay.tsx';
import { Card } from '../../components/page.tsx';
import { Loaded, MutationError } from '../../components/states.tsx';
import { Ago } from '../../components/time.tsx';

export function SavedQueries({ current }: { current: string | undefined }): ReactElement {
  const query = useQuery(savedQueriesQuery(useApi()));
  const [doomed, setDoomed] = useState<SavedQuery | null>(null);
  return (
    <Card title="Saved queries">
      <Loaded query={query}>
        {({ queries }) =>
          queries.length === 0 ? (
            <p className="table-empty">None yet. A saved query has an address that can be passed on.</p>
          ) : (
            <ul className="saved">
              {queries.map((saved) => (
                <li key={saved.id}>
                  <div>
                    <Link
                      to="/data/sql/$slug"
                      params={{ slug: saved.slug }}
                      aria-current={saved.slug === current ? 'page' : undefined}
                    >
                      {saved.name}
                    </Link>
                    <span className="note">
                      {saved.createdBy}, <Ago at={saved.updatedAt} />
                    </span>
                  </div>
                  {saved.editable ? (
                    <IconButton icon="close" label={`Delete ${saved.name}`} onClick={() => setDoomed(saved)} />
                  ) : null}
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
      {doomed === null ? null : (
        <DeleteDialog saved={doomed} isOpenNow={doomed.slug === current} onClose={() => setDoomed(null)} />
      )}
    </Card>
  );
}

function DeleteDialog({
  saved,
  isOpenNow,
  onClose,
}: {
  saved: SavedQuery;
  isOpenNow: boolean;
  onClose: () => void;
}): ReactElement {
  const api = useApi();
  const client = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: () => api.send('DELETE', `api/v1/explorer/queries/${saved.slug}`),
    async onSuccess() {
      onClose();
      if (isOpenNow) await navigate({ to: '/data/sql' });
      await client.invalidateQueries({ queryKey: ['explorer', 'queries'], exact: true });
    },
  });
  return (
    <DialogBox
      title={`Delete “${saved.name}”`}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Keep it</Button>
          <Button look="danger" busy={remove.isPending} onClick={() => remove.mutate()}>
            Delete
          </Button>
        </>
      }
    >
      <p>Links to it will no longer work.</p>
      <MutationError error={remove.error} />
    </DialogBox>
  );
}
