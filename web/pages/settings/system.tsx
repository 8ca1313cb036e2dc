import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { readinessQuery } from '../../api/access.ts';
import { useApi } from '../../app/context.ts';
import { useSession } from '../../app/session.ts';
import { Chip } from '../../components/chips.tsx';
import { Card, Facts, Page } from '../../components/page.tsx';
import { Loaded } from '../../components/states.tsx';
import { sentenceCase } from '../../words/labels.ts';
import { KeyCard } from './key-card.tsx';
import { ProcessesCard } from './processes-card.tsx';
import { SettingsTabs } from './settings-tabs.tsx';

export function SystemPage(): ReactElement {
  const api = useApi();
  const session = useSession();
  const readiness = useQuery(readinessQuery(api));
  return (
    <Page title="Settings" tabs={<SettingsTabs />}>
      <ProcessesCard />
      <Card title="Hub" padded>
        <Facts
          entries={[
            ['Version', session?.version ?? ''],
            ['Address', api.url('')],
            [
              'Connection',
              session?.insecureTransport === true
                ? 'not encrypted'
                : location.protocol === 'https:'
                  ? 'encrypted'
                  : 'on this machine',
            ],
          ]}
        />
      </Card>
      <Card title="Health" padded>
        <Loaded query={readiness}>
          {({ ready, checks }) => (
            <Facts
              entries={[
                [
                  'Ready',
                  <Chip key="r" tone={ready ? 'passed' : 'failed'} glyph={ready ? '✓' : '✕'}>
                    {ready ? 'Yes' : 'No'}
                  </Chip>,
                ],
                ...Object.entries(checks).map(([name, state]) => [sentenceCase(name), state] as const),
              ]}
            />
          )}
        </Loaded>
      </Card>
      <KeyCard />
      <Card title="For operators" padded>
        <Facts
          entries={[
            ['Alive', <code key="l">{api.url('livez')}</code>],
            ['Ready', <code key="r">{api.url('readyz')}</code>],
            ['Metrics', <code key="m">{api.url('metrics')}</code>],
          ]}
        />
      </Card>
    </Page>
  );
}
