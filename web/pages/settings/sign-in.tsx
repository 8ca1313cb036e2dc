import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { usersQuery } from '../../api/access.ts';
import { signInSettingsQuery, singleSignOnQuery } from '../../api/sign-in.ts';
import { useApi } from '../../app/context.ts';
import { useCan } from '../../app/session.ts';
import { Card } from '../../components/page.tsx';
import { Loaded } from '../../components/states.tsx';
import { Guarded } from './guarded.tsx';
import { RulesForm } from './sign-in-rules-form.tsx';
import { SingleSignOnForm } from './single-sign-on-form.tsx';

export function SignInSettingsPage(): ReactElement {
  return (
    <Guarded permission="settings:write">
      <Cards />
    </Guarded>
  );
}

function Cards(): ReactElement {
  const api = useApi();
  const enabled = useCan('settings:write');
  const rules = useQuery({ ...signInSettingsQuery(api), enabled });
  const provider = useQuery({ ...singleSignOnQuery(api), enabled });
  const users = useQuery({ ...usersQuery(api), enabled });
  return (
    <>
      <Card title="Passwords and emergencies" narrow padded>
        <Loaded query={rules}>{(settings) => <RulesForm settings={settings} users={users.data?.users ?? []} />}</Loaded>
      </Card>
      <Card title="Single sign-on" narrow padded>
        <Loaded query={provider}>
          {(answer) => <SingleSignOnForm answer={answer} breakGlass={rules.data?.breakGlassUserId != null} />}
        </Loaded>
      </Card>
    </>
  );
}
