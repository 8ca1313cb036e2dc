import { type ReactElement, useState } from 'react';
import type { ApiToken, CreatedToken, ServiceAccount } from '../../../src/features/access/contract.ts';
import { useApi } from '../../app/context.ts';
import { useSession } from '../../app/session.ts';
import { Button } from '../../components/button.tsx';
import { SelectField, TextField } from '../../components/form.tsx';
import { SidePanel } from '../../components/overlay.tsx';
import { Facts } from '../../components/page.tsx';
import { ShownOnce } from '../../components/shown-once.tsx';
import { MutationError, Notice } from '../../components/states.tsx';
import { Ago, Moment } from '../../components/time.tsx';
import { inDays, type Lifetime, lifetimes } from './lifetimes.ts';
import { WorksIn } from './node-field.tsx';
import { useSend } from './service-account-dialogs.tsx';
import { answererWords, idleWords, type OpenDialog, roleWords } from './service-account-words.ts';

/** One service account with its tokens. */
export function ServiceAccountPanel({
  account,
  onClose,
  onOpen,
}: {
  account: ServiceAccount;
  onClose: () => void;
  onOpen: (open: OpenDialog) => void;
}): ReactElement {
  const api = useApi();
  const self = useSession()?.user?.email;
  const mine = account.answeredBy !== null && account.answeredBy === self;
  const [shown, setShown] = useState<CreatedToken | null>(null);
  const rotate = useSend(async (id: number) => {
    setShown(await api.send<CreatedToken>('POST', `api/v1/tokens/${id}/rotate`, {}));
  });
  const revoke = useSend((id: number) => api.send('DELETE', `api/v1/tokens/${id}`));
  if (shown !== null) {
    return (
      <ShownOnce title="The new token" texts={{ 'The token': shown.secret }} onClose={() => setShown(null)}>
        It is shown this once; Plumbline keeps only a check value. One that was rotated goes on for 24 hours.
      </ShownOnce>
    );
  }
  return (
    <SidePanel title={account.name} eyebrow="Service account" onClose={onClose}>
      {account.description === '' ? null : <p>{account.description}</p>}
      {account.idle === null ? null : (
        <Notice kind="warning" title={`It can do nothing: ${idleWords[account.idle].toLowerCase()}.`}>
          {account.idle === 'disabled' ? 'Switch it on in the list.' : 'Take it over, and its programs can go on.'}
        </Notice>
      )}
      <Facts
        entries={[
          ['Role', roleWords(account)],
          ['Works in', <WorksIn key="in" nodes={account.nodes} />],
          ['Answers for it', answererWords(account)],
          ['Made', <Ago key="made" at={account.createdAt} />],
          ['Last used', account.lastUsedAt === null ? 'never' : <Ago key="used" at={account.lastUsedAt} />],
        ]}
      />
      <h3>Tokens</h3>
      {account.tokens.length === 0 ? <p className="note">None yet.</p> : null}
      <ul className="chosen-nodes">
        {account.tokens.map((token) => (
          <li key={token.id}>
            <TokenLine token={token} />
            <span className="row-actions">
              {mine ? (
                <Button
                  look="bare"
                  aria-label={`Rotate ${token.name}`}
                  busy={rotate.isPending}
                  onClick={() => rotate.mutate(token.id)}
                >
                  Rotate
                </Button>
              ) : null}
              <Button
                look="bare"
                aria-label={`Revoke ${token.name}`}
                busy={revoke.isPending}
                onClick={() => revoke.mutate(token.id)}
              >
                Revoke
              </Button>
            </span>
          </li>
        ))}
      </ul>
      <MutationError error={rotate.error ?? revoke.error} />
      {mine ? (
        <MakeServiceToken account={account} onMade={setShown} />
      ) : (
        <>
          <p className="note">Only who answers for it makes and rotates its tokens.</p>
          <Button onClick={() => onOpen({ what: 'take-over', account })}>Take it over</Button>
        </>
      )}
    </SidePanel>
  );
}

function TokenLine({ token }: { token: ApiToken }): ReactElement {
  return (
    <span>
      {token.name}{' '}
      <span className="note">
        begins with <code>{token.prefix}</code>, {token.only === null ? '' : 'reports deployments only, '}
        {token.lastUsedAt === null ? 'never used' : 'last used '}
        {token.lastUsedAt === null ? null : <Ago at={token.lastUsedAt} />},{' '}
        {token.expired ? 'expired ' : token.expiresAt === null ? 'never expires' : 'expires '}
        {token.expiresAt === null ? null : <Moment at={token.expiresAt} />}
      </span>
    </span>
  );
}

function MakeServiceToken({
  account,
  onMade,
}: {
  account: ServiceAccount;
  onMade: (made: CreatedToken) => void;
}): ReactElement {
  const api = useApi();
  const [name, setName] = useState('');
  const [purpose, setPurpose] = useState<'all' | 'deployments'>('all');
  const [lifetime, setLifetime] = useState<Lifetime>('90');
  const make = useSend(async (body: object) => {
    onMade(await api.send<CreatedToken>('POST', `api/v1/service-accounts/${account.id}/tokens`, body));
  });
  const only = purpose === 'all' ? null : purpose;
  return (
    <>
      <h3>Make a token</h3>
      <TextField label="Name" placeholder="pipeline" value={name} onChange={(event) => setName(event.target.value)} />
      <SelectField
        label="For"
        value={purpose}
        choices={[
          { value: 'all', label: 'All that the account may do' },
          { value: 'deployments', label: 'Report deployments only' },
        ]}
        onChoose={setPurpose}
      />
      <SelectField label="Expires" value={lifetime} choices={lifetimes} onChoose={setLifetime} />
      <div className="form-actions">
        <Button
          disabled={name.trim() === ''}
          busy={make.isPending}
          onClick={() => make.mutate({ name, only, expiresAt: inDays(lifetime) })}
        >
          Make a token
        </Button>
      </div>
      <MutationError error={make.error} />
    </>
  );
}
