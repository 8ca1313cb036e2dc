import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import type {
  Condition,
  TeamThings,
  ThingKind,
  ThingRule,
  ThingsPreview,
} from '../../../src/features/teams/contract.ts';
import { useApi } from '../../app/context.ts';
import { useCan } from '../../app/session.ts';
import { Button } from '../../components/button.tsx';
import { MutationError } from '../../components/states.tsx';
import { countOf } from '../../words/numbers.ts';
import { ConditionRows, firstCondition, ruleWords } from './condition-rows.tsx';
import { TakenTable } from './taken-table.tsx';
import { thingWords } from './words.ts';

const withoutBlanks = (condition: Condition): Condition => ({
  ...condition,
  values: condition.values.filter((value) => value.trim() !== ''),
});

/** Conditions that a person has filled in; a rule without any would take everything. */
const filledOf = (rules: readonly ThingRule[]): ThingRule[] =>
  rules
    .map((rule) => ({
      ...rule,
      conditions: rule.conditions.map(withoutBlanks).filter(({ values }) => values.length > 0),
    }))
    .filter(({ conditions }) => conditions.length > 0);

/** Which things of one kind are a team’s; rules of other kinds stay as they are. */
export function ThingRules({ team, kind, now }: { team: number; kind: ThingKind; now: TeamThings }): ReactElement {
  const api = useApi();
  const client = useQueryClient();
  const mayWrite = useCan('team_settings:write');
  const [rules, setRules] = useState<readonly ThingRule[]>(now.rules.filter(({ thing }) => thing === kind));
  const filled = filledOf(rules);
  const path = `api/v1/teams/${team}/things`;
  const preview = useMutation({
    mutationFn: () => api.send<ThingsPreview>('POST', `${path}/preview`, { rules: filled }),
  });
  const save = useMutation({
    mutationFn: () => api.send<TeamThings>('PUT', path, { only: kind, rules: filled }),
    onSuccess: async () => {
      preview.reset();
      await client.invalidateQueries({ queryKey: ['org-trees'] });
    },
  });
  const change = (next: readonly ThingRule[]): void => {
    setRules(next);
    preview.reset();
    save.reset();
  };
  const [one, many] = thingWords[kind];
  const title = many.charAt(0).toUpperCase() + many.slice(1);
  return (
    <section className="organization-part" aria-label={title}>
      <h3>{title}</h3>
      {rules.length === 0 && !mayWrite ? <p className="note">No rule.</p> : null}
      {rules.map((rule, at) =>
        mayWrite ? (
          <ConditionRows
            key={at}
            rule={rule}
            place={`${title}, rule ${at + 1}`}
            onChange={(next) =>
              change(
                next === null
                  ? rules.filter((_, index) => index !== at)
                  : rules.map((before, index) => (index === at ? next : before)),
              )
            }
          />
        ) : (
          <p key={at}>{ruleWords(rule)}</p>
        ),
      )}
      {mayWrite ? (
        <div className="form-actions">
          <Button onClick={() => change([...rules, { thing: kind, conditions: [firstCondition(kind)] }])}>
            Add a rule
          </Button>
          <Button busy={preview.isPending} onClick={() => preview.mutate()}>
            Preview
          </Button>
        </div>
      ) : null}
      <MutationError error={preview.error} />
      {preview.data === undefined ? null : (
        <TakenTable
          taken={preview.data.things.map(({ thing, alsoOf }) => ({ ...thing, key: String(thing.id), alsoOf }))}
          total={preview.data.total}
          words={countOf(preview.data.total, one, many)}
          empty={filled.filter((_, at) => preview.data.taken[at] === 0).map(ruleWords)}
        >
          <Button look="primary" busy={save.isPending} onClick={() => save.mutate()}>
            Save the rules
          </Button>
        </TakenTable>
      )}
      <MutationError error={save.error} />
    </section>
  );
}
