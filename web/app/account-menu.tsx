import { useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { Segmented } from '../components/form.tsx';
import { PopoverAction } from '../components/overlay.tsx';
import { PanelButton } from '../components/menu-button.tsx';
import { roleLabel } from '../words/labels.ts';
import { useSession } from './session.ts';
import { chooseTheme, useTheme } from './theme.ts';
import { useSignOut } from './use-sign-out.ts';

export function AccountMenu(): ReactElement | null {
  const session = useSession();
  const theme = useTheme();
  const signOut = useSignOut();
  const navigate = useNavigate();
  if (session?.actor == null) return null;
  const name = session.user === null || session.user.name === '' ? session.actor.name : session.user.name;
  return (
    <PanelButton label={name} name={`Account of ${name}`} icon="user" bare>
      <div className="account-menu">
        <div>
          <strong>{name}</strong>
          <div className="note">
            {session.actor.name === name
              ? roleLabel[session.actor.role]
              : `${session.actor.name} · ${roleLabel[session.actor.role]}`}
          </div>
        </div>
        <Segmented
          label="Colours"
          value={theme}
          choices={[
            { value: 'system', label: 'System' },
            { value: 'light', label: 'Light' },
            { value: 'dark', label: 'Dark' },
          ]}
          onChoose={chooseTheme}
        />
        <PopoverAction onClick={() => void navigate({ to: '/help/$', params: { _splat: 'readme' } })}>
          Documentation
        </PopoverAction>
        <PopoverAction onClick={() => void navigate({ to: '/settings/account' })}>Change password</PopoverAction>
        <PopoverAction onClick={() => signOut.mutate()}>Sign out</PopoverAction>
      </div>
    </PanelButton>
  );
}
