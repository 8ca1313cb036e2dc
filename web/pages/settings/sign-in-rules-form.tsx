import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import type { SignInSettings, User } from '../../../src/features/access/contract.ts';
import { signInSettingsQuery } from '../../api/sign-in.ts';
import { useApi } from '../../app/context.ts';
import { Button } from '../../components/button.tsx';
import { Checkbox, SelectField, TextField } from '../../components/form.tsx';
import { MutationError, Notice } from '../../components/states.tsx';
import { Ago } from '../../components/time.tsx';
import { roleLabel, roles } from '../../words/labels.ts';

/** What is asked of passwords, and who still signs in with one when the provider is down. */
export function RulesForm({ settings, users }: { settings: SignInSettings; users: readonly User[] }): ReactElement {
  const api = useApi();
  const client = useQueryClient();
  const [draft, setDraft] = useState(settings);
  const save = useMutation({
    mutationFn: () => api.send<SignInSettings>('PUT', 'api/v1/settings/sign-in', draft),
    onSuccess: (saved) => client.setQueryData(signInSettingsQuery(api).queryKey, saved),
  });
  const administrators = users.filter(({ role }) => role === 'admin');
  const named = administrators.find(({ id }) => id === draft.breakGlassUserId);
  const put = (change: Partial<SignInSettings>): void => setDraft({ ...draft, ...change });
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <SelectField
        label="Break-glass administrator"
        help={
          named === undefined ? (
            'Signs in with a password when single sign-on does not work. Single sign-on cannot be switched on without one.'
          ) : (
            <>
              Signs in with a password when single sign-on does not work.{' '}
              {named.lastSignInAt === null ? (
                'Never signed in so far.'
              ) : (
                <>
                  Last signed in <Ago at={named.lastSignInAt} />; every use is in the audit trail.
                </>
              )}
            </>
          )
        }
        value={String(draft.breakGlassUserId ?? '')}
        choices={[
          { value: '', label: 'Nobody' },
          ...administrators.map(({ id, email }) => ({ value: String(id), label: email })),
        ]}
        onChoose={(value) => put({ breakGlassUserId: value === '' ? null : Number(value) })}
      />
      <SelectField
        label="Who may sign in with a password"
        help="While single sign-on is off everybody may."
        value={draft.passwords}
        choices={[
          { value: 'everybody', label: 'Everybody who has one' },
          { value: 'break_glass', label: 'Only the break-glass administrator' },
        ]}
        onChoose={(passwords) => put({ passwords })}
      />
      <TextField
        label="Shortest password"
        type="number"
        min={12}
        max={64}
        help="Characters of a new password, 12 to 64."
        value={draft.passwordLength}
        onChange={(event) => put({ passwordLength: Number(event.target.value) })}
      />
      <Checkbox
        label="Refuse passwords that were stolen elsewhere and published"
        checked={draft.refuseKnownPasswords}
        onChange={(refuseKnownPasswords) => put({ refuseKnownPasswords })}
      />
      <fieldset className="field">
        <legend>An authenticator app is needed by</legend>
        {roles.map((role) => (
          <Checkbox
            key={role}
            label={roleLabel[role]}
            checked={draft.secondFactorFor.includes(role)}
            onChange={(on) =>
              put({
                secondFactorFor: on
                  ? [...draft.secondFactorFor, role]
                  : draft.secondFactorFor.filter((one) => one !== role),
              })
            }
          />
        ))}
      </fieldset>
      <MutationError error={save.error} />
      {save.isSuccess ? <Notice kind="done" title="Saved." /> : null}
      <div className="form-actions">
        <Button type="submit" look="primary" busy={save.isPending}>
          Save
        </Button>
      </div>
    </form>
  );
}
