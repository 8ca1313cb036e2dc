import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactElement, useEffect, useState } from 'react';
import type { FinishedSingleSignOn, FinishSingleSignOn } from '../../../src/features/access/contract.ts';
import { localAddress, parseSearch } from '../../address/search.ts';
import { useApi } from '../../app/context.ts';
import { GoOnce } from '../../app/go-once.tsx';
import { sessionKey } from '../../app/session.ts';
import { ErrorState, Skeleton } from '../../components/states.tsx';
import { takeBinding } from './binding.ts';
import { Entrance } from './entrance.tsx';

/** Where the provider sends people back to. */
export function BackPage(): ReactElement {
  const api = useApi();
  const client = useQueryClient();
  const answer = useAnswer();
  const { mutate, data, error } = useMutation({
    mutationFn: (body: FinishSingleSignOn) => api.send<FinishedSingleSignOn>('POST', 'api/v1/sign-in/finish', body),
    onSuccess: () => client.resetQueries({ queryKey: sessionKey }),
  });
  useEffect(() => {
    mutate({ answer, binding: takeBinding() });
  }, [mutate, answer]);
  if (data !== undefined) return <GoOn to={data.returnTo} />;
  return (
    <Entrance title="Signing in">
      {error === null ? (
        <Skeleton lines={2} />
      ) : (
        <>
          <ErrorState error={error} compact />
          <Link to="/sign-in" className="button primary">
            Back to the sign-in page
          </Link>
        </>
      )}
    </Entrance>
  );
}

/** Read once and taken out of the address, so that a code stays in no history. */
function useAnswer(): Record<string, string> {
  const [answer] = useState(() => parseSearch(location.search));
  useEffect(() => {
    if (location.search !== '') history.replaceState(history.state, '', location.pathname);
  }, []);
  return answer;
}

function GoOn({ to }: { to: string }): ReactElement {
  const { pathname, search, hash } = new URL(localAddress(to) ?? '/', 'http://hub.invalid');
  return <GoOnce to={pathname as never} search={parseSearch(search) as never} hash={hash.slice(1)} />;
}
