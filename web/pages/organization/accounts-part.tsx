import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { Identity } from '../../../src/features/teams/contract.ts';
import { useApi } from '../../app/context.ts';
import { useCan } from '../../app/session.ts';
import { Button } from '../../components/button.tsx';
import { MutationError } from '../../components/states.tsx';
import { Ago } from '../../components/time.tsx';

/** Accounts of other systems that are a person’s. */
export function AccountsPart({ identities }: { identities: readonly Identity[] }): ReactElement {
  const api = useApi();
  const client = useQueryClient();
  const mayWrite = useCan('identities:write');
  const remove = useMutation({
    mutationFn: (id: number) => api.send('DELETE', `api/v1/identities/${id}`),
    onSuccess: () => client.invalidateQueries({ queryKey: ['people'] }),
  });
  return (
    <section className="organization-part" aria-label="Accounts">
      <h3>Accounts</h3>
      {identities.length === 0 ? (
        <p className="note">
          None is confirmed. <Link to="/organization/people/accounts">See what is proposed</Link>
        </p>
      ) : (
        <ul className="said">
          {identities.map(({ id, system, value, confirmedAt, confirmedBy }) => (
            <li key={id}>
              <span>
                {value} <span className="note">{system.name}</span>
              </span>
              <span className="note">
                confirmed <Ago at={confirmedAt} /> by {confirmedBy}{' '}
                {mayWrite ? (
                  <Button look="bare" aria-label={`Take away ${value}`} onClick={() => remove.mutate(id)}>
                    Take away
                  </Button>
                ) : null}
              </span>
            </li>
          ))}
        </ul>
      )}
      <MutationError error={remove.error} />
    </section>
  );
}
