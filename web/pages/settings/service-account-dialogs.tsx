import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import type { Role, ServiceAccount } from '../../../src/features/access/contract.ts';
import { serviceAccountsQuery } from '../../api/access.ts';
import { useApi } from '../../app/context.ts';
import { Button } from '../../components/button.tsx';
import { SelectField, TextField } from '../../components/form.tsx';
import { DialogBox } from '../../components/overlay.tsx';
import { MutationError } from '../../components/states.tsx';
import { roleExplanation, roleLabel, roles } from '../../words/labels.ts';
import { NodeField } from './node-field.tsx';

const path = 'api/v1/service-accounts';

/** What a change of one must have read anew afterwards. */
export function useSend<Body, Answer>(send: (body: Body) => Promise<Answer>, onDone: () => void = () => undefined) {
  const api = useApi();
  const client = useQueryClient();
  return useMutation({
    mutationFn: send,
    async onSuccess() {
      await client.invalidateQueries({ queryKey: serviceAccountsQuery(api).queryKey });
      await client.invalidateQueries({ queryKey: ['tokens'] });
      onDone();
    },
  });
}

/** Makes one, or changes it. */
export function ServiceAccountForm({
  account,
  onClose,
}: {
  account: ServiceAccount | undefined;
  onClose: () => void;
}): ReactElement {
  const api = useApi();
  const [name, setName] = useState(account?.name ?? '');
  const [description, setDescription] = useState(account?.description ?? '');
  const [role, setRole] = useState<Role>(account?.role ?? 'viewer');
  const [nodes, setNodes] = useState<number[] | null>(account?.nodes ?? null);
  const save = useSend(
    (body: object) =>
      account === undefined ? api.send('POST', path, body) : api.send('PATCH', `${path}/${account.id}`, body),
    onClose,
  );
  const body = { name, description, role, nodes: role === 'admin' ? null : nodes };
  return (
    <DialogBox
      title={account === undefined ? 'Make a service account' : `Change ${account.name}`}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" disabled={name.trim() === ''} busy={save.isPending} onClick={() => save.mutate(body)}>
            {account === undefined ? 'Make it' : 'Save'}
          </Button>
        </>
      }
    >
      <TextField
        label="Name"
        placeholder="deploy-bot"
        help="Small letters, digits, dots and dashes. The audit trail calls it so."
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <TextField
        label="What it is for"
        optional
        value={description}
        onChange={(event) => setDescription(event.target.value)}
      />
      <SelectField
        label="Role"
        help={roleExplanation[role]}
        value={role}
        choices={roles.map((value) => ({ value, label: roleLabel[value] }))}
        onChoose={setRole}
      />
      <NodeField chosen={nodes} onChange={setNodes} everywhereOnly={role === 'admin'} />
      {account === undefined ? (
        <p className="note">You answer for it: it never has more rights than you have at that moment.</p>
      ) : null}
      <MutationError error={save.error} />
    </DialogBox>
  );
}

export function TakeOver({ account, onClose }: { account: ServiceAccount; onClose: () => void }): ReactElement {
  const api = useApi();
  const [tokens, setTokens] = useState<'end' | 'keep'>('end');
  const take = useSend(() => api.send('POST', `${path}/${account.id}/take-over`, { tokens }), onClose);
  return (
    <DialogBox
      title={`Take ${account.name} over`}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" busy={take.isPending} onClick={() => take.mutate({})}>
            Take it over
          </Button>
        </>
      }
    >
      <p>From now on you answer for it: it never has more rights than you have, and you make its tokens.</p>
      <SelectField
        label="Its tokens"
        help={
          tokens === 'end'
            ? 'Programs are refused until they have a new one.'
            : 'Programs go on. Who answered for it before may know these tokens: rotate them soon.'
        }
        value={tokens}
        choices={[
          { value: 'end', label: `End all ${account.tokens.length}` },
          { value: 'keep', label: 'Keep them' },
        ]}
        onChoose={setTokens}
      />
      <MutationError error={take.error} />
    </DialogBox>
  );
}

export function RemoveServiceAccount({
  account,
  onClose,
}: {
  account: ServiceAccount;
  onClose: () => void;
}): ReactElement {
  const api = useApi();
  const remove = useSend(() => api.send('DELETE', `${path}/${account.id}`), onClose);
  return (
    <DialogBox
      title={`Remove ${account.name}`}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Keep it</Button>
          <Button look="danger" busy={remove.isPending} onClick={() => remove.mutate({})}>
            Remove
          </Button>
        </>
      }
    >
      <p>Its tokens stop working at once. What it did stays in the audit trail.</p>
      <MutationError error={remove.error} />
    </DialogBox>
  );
}
