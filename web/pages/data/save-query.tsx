import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type ReactElement, useState } from 'react';
import type { SavedQuery, SaveQueryRequest } from '../../../src/features/explorer/contract.ts';
import { savedQueryQuery } from '../../api/explorer.ts';
import { useApi } from '../../app/context.ts';
import { Button } from '../../components/button.tsx';
import { TextArea, TextField } from '../../components/form.tsx';
import { DialogBox } from '../../components/overlay.tsx';
import { MutationError } from '../../components/states.tsx';

/** Saves the statement under a name and an address of its own, or changes the one that is open. */
export function SaveQuery({ saved, sql }: { saved: SavedQuery | undefined; sql: string }): ReactElement {
  const [open, setOpen] = useState(false);
  const api = useApi();
  const client = useQueryClient();
  const update = useMutation({
    mutationFn: () => api.send<SavedQuery>('PATCH', `api/v1/explorer/queries/${saved?.slug}`, { sql }),
    async onSuccess(answer) {
      client.setQueryData(savedQueryQuery(api, answer.slug).queryKey, answer);
      await client.invalidateQueries({ queryKey: ['explorer', 'queries'], exact: true });
    },
  });
  const empty = sql.trim() === '';
  return (
    <>
      {saved?.editable === true ? (
        <Button disabled={empty || sql === saved.sql} busy={update.isPending} onClick={() => update.mutate()}>
          Save
        </Button>
      ) : null}
      <Button disabled={empty} onClick={() => setOpen(true)}>
        Save as…
      </Button>
      {update.error === null ? null : <MutationError error={update.error} />}
      {open ? <SaveDialog sql={sql} onClose={() => setOpen(false)} /> : null}
    </>
  );
}

function SaveDialog({ sql, onClose }: { sql: string; onClose: () => void }): ReactElement {
  const api = useApi();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const save = useMutation({
    mutationFn: (body: SaveQueryRequest) => api.send<SavedQuery>('POST', 'api/v1/explorer/queries', body),
    async onSuccess(saved) {
      await client.invalidateQueries({ queryKey: ['explorer', 'queries'] });
      onClose();
      await navigate({ to: '/data/sql/$slug', params: { slug: saved.slug } });
    },
  });
  return (
    <DialogBox
      title="Save this query"
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Do not save</Button>
          <Button
            look="primary"
            disabled={name.trim() === ''}
            busy={save.isPending}
            onClick={() => save.mutate({ name, description, sql })}
          >
            Save
          </Button>
        </>
      }
    >
      <p className="lead">Everybody who may query data finds it under its own address.</p>
      <TextField
        label="Name"
        placeholder="Critical issues by project"
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <TextArea
        label="Description"
        optional
        value={description}
        onChange={(event) => setDescription(event.target.value)}
      />
      <MutationError error={save.error} />
    </DialogBox>
  );
}
