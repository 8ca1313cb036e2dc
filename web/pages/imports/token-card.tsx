import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import type { ImportServer } from '../../../src/features/repositories/contract.ts';
import { useApi } from '../../app/context.ts';
import { Button, External } from '../../components/button.tsx';
import { TextField } from '../../components/form.tsx';
import { Card } from '../../components/page.tsx';
import { MutationError, Notice } from '../../components/states.tsx';
import { Ago } from '../../components/time.tsx';

/** The person’s own access token: entered, replaced, removed; never shown. */
export function TokenCard({ server }: { server: ImportServer }): ReactElement {
  const api = useApi();
  const client = useQueryClient();
  const { token } = server;
  const [replacing, setReplacing] = useState(false);
  const remove = useMutation({
    mutationFn: () => api.send('DELETE', `api/v1/import/${server.id}/token`),
    onSuccess: () => client.invalidateQueries({ queryKey: ['import'] }),
  });
  if (token === null || token.refusedAt !== null || replacing) {
    return <TokenForm server={server} onEntered={() => setReplacing(false)} />;
  }
  return (
    <Card
      title="Your access token"
      note={
        <>
          of {token.account} on {server.name}, entered <Ago at={token.enteredAt} />
        </>
      }
      actions={
        <>
          <Button onClick={() => setReplacing(true)}>Replace</Button>
          <Button busy={remove.isPending} onClick={() => remove.mutate()}>
            Remove
          </Button>
        </>
      }
    >
      <MutationError error={remove.error} />
    </Card>
  );
}

function TokenForm({ server, onEntered }: { server: ImportServer; onEntered: () => void }): ReactElement {
  const api = useApi();
  const client = useQueryClient();
  const [text, setText] = useState('');
  const [tried, setTried] = useState(false);
  const enter = useMutation({
    mutationFn: () => api.send('PUT', `api/v1/import/${server.id}/token`, { token: text.trim() }),
    onSuccess: async () => {
      setText('');
      await client.invalidateQueries({ queryKey: ['import'] });
      onEntered();
    },
  });
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (text.trim() !== '') enter.mutate();
      }}
    >
      <Card
        title={server.token === null ? 'Enter an access token of yours' : 'Enter another access token'}
        padded
        footer={
          <Button type="submit" look="primary" busy={enter.isPending}>
            Save token
          </Button>
        }
      >
        {server.token?.refusedAt == null ? null : (
          <Notice kind="warning" title="Bitbucket does not accept your token any more.">
            Since <Ago at={server.token.refusedAt} />. It was revoked or has expired.
          </Notice>
        )}
        <TextField
          label={`HTTP access token for ${server.name}`}
          type="password"
          autoComplete="off"
          error={tried && text.trim() === '' ? 'Paste an access token.' : undefined}
          help={
            <>
              Make one with Read on projects and repositories:{' '}
              <External href={`${server.url}/plugins/servlet/access-tokens/manage`}>Manage account</External>. It is
              kept encrypted, used only to list and import what you see, and never shown again.
            </>
          }
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <MutationError error={enter.error} />
      </Card>
    </form>
  );
}
