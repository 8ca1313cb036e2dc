import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import type {
  PutSingleSignOn,
  SingleSignOn,
  SingleSignOnAnswer,
  SingleSignOnCheck,
} from '../../../src/features/access/contract.ts';
import { singleSignOnQuery } from '../../api/sign-in.ts';
import { useApi } from '../../app/context.ts';
import { Button, Copyable } from '../../components/button.tsx';
import { Checkbox, SelectField, TextField } from '../../components/form.tsx';
import { MutationError, Notice, Skeleton } from '../../components/states.tsx';
import { GroupRows } from './group-rows.tsx';
import { usePlaces } from './use-places.ts';

const empty: SingleSignOn = {
  enabled: false,
  name: '',
  issuer: '',
  clientId: '',
  scopes: ['openid', 'profile', 'email', 'offline_access'],
  parameters: {},
  groupsClaim: 'groups',
  groups: [],
  defaultRole: null,
  createAccounts: true,
  trustEmails: false,
  recheckMinutes: 15,
};

const nodesOf = (settings: SingleSignOn | null): number[] => settings?.groups.flatMap(({ node }) => node ?? []) ?? [];

/** The provider that signs people in, and what its groups give. */
export function SingleSignOnForm({
  answer,
  breakGlass,
}: {
  answer: SingleSignOnAnswer;
  breakGlass: boolean;
}): ReactElement {
  const api = useApi();
  const client = useQueryClient();
  const [draft, setDraft] = useState(answer.settings ?? empty);
  const [secret, setSecret] = useState('');
  const [kept, setKept] = useState<ReadonlySet<number>>(new Set());
  const [tried, setTried] = useState(false);
  const places = usePlaces(nodesOf(draft));
  const asked = [...places.values()].some(({ state }) => state === 'asked');
  const [drawn, setDrawn] = useState(false);
  if (!drawn && !asked) setDrawn(true);
  const inTheWay = [...places].filter(([node, { state }]) => state === 'gone' && !kept.has(node));
  const wanted: PutSingleSignOn = { ...draft, ...(secret === '' ? {} : { clientSecret: secret }) };
  const check = useMutation({
    mutationFn: () => api.send<SingleSignOnCheck>('POST', 'api/v1/settings/single-sign-on/check', wanted),
  });
  const save = useMutation({
    mutationFn: () => api.send<SingleSignOnAnswer>('PUT', 'api/v1/settings/single-sign-on', wanted),
    onSuccess(saved) {
      setSecret('');
      setTried(false);
      client.setQueryData(singleSignOnQuery(api).queryKey, saved);
    },
  });
  const put = (change: Partial<SingleSignOn>): void => setDraft({ ...draft, ...change });
  const text = (name: 'name' | 'issuer' | 'clientId' | 'groupsClaim') => ({
    value: draft[name],
    onChange: (event: { target: { value: string } }) => put({ [name]: event.target.value }),
  });
  // A row of a node that is gone is taller than others: nothing moves when that is found out.
  if (!drawn) return <Skeleton height={480} />;
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (inTheWay.length === 0) save.mutate();
        else save.reset();
      }}
    >
      <p>Register the hub at your provider as a web application, with these addresses:</p>
      {(
        [
          ['Return address (redirect URI)', answer.redirectUri],
          ['After signing out', answer.postLogoutRedirectUri],
          ['Back-channel logout', answer.backChannelLogoutUri],
        ] as const
      ).map(([label, address]) => (
        <div className="field" key={label}>
          <p className="field-help">{label}</p>
          <Copyable label={label} text={address} />
        </div>
      ))}
      <TextField label="Name on the button" help="“Sign in with …”" {...text('name')} />
      <TextField
        label="Issuer"
        inputMode="url"
        placeholder="https://login.example.com/realms/company"
        help="Exactly as the provider writes it, with or without a slash at its end."
        {...text('issuer')}
      />
      <TextField label="Client id" {...text('clientId')} />
      <TextField
        label="Client secret"
        type="password"
        autoComplete="new-password"
        help={
          answer.hasSecret
            ? 'One is kept and never shown. Enter another to replace it.'
            : 'Kept encrypted and never shown again.'
        }
        value={secret}
        onChange={(event) => setSecret(event.target.value)}
      />
      <TextField
        label="Scopes"
        help="Separated by spaces. Without offline_access many providers cannot be asked again, and sessions last an hour."
        value={draft.scopes.join(' ')}
        onChange={(event) => put({ scopes: event.target.value.split(' ') })}
      />
      <TextField
        label="Claim with the groups"
        help="Members of members with dots: realm_access.roles"
        {...text('groupsClaim')}
      />
      <GroupRows
        groups={draft.groups}
        places={places}
        kept={kept}
        tried={tried}
        onChange={(groups) => put({ groups })}
        onKeep={(node, keep) => setKept(new Set([...kept].filter((one) => one !== node).concat(keep ? [node] : [])))}
      />
      <SelectField
        label="People without such a group"
        value={draft.defaultRole ?? ''}
        choices={[
          { value: '', label: 'have no access' },
          { value: 'viewer', label: 'are viewers' },
          { value: 'team_manager', label: 'are team managers' },
        ]}
        onChoose={(value) => put({ defaultRole: value === '' ? null : value })}
      />
      <Checkbox
        label="Make an account at the first sign-in"
        checked={draft.createAccounts}
        onChange={(createAccounts) => put({ createAccounts })}
      />
      <Checkbox
        label="Take e-mail addresses that the provider does not say are verified"
        checked={draft.trustEmails}
        onChange={(trustEmails) => put({ trustEmails })}
      />
      <TextField
        label="Ask the provider again after minutes"
        type="number"
        min={5}
        max={1440}
        help="Whoever was removed there loses access then."
        value={draft.recheckMinutes}
        onChange={(event) => put({ recheckMinutes: Number(event.target.value) })}
      />
      <Checkbox label="Sign people in with it" checked={draft.enabled} onChange={(enabled) => put({ enabled })} />
      {draft.enabled && !breakGlass ? (
        <Notice kind="warning" title="Name a break-glass administrator first.">
          Nobody could sign in when the provider does not answer.
        </Notice>
      ) : null}
      <MutationError error={check.error} />
      {check.data === undefined ? null : <Checked found={check.data} />}
      <MutationError error={save.error} />
      {tried && inTheWay.length > 0 ? (
        <Notice kind="failed" title="Not saved.">
          A group works in {inTheWay.map(([, { words }]) => words.toLowerCase()).join('; ')}: choose another for it, or
          tick that it is kept.
        </Notice>
      ) : null}
      {save.isSuccess ? <Notice kind="done" title="Saved." /> : null}
      <div className="form-actions">
        <Button busy={check.isPending} onClick={() => check.mutate()}>
          Check the provider
        </Button>
        <Button type="submit" look="primary" busy={save.isPending || asked}>
          Save
        </Button>
      </div>
    </form>
  );
}

function Checked({ found }: { found: SingleSignOnCheck }): ReactElement {
  return (
    <Notice kind={found.unknownScopes.length > 0 ? 'warning' : 'done'} title={`${found.issuer} answers.`}>
      {found.signOutThere ? 'Signing out here signs out there. ' : 'It has no page to sign out there. '}
      {found.backChannelLogout
        ? 'It tells the hub when a session ends there. '
        : 'It does not tell when a session ends there. '}
      {found.unknownScopes.length > 0 ? `It does not know the scopes ${found.unknownScopes.join(', ')}.` : ''}
    </Notice>
  );
}
