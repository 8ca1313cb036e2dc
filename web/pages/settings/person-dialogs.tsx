import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactElement, type ReactNode, useState } from 'react';
import type { CreateUserRequest, Role, UpdateUserRequest, User } from '../../../src/features/access/contract.ts';
import { useApi } from '../../app/context.ts';
import { Button } from '../../components/button.tsx';
import { SelectField, TextField } from '../../components/form.tsx';
import { DialogBox } from '../../components/overlay.tsx';
import { MutationError } from '../../components/states.tsx';
import { roleExplanation, roleLabel, roles } from '../../words/labels.ts';
import { NodeField } from './node-field.tsx';
import { emailProblem, passwordProblem } from '../account/rules.ts';

interface Values {
  email: string;
  name: string;
  role: Role;
  /** null: the whole organization. */
  nodes: number[] | null;
  password: string;
}

function PersonFields({
  values,
  onChange,
  tried,
  passwordHelp,
  passwordOptional,
}: {
  values: Values;
  onChange: (values: Values) => void;
  tried: boolean;
  passwordHelp: string;
  passwordOptional: boolean;
}): ReactElement {
  return (
    <>
      <TextField
        label="E-mail address"
        type="email"
        error={tried ? emailProblem(values.email) : undefined}
        value={values.email}
        onChange={(event) => onChange({ ...values, email: event.target.value })}
      />
      <TextField
        label="Name"
        optional
        value={values.name}
        onChange={(event) => onChange({ ...values, name: event.target.value })}
      />
      <SelectField
        label="Role"
        help={roleExplanation[values.role]}
        value={values.role}
        choices={roles.map((value) => ({ value, label: roleLabel[value] }))}
        onChoose={(role) => onChange({ ...values, role, nodes: role === 'admin' ? null : values.nodes })}
      />
      <NodeField
        chosen={values.nodes}
        onChange={(nodes) => onChange({ ...values, nodes })}
        everywhereOnly={values.role === 'admin'}
      />
      <TextField
        label="Password"
        type="password"
        autoComplete="new-password"
        optional={passwordOptional}
        help={passwordHelp}
        error={
          tried && (values.password !== '' || !passwordOptional)
            ? passwordProblem(values.password, values.email)
            : undefined
        }
        value={values.password}
        onChange={(event) => onChange({ ...values, password: event.target.value })}
      />
    </>
  );
}

function PersonDialog({
  title,
  action,
  look = 'primary',
  busy,
  onAct,
  onClose,
  children,
}: {
  title: string;
  action: string;
  look?: 'primary' | 'danger';
  busy: boolean;
  onAct: () => void;
  onClose: () => void;
  children: ReactNode;
}): ReactElement {
  return (
    <DialogBox
      title={title}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look={look} busy={busy} onClick={onAct}>
            {action}
          </Button>
        </>
      }
    >
      {children}
    </DialogBox>
  );
}

export function AddPerson({ onClose }: { onClose: () => void }): ReactElement {
  const api = useApi();
  const client = useQueryClient();
  const [values, setValues] = useState<Values>({ email: '', name: '', role: 'viewer', nodes: null, password: '' });
  const [tried, setTried] = useState(false);
  const add = useMutation({
    mutationFn: (body: CreateUserRequest) => api.send<User>('POST', 'api/v1/users', body),
    async onSuccess() {
      await client.invalidateQueries({ queryKey: ['users'] });
      onClose();
    },
  });
  const act = (): void => {
    setTried(true);
    if (emailProblem(values.email) === undefined && passwordProblem(values.password, values.email) === undefined)
      add.mutate(values);
  };
  return (
    <PersonDialog title="Add a person" action="Add" busy={add.isPending} onAct={act} onClose={onClose}>
      <PersonFields
        values={values}
        onChange={setValues}
        tried={tried}
        passwordOptional={false}
        passwordHelp="Pass it on safely; the person can change it under Your account."
      />
      <MutationError error={add.error} />
    </PersonDialog>
  );
}

export function ChangePerson({ user, onClose }: { user: User; onClose: () => void }): ReactElement {
  const api = useApi();
  const client = useQueryClient();
  const [values, setValues] = useState<Values>({
    email: user.email,
    name: user.name,
    role: user.role,
    nodes: user.nodes,
    password: '',
  });
  const [tried, setTried] = useState(false);
  const change = useMutation({
    mutationFn: (body: UpdateUserRequest) => api.send<User>('PATCH', `api/v1/users/${user.id}`, body),
    async onSuccess() {
      await client.invalidateQueries({ queryKey: ['users'] });
      await client.invalidateQueries({ queryKey: ['session'] });
      onClose();
    },
  });
  const act = (): void => {
    setTried(true);
    if (emailProblem(values.email) !== undefined) return;
    const { password, ...rest } = values;
    if (password === '') change.mutate(rest);
    else if (passwordProblem(password, values.email) === undefined) change.mutate(values);
  };
  return (
    <PersonDialog title={`Change ${user.email}`} action="Save" busy={change.isPending} onAct={act} onClose={onClose}>
      <PersonFields
        values={values}
        onChange={setValues}
        tried={tried}
        passwordOptional
        passwordHelp="Left empty it stays. A new one ends every session of this person."
      />
      <MutationError error={change.error} />
    </PersonDialog>
  );
}

export function RemovePerson({ user, onClose }: { user: User; onClose: () => void }): ReactElement {
  const api = useApi();
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () => api.send('DELETE', `api/v1/users/${user.id}`),
    async onSuccess() {
      await client.invalidateQueries({ queryKey: ['users'] });
      onClose();
    },
  });
  return (
    <PersonDialog
      title={`Remove ${user.email}`}
      action="Remove"
      look="danger"
      busy={remove.isPending}
      onAct={() => remove.mutate()}
      onClose={onClose}
    >
      <p>
        Their sessions end and their API tokens stop working at once; service accounts they answer for do nothing until
        somebody takes them over. What they did stays in the audit trail.
      </p>
      <MutationError error={remove.error} />
    </PersonDialog>
  );
}
