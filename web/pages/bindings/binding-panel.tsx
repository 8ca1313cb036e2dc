import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactElement, useState } from 'react';
import type { Binding, BindingDetail } from '../../../src/features/repositories/contract.ts';
import { bindingQuery } from '../../api/bindings.ts';
import { useApi } from '../../app/context.ts';
import { useCan } from '../../app/session.ts';
import { Button, Copyable, External } from '../../components/button.tsx';
import { DialogBox, SidePanel } from '../../components/overlay.tsx';
import { Facts } from '../../components/page.tsx';
import { Loaded, MutationError, Notice } from '../../components/states.tsx';
import { Ago } from '../../components/time.tsx';
import { countOf } from '../../words/numbers.ts';
import { ChangeBinding } from './change-binding.tsx';
import { ScannerCommands } from './scanner.tsx';
import { inclusionWords, warningWords } from './words.ts';

export function BindingPanel({ id, onClose }: { id: number; onClose: () => void }): ReactElement {
  const query = useQuery(bindingQuery(useApi(), id));
  return (
    <SidePanel title={query.data?.binding.project.name ?? 'Binding'} eyebrow="Binding" wide onClose={onClose}>
      <Loaded query={query}>{(detail) => <Details detail={detail} onClose={onClose} />}</Loaded>
    </SidePanel>
  );
}

function Details({ detail, onClose }: { detail: BindingDetail; onClose: () => void }): ReactElement {
  const { binding, outside, scanner, pullRequests } = detail;
  const { project, repository } = binding;
  return (
    <>
      <Actions binding={binding} onClose={onClose} />
      {binding.warnings.length === 0 ? null : (
        <div className="notices">
          {binding.warnings.map((warning) => (
            <Notice key={warning} kind="warning" title={`${warningWords[warning].short}.`}>
              {warningWords[warning].long}
              {warning === 'outside_prefix' && outside.count > 0
                ? ` ${countOf(outside.count, 'open finding')}, e.g. in ${outside.files.join(', ')}.`
                : ''}
            </Notice>
          ))}
        </div>
      )}
      <Facts
        entries={[
          [
            'Project',
            <Link key="project" to="/projects/$id" params={{ id: String(project.id) }}>
              {project.key}
            </Link>,
          ],
          ['SonarQube', project.integration.name],
          [
            'Repository',
            repository.link === null ? (
              `${repository.project}/${repository.slug}`
            ) : (
              <External key="repository" href={repository.link}>
                {repository.project}/{repository.slug}
              </External>
            ),
          ],
          ['Bitbucket', repository.integration.name],
          ['Folder', binding.prefix === '' ? 'the whole repository' : binding.prefix],
          ['One of several', binding.mono ? 'Yes' : 'No'],
          ['Annotations', binding.annotations ? 'On' : 'Off'],
          [
            'Build status',
            binding.buildStatus ? (
              <>
                On, as <code>{binding.buildKey}</code>
              </>
            ) : (
              'Off'
            ),
          ],
          ['Summary comment', binding.summaryComment ? 'On' : 'Off'],
          ['sonar.inclusions', binding.inclusion === null ? null : inclusionOf(binding.inclusion)],
          ['SonarQube asked', binding.lookedAt === null ? 'not yet' : <Ago key="asked" at={binding.lookedAt} />],
          ['Bound by', binding.createdBy],
          ['Bound', <Ago key="bound" at={binding.createdAt} />],
        ]}
      />
      <section className="binding-part" aria-label="Report key">
        <h3>Report key</h3>
        <p className="note">An administrator of Bitbucket enters it as the required report.</p>
        <Link to="/pull-requests/repositories/$id" params={{ id: String(repository.id) }}>
          What to enter, and what was seen of it
        </Link>
        <Copyable text={binding.reportKey} label="Report key" />
        {binding.keyIsDocumented ? null : (
          <Notice kind="warning" title="Not the documented form.">
            SonarQube’s documentation has <code className="breakable">{binding.documentedKey}</code>
            {binding.documentedKey.length > 50 ? ', which is longer than Bitbucket takes.' : '.'} Enter the key above.
          </Notice>
        )}
      </section>
      <section className="binding-part" aria-label="Scanner">
        <h3>Scanner</h3>
        <ScannerCommands commands={scanner} pullRequests={pullRequests} />
      </section>
    </>
  );
}

const inclusionOf = ({ pattern, state, message }: NonNullable<Binding['inclusion']>): ReactElement => (
  <>
    <code>{pattern}</code> <span className="note">{message ?? inclusionWords[state]}</span>
  </>
);

function Actions({ binding, onClose }: { binding: Binding; onClose: () => void }): ReactElement | null {
  const api = useApi();
  const client = useQueryClient();
  const mayChange = useCan('integrations:write');
  const [open, setOpen] = useState<'change' | 'remove' | null>(null);
  const refresh = () => client.invalidateQueries({ queryKey: ['bindings'] });
  const look = useMutation({
    mutationFn: () => api.send('POST', `api/v1/bindings/${binding.id}/look`),
    onSuccess: refresh,
  });
  if (!mayChange) return null;
  return (
    <>
      <div className="form-actions">
        <Button onClick={() => setOpen('change')}>Change</Button>
        <Button busy={look.isPending} onClick={() => look.mutate()}>
          Ask SonarQube again
        </Button>
        <Button look="danger" onClick={() => setOpen('remove')}>
          End…
        </Button>
      </div>
      <MutationError error={look.error} />
      {open === 'change' ? <ChangeBinding binding={binding} onClose={() => setOpen(null)} /> : null}
      {open === 'remove' ? (
        <EndBinding binding={binding} onClose={() => setOpen(null)} onEnded={() => (onClose(), void refresh())} />
      ) : null}
    </>
  );
}

function EndBinding({
  binding,
  onClose,
  onEnded,
}: {
  binding: Binding;
  onClose: () => void;
  onEnded: () => void;
}): ReactElement {
  const api = useApi();
  const end = useMutation({
    mutationFn: () => api.send('DELETE', `api/v1/bindings/${binding.id}`),
    onSuccess: onEnded,
  });
  return (
    <DialogBox
      title={`End the binding of ${binding.project.name}`}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Keep it</Button>
          <Button look="danger" busy={end.isPending} onClick={() => end.mutate()}>
            End it
          </Button>
        </>
      }
    >
      <p>
        Pull requests of {binding.repository.project}/{binding.repository.slug} get no more reports of this project.
        What was reported stays, and so does the SonarQube project with its settings. Where Bitbucket requires the
        report, nothing can be merged until an administrator takes that back.
      </p>
      <MutationError error={end.error} />
    </DialogBox>
  );
}
