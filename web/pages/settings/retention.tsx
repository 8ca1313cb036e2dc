import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import type { Retention, RetentionPreview } from '../../../src/features/operations/contract.ts';
import { retentionQuery } from '../../api/operations.ts';
import { useApi } from '../../app/context.ts';
import { useCan } from '../../app/session.ts';
import { Button } from '../../components/button.tsx';
import { TextField } from '../../components/form.tsx';
import { DialogBox } from '../../components/overlay.tsx';
import { Card, Facts, Page } from '../../components/page.tsx';
import { Loaded, MutationError, Notice } from '../../components/states.tsx';
import { Ago, Moment } from '../../components/time.tsx';
import { countOf, formatCount } from '../../words/numbers.ts';
import { SettingsTabs } from './settings-tabs.tsx';

type Subject = Retention['subjects'][number];

/** For how long things are kept. */
export function RetentionPage(): ReactElement {
  const query = useQuery(retentionQuery(useApi()));
  const may = useCan('settings:write');
  const [changing, setChanging] = useState<Subject | null>(null);
  return (
    <Page title="Settings" tabs={<SettingsTabs />}>
      <Notice>
        Every night what is older goes. Findings, analyses and measures are not on this page: they are the past that the
        charts show, and the server may no longer have them.
      </Notice>
      <Loaded query={query}>
        {({ subjects }) =>
          subjects.map((subject) => (
            <SubjectCard key={subject.name} subject={subject} onChange={may ? () => setChanging(subject) : undefined} />
          ))
        }
      </Loaded>
      {changing === null ? null : <ChangeDays subject={changing} onClose={() => setChanging(null)} />}
    </Page>
  );
}

function SubjectCard({ subject, onChange }: { subject: Subject; onChange: (() => void) | undefined }): ReactElement {
  const { title, description, days, standard, rows, drops, oldest, changed, last } = subject;
  return (
    <Card title={title} padded>
      <p>{description}</p>
      <Facts
        entries={[
          ['Kept for', `${countOf(days, 'day')}${days === standard ? '' : ` (usually ${standard})`}`],
          [
            'There now',
            oldest === null ? (
              'nothing'
            ) : (
              <span key="r">
                {formatCount(rows)}, oldest <Moment at={oldest} />
              </span>
            ),
          ],
          ['Tonight goes', drops === 0 ? 'nothing' : countOf(drops, 'row')],
          [
            'Last night',
            last === null ? (
              'has not run yet'
            ) : (
              <span key="l">
                {last.errorCode === null ? `${countOf(last.dropped, 'row')} went` : `failed (${last.errorCode})`},{' '}
                <Ago at={last.at} />
              </span>
            ),
          ],
          ...(changed === null
            ? []
            : [
                [
                  'Changed',
                  <span key="c">
                    by {changed.by}, <Ago at={changed.at} />
                  </span>,
                ] as const,
              ]),
        ]}
      />
      {onChange === undefined ? null : (
        <div>
          <Button onClick={onChange} aria-label={`Change how long is kept: ${title}`}>
            Change
          </Button>
        </div>
      )}
    </Card>
  );
}

/** Shows what a setting drops before it can be saved. */
function ChangeDays({ subject, onClose }: { subject: Subject; onClose: () => void }): ReactElement {
  const api = useApi();
  const client = useQueryClient();
  const [text, setText] = useState(String(subject.days));
  const days = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  const allowed = days >= subject.minimum && days <= subject.maximum;
  const body = { days: { [subject.name]: days } };
  const preview = useQuery({
    queryKey: ['retention', 'preview', subject.name, days],
    queryFn: ({ signal }) => api.send<RetentionPreview>('POST', 'api/v1/retention/preview', body, signal),
    enabled: allowed,
  });
  const save = useMutation({
    mutationFn: () => api.send<Retention>('PUT', 'api/v1/retention', body),
    onSuccess(answer) {
      client.setQueryData(retentionQuery(api).queryKey, answer);
      onClose();
    },
  });
  const drops = preview.data?.drops[subject.name];
  return (
    <DialogBox
      title={subject.title}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look="primary"
            disabled={!allowed || drops === undefined || save.isPending}
            onClick={() => save.mutate()}
          >
            Save
          </Button>
        </>
      }
    >
      <TextField
        label="Days"
        inputMode="numeric"
        value={text}
        onChange={(event) => setText(event.target.value)}
        error={allowed ? undefined : `From ${subject.minimum} to ${subject.maximum} days`}
        help={`Usually ${subject.standard}, at least ${subject.minimum}.`}
      />
      <output>
        {!allowed || drops === undefined
          ? 'What would go is counted once the number is allowed.'
          : drops === 0
            ? 'Nothing goes with this setting tonight.'
            : `${countOf(drops, 'row')} of ${formatCount(subject.rows)} go for good, in the coming night.`}
      </output>
      <MutationError error={preview.error ?? save.error} />
    </DialogBox>
  );
}
