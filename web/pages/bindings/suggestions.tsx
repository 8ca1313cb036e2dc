import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { type ReactElement, useState } from 'react';
import type { BindingSuggestion, ManyBindingsAnswer } from '../../../src/features/repositories/contract.ts';
import { useChange } from '../../address/use-change.ts';
import { suggestionsQuery } from '../../api/bindings.ts';
import { useApi } from '../../app/context.ts';
import { useCan } from '../../app/session.ts';
import { Button } from '../../components/button.tsx';
import { Chip, type Tone } from '../../components/chips.tsx';
import { type Column, pagingOf, QueryTable } from '../../components/data-table.tsx';
import { Card } from '../../components/page.tsx';
import { MutationError, Notice, Pending } from '../../components/states.tsx';
import { countOf } from '../../words/numbers.ts';
import type { BindingsSearch } from './search.ts';
import { confidenceWords, reasonWords } from './words.ts';

const route = getRouteApi('/shell/projects/bindings');

/** Projects without a binding, and what most speaks for. Nothing is bound before a person confirms it. */
export function Suggestions(): ReactElement {
  const { q, page } = route.useSearch();
  const change = useChange<BindingsSearch>('/projects/bindings');
  const list = useQuery(suggestionsQuery(useApi(), { search: q, page }));
  const mayBind = useCan('integrations:write');
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set());
  const suggestions = list.data?.suggestions ?? [];
  const confirmed = suggestions.filter(({ project, repository }) => repository !== null && chosen.has(project.id));
  const toggle = (id: number, on: boolean): void =>
    setChosen((before) => new Set(on ? [...before, id] : [...before].filter((one) => one !== id)));
  return (
    <>
      {list.data === undefined && list.error === null ? <Pending /> : <Unasked suggestions={suggestions} />}
      <Card
        title="Projects without a binding"
        label="Suggestions"
        note="nothing is bound before you confirm it"
        actions={mayBind ? <Confirm confirmed={confirmed} onDone={() => setChosen(new Set())} /> : null}
      >
        <QueryTable
          query={list}
          label="Suggestions"
          columns={mayBind ? [choice(chosen, toggle), ...columns] : columns}
          rows={(data) => data.suggestions}
          rowKey={(row) => row.project.id}
          paging={pagingOf(list.data, change)}
          empty={
            q === undefined
              ? 'Every project is bound to a repository.'
              : 'No project without a binding has this in its name or key.'
          }
        />
      </Card>
    </>
  );
}

function Unasked({ suggestions }: { suggestions: readonly BindingSuggestion[] }): ReactElement | null {
  const unasked = suggestions.flatMap((one) => one.unasked ?? []);
  const [first] = unasked;
  if (first === undefined) return null;
  return (
    <Notice kind="warning" title={`SonarQube could not be asked about ${countOf(unasked.length, 'project')}.`}>
      Names alone were compared for them. {first.message}
    </Notice>
  );
}

function Confirm({ confirmed, onDone }: { confirmed: readonly BindingSuggestion[]; onDone: () => void }): ReactElement {
  const api = useApi();
  const client = useQueryClient();
  const bind = useMutation({
    mutationFn: () =>
      api.send<ManyBindingsAnswer>('POST', 'api/v1/bindings/many', {
        bindings: confirmed.map(({ project, repository, mono }) => ({
          project: project.id,
          repository: `${repository?.project}/${repository?.slug}`,
          integration: repository?.integration.name,
          mono,
        })),
      }),
    onSuccess: async () => {
      onDone();
      await client.invalidateQueries({ queryKey: ['bindings'] });
    },
  });
  const results = bind.data?.results ?? [];
  const failed = results.filter(({ error }) => error !== null);
  return (
    <>
      {bind.data === undefined ? null : (
        <output className="note">
          {countOf(results.length - failed.length, 'project')} bound
          {failed.length === 0
            ? ''
            : `, ${failed.length} not: ${failed[0]?.error?.message} ${failed[0]?.error?.remedy}`}
        </output>
      )}
      <MutationError error={bind.error} />
      <Button disabled={confirmed.length === 0} busy={bind.isPending} onClick={() => bind.mutate()}>
        {confirmed.length === 0 ? 'Bind' : `Bind ${countOf(confirmed.length, 'project')}`}
      </Button>
    </>
  );
}

const choice = (chosen: ReadonlySet<number>, toggle: (id: number, on: boolean) => void): Column<BindingSuggestion> => ({
  id: 'choose',
  header: 'Bind',
  phone: 'first',
  cell: ({ project, repository }) =>
    repository === null ? null : (
      <input
        type="checkbox"
        aria-label={`Bind ${project.name} to ${repository.project}/${repository.slug}`}
        checked={chosen.has(project.id)}
        onChange={(event) => toggle(project.id, event.target.checked)}
      />
    ),
  text: () => '',
});

const tones: Record<NonNullable<BindingSuggestion['confidence']>, readonly [Tone, string]> = {
  certain: ['passed', '✓'],
  likely: ['active', '◔'],
  possible: ['none', '?'],
};

const columns: readonly Column<BindingSuggestion>[] = [
  {
    id: 'project',
    header: 'SonarQube project',
    fixed: true,
    className: 'name-cell',
    cell: ({ project }) => (
      <>
        {project.name}
        {project.key === project.name ? null : <span className="note">{project.key}</span>}
      </>
    ),
    text: ({ project }) => `${project.name} ${project.key}`,
  },
  {
    id: 'repository',
    header: 'Repository',
    phone: 'stay',
    cell: ({ repository, mono }) =>
      repository === null ? (
        <span className="note">nothing speaks for one</span>
      ) : (
        <>
          {repository.project}/{repository.slug}
          {mono ? <span className="note"> as one of several projects</span> : null}
        </>
      ),
  },
  { id: 'server', header: 'Server', cell: ({ repository }) => repository?.integration.name ?? '' },
  {
    id: 'confidence',
    header: 'How sure',
    cell: ({ confidence }) =>
      confidence === null ? null : (
        <Chip tone={tones[confidence][0]} glyph={tones[confidence][1]}>
          {confidenceWords[confidence]}
        </Chip>
      ),
  },
  { id: 'reason', header: 'Why', cell: ({ reason }) => (reason === null ? '' : reasonWords[reason]) },
];
