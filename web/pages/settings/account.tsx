import { useMutation } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import type { ChangePasswordRequest } from '../../../src/features/access/contract.ts';
import { useApi } from '../../app/context.ts';
import { useSession } from '../../app/session.ts';
import { Button } from '../../components/button.tsx';
import { TextField } from '../../components/form.tsx';
import { Card, Facts, Page } from '../../components/page.tsx';
import { MutationError, Notice } from '../../components/states.tsx';
import { Moment } from '../../components/time.tsx';
import { roleExplanation, roleLabel } from '../../words/labels.ts';
import { passwordProblem } from '../account/rules.ts';
import { SecondFactorCard } from './second-factor-card.tsx';
import { SessionsCard } from './sessions-card.tsx';
import { SettingsTabs } from './settings-tabs.tsx';

export function AccountPage(): ReactElement {
  const session = useSession();
  const user = session?.user;
  return (
    <Page title="Settings" tabs={<SettingsTabs />}>
      {user == null ? null : (
        <Card title="Your account" narrow padded>
          <Facts
            entries={[
              ['E-mail address', user.email],
              ['Name', user.name],
              ['Role', `${roleLabel[user.role]}. ${roleExplanation[user.role]}`],
              ['This session ends', session?.expiresAt == null ? null : <Moment key="e" at={session.expiresAt} />],
            ]}
          />
        </Card>
      )}
      <SecondFactorCard />
      <SessionsCard />
      <PasswordCard email={user?.email ?? ''} />
    </Page>
  );
}

const empty = { current: '', next: '', again: '' };

function PasswordCard({ email }: { email: string }): ReactElement {
  const api = useApi();
  const [values, setValues] = useState(empty);
  const [tried, setTried] = useState(false);
  const change = useMutation({
    mutationFn: (body: ChangePasswordRequest) => api.send('POST', 'api/v1/account/password', body),
    onSuccess() {
      setValues(empty);
      setTried(false);
    },
  });
  const problem = passwordProblem(values.next, email);
  const differs = values.again === values.next ? undefined : 'The two passwords differ.';
  const field = (name: keyof typeof empty) => ({
    type: 'password',
    value: values[name],
    onChange: (event: { target: { value: string } }) => setValues({ ...values, [name]: event.target.value }),
  });
  return (
    <Card title="Change password" narrow padded>
      <form
        className="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setTried(true);
          if (values.current !== '' && problem === undefined && differs === undefined)
            change.mutate({ currentPassword: values.current, newPassword: values.next });
        }}
      >
        <TextField
          label="Current password"
          autoComplete="current-password"
          error={tried && values.current === '' ? 'Needed to change it.' : undefined}
          {...field('current')}
        />
        <TextField
          label="New password"
          autoComplete="new-password"
          help="At least 12 characters; a few unrelated words do well."
          error={tried ? problem : undefined}
          {...field('next')}
        />
        <TextField
          label="New password again"
          autoComplete="new-password"
          error={tried ? differs : undefined}
          {...field('again')}
        />
        <MutationError error={change.error} />
        {change.isSuccess ? (
          <Notice kind="done" title="The password is changed.">
            All your other sessions have ended.
          </Notice>
        ) : null}
        <div className="form-actions">
          <Button type="submit" look="primary" busy={change.isPending}>
            Change password
          </Button>
        </div>
      </form>
    </Card>
  );
}
