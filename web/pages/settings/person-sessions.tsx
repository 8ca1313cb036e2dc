import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import type { User } from '../../../src/features/access/contract.ts';
import { userSessionsQuery } from '../../api/sign-in.ts';
import { useApi } from '../../app/context.ts';
import { Button } from '../../components/button.tsx';
import { Tag } from '../../components/chips.tsx';
import { SidePanel } from '../../components/overlay.tsx';
import { Loaded, MutationError } from '../../components/states.tsx';
import { Ago } from '../../components/time.tsx';
import { browserName } from './browser-name.ts';

const wayLabel = { password: 'by password', single_sign_on: 'by single sign-on' } as const;

/** Where somebody is signed in, for administrators. */
export function PersonSessions({ user, onClose }: { user: User; onClose: () => void }): ReactElement {
  const api = useApi();
  const client = useQueryClient();
  const query = useQuery(userSessionsQuery(api, user.id));
  const end = useMutation({
    mutationFn: (id: number | null) =>
      api.send('DELETE', `api/v1/users/${user.id}/sessions${id === null ? '' : `/${id}`}`),
    onSettled: () => client.invalidateQueries({ queryKey: userSessionsQuery(api, user.id).queryKey }),
  });
  return (
    <SidePanel title={`Sessions of ${user.email}`} onClose={onClose}>
      <MutationError error={end.error} />
      <Loaded query={query}>
        {({ sessions }) =>
          sessions.length === 0 ? (
            <p className="note">Signed in nowhere.</p>
          ) : (
            <>
              <ul className="chosen-nodes" aria-label="Sessions">
                {sessions.map((session) => (
                  <li key={session.id}>
                    <span>
                      {browserName(session.browser)} {session.current ? <Tag>this one</Tag> : null}{' '}
                      <span className="note">
                        {wayLabel[session.way]}
                        {session.remoteAddress === null ? '' : ` from ${session.remoteAddress}`}, last used{' '}
                        <Ago at={session.lastSeenAt} />
                      </span>
                    </span>
                    {session.current ? null : (
                      <Button
                        look="bare"
                        aria-label={`End the session of ${browserName(session.browser)}`}
                        busy={end.isPending}
                        onClick={() => end.mutate(session.id)}
                      >
                        End
                      </Button>
                    )}
                  </li>
                ))}
              </ul>
              <div className="form-actions">
                <Button busy={end.isPending} onClick={() => end.mutate(null)}>
                  {sessions.some(({ current }) => current) ? 'End all others' : 'End all'}
                </Button>
              </div>
            </>
          )
        }
      </Loaded>
    </SidePanel>
  );
}
