import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import type { User } from '../../../src/features/access/contract.ts';
import { usersQuery } from '../../api/access.ts';
import { useApi } from '../../app/context.ts';
import { useCan, useSession } from '../../app/session.ts';
import { Button } from '../../components/button.tsx';
import { Tag } from '../../components/chips.tsx';
import { type Column, QueryTable } from '../../components/data-table.tsx';
import { Card, Facts } from '../../components/page.tsx';
import { Ago } from '../../components/time.tsx';
import { roleExplanation, roleLabel, roles } from '../../words/labels.ts';
import { AddPerson, ChangePerson, RemovePerson } from './person-dialogs.tsx';
import { Guarded } from './guarded.tsx';
import { WorksIn } from './node-field.tsx';
import { PersonSessions } from './person-sessions.tsx';

type Open = { what: 'add' } | { what: 'change' | 'remove' | 'sessions'; user: User } | null;

export function PeoplePage(): ReactElement {
  const mayWrite = useCan('users:write');
  const [open, setOpen] = useState<Open>(null);
  const close = (): void => setOpen(null);
  return (
    <Guarded
      permission="users:read"
      actions={
        mayWrite ? (
          <Button look="primary" onClick={() => setOpen({ what: 'add' })}>
            Add a person
          </Button>
        ) : null
      }
    >
      <People mayWrite={mayWrite} onOpen={setOpen} />
      <Card title="Roles" padded>
        <Facts entries={roles.map((role) => [roleLabel[role], roleExplanation[role]] as const)} />
      </Card>
      {open?.what === 'add' ? <AddPerson onClose={close} /> : null}
      {open?.what === 'change' ? <ChangePerson user={open.user} onClose={close} /> : null}
      {open?.what === 'sessions' ? <PersonSessions user={open.user} onClose={close} /> : null}
      {open?.what === 'remove' ? <RemovePerson user={open.user} onClose={close} /> : null}
    </Guarded>
  );
}

function People({ mayWrite, onOpen }: { mayWrite: boolean; onOpen: (open: Open) => void }): ReactElement {
  const query = useQuery(usersQuery(useApi()));
  const self = useSession()?.user?.id;
  const columns: Column<User>[] = [
    {
      id: 'person',
      header: 'Person',
      phone: 'stay',
      cell: (user) => (
        <>
          {user.name === '' ? user.email : user.name} {user.id === self ? <Tag>you</Tag> : null}
          {user.name === '' ? null : <span className="note">{user.email}</span>}
        </>
      ),
    },
    { id: 'role', header: 'Role', phone: 'stay', cell: (user) => roleLabel[user.role] },
    { id: 'nodes', header: 'Works in', cell: ({ nodes }) => <WorksIn nodes={nodes} /> },
    {
      id: 'seen',
      header: 'Last sign-in',
      cell: (user) =>
        user.lastSignInAt === null ? <span className="note">never</span> : <Ago at={user.lastSignInAt} />,
    },
    { id: 'added', header: 'Added', cell: (user) => <Ago at={user.createdAt} /> },
  ];
  if (mayWrite) {
    columns.push({
      id: 'actions',
      header: 'Actions',
      cell: (user) => (
        <span className="row-actions">
          <Button look="bare" aria-label={`Change ${user.email}`} onClick={() => onOpen({ what: 'change', user })}>
            Change
          </Button>
          <Button
            look="bare"
            aria-haspopup="dialog"
            aria-label={`Sessions of ${user.email}`}
            onClick={() => onOpen({ what: 'sessions', user })}
          >
            Sessions
          </Button>
          <Button look="bare" aria-label={`Remove ${user.email}`} onClick={() => onOpen({ what: 'remove', user })}>
            Remove
          </Button>
        </span>
      ),
    });
  }
  return (
    <Card title="People">
      <QueryTable
        query={query}
        label="People"
        columns={columns}
        rows={(data) => data.users}
        rowKey={(user) => user.id}
        skeletonRows={3}
        empty="Nobody."
      />
    </Card>
  );
}
