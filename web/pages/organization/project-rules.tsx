import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import type { ProjectRule, RulesPreview, TeamProjects } from '../../../src/features/teams/contract.ts';
import { useApi } from '../../app/context.ts';
import { useCan } from '../../app/session.ts';
import { Button, IconButton } from '../../components/button.tsx';
import { SelectField, TextField } from '../../components/form.tsx';
import { MutationError, Notice } from '../../components/states.tsx';
import { countOf } from '../../words/numbers.ts';
import { TakenTable } from './taken-table.tsx';
import { ruleKinds, thingWords } from './words.ts';

/** Which SonarQube projects are a team’s. What was looked at is what is saved. */
export function ProjectRules({ team, now }: { team: number; now: TeamProjects }): ReactElement {
  const api = useApi();
  const client = useQueryClient();
  const mayWrite = useCan('team_settings:write');
  const [rules, setRules] = useState<readonly ProjectRule[]>(now.rules);
  const filled = rules.filter(({ value }) => value.trim() !== '');
  const path = `api/v1/teams/${team}/projects`;
  const preview = useMutation({
    mutationFn: () => api.send<RulesPreview>('POST', `${path}/preview`, { rules: filled }),
  });
  const save = useMutation({
    mutationFn: () => api.send<TeamProjects>('PUT', path, { rules: filled }),
    onSuccess: async () => {
      preview.reset();
      await client.invalidateQueries({ queryKey: ['org-trees'] });
    },
  });
  const change = (next: readonly ProjectRule[]): void => {
    setRules(next);
    preview.reset();
    save.reset();
  };
  return (
    <section className="organization-part" aria-label="SonarQube projects">
      <h3>SonarQube projects</h3>
      <p className="note">{countOf(now.total, ...thingWords.project)} now. A project is taken when one rule fits.</p>
      {preview.data === undefined ? <UnreadNotice rules={now.rules} unread={now.unread} /> : null}
      {mayWrite ? (
        <>
          {rules.map((rule, at) => (
            <Rule
              key={at}
              rule={rule}
              place={at + 1}
              onChange={(next) => change(rules.map((one, index) => (index === at ? next : one)))}
              onRemove={() => change(rules.filter((_, index) => index !== at))}
            />
          ))}
          <div className="form-actions">
            <Button onClick={() => change([...rules, { kind: 'glob', value: '' }])}>Add a rule</Button>
            <Button busy={preview.isPending} onClick={() => preview.mutate()}>
              Preview
            </Button>
          </div>
          <MutationError error={preview.error} />
        </>
      ) : (
        <ul className="said">
          {now.rules.map(({ kind, value }) => (
            <li key={`${kind} ${value}`}>
              {ruleKinds[kind][0]}: {value}
            </li>
          ))}
        </ul>
      )}
      {preview.data === undefined ? null : (
        <TakenTable
          taken={preview.data.projects.map(({ project, alsoOf }) => ({
            key: String(project.id),
            name: project.name,
            place: project.key,
            integration: project.integration,
            alsoOf,
          }))}
          total={preview.data.total}
          words={countOf(preview.data.total, ...thingWords.project)}
          empty={filled
            .filter((_, at) => preview.data.taken[at] === 0)
            .map(({ kind, value }) => `${ruleKinds[kind][0]}: ${value}`)}
        >
          <UnreadNotice rules={filled} unread={preview.data.unread} />
          <Button look="primary" busy={save.isPending} onClick={() => save.mutate()}>
            Save the rules
          </Button>
        </TakenTable>
      )}
      <MutationError error={save.error} />
    </section>
  );
}

/** What rules go by was read earlier: nothing that is not known counts as nothing. */
function UnreadNotice({
  rules,
  unread,
}: {
  rules: readonly ProjectRule[];
  unread: readonly number[];
}): ReactElement | null {
  const said = rules.flatMap(({ kind, value }, at) => {
    const count = unread[at] ?? 0;
    return count === 0 ? [] : [`${ruleKinds[kind][0]}: ${value}: ${countOf(count, ...thingWords.project)}`];
  });
  if (said.length === 0) return null;
  return (
    <Notice kind="warning" title="Some rules go by what was read earlier.">
      <p>
        Tags or files of code owners of these projects could not be read at the last sync, or were not read yet. What
        was read last counts.
      </p>
      <ul className="samples">
        {said.map((one) => (
          <li key={one}>{one}</li>
        ))}
      </ul>
    </Notice>
  );
}

function Rule({
  rule,
  place,
  onChange,
  onRemove,
}: {
  rule: ProjectRule;
  place: number;
  onChange: (rule: ProjectRule) => void;
  onRemove: () => void;
}): ReactElement {
  return (
    <fieldset className="filter-row" aria-label={`Rule ${place}`}>
      <SelectField
        label="By"
        value={rule.kind}
        choices={(Object.keys(ruleKinds) as ProjectRule['kind'][]).map((kind) => ({
          value: kind,
          label: ruleKinds[kind][0],
        }))}
        onChoose={(kind) => onChange({ ...rule, kind })}
      />
      <TextField
        label="Value"
        placeholder={ruleKinds[rule.kind][1]}
        value={rule.value}
        onChange={(event) => onChange({ ...rule, value: event.target.value })}
      />
      <IconButton icon="close" label={`Leave rule ${place} out`} onClick={onRemove} />
    </fieldset>
  );
}
