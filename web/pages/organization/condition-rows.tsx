import type { ReactElement } from 'react';
import { thingProperties } from '../../../src/domain/team-things.ts';
import type { Condition, ThingKind, ThingRule } from '../../../src/features/teams/contract.ts';
import { Button, IconButton } from '../../components/button.tsx';
import { SelectField, TextField } from '../../components/form.tsx';
import { conditionLabel, propertyLabel } from './words.ts';

const examples: Record<ThingKind, string> = {
  repository: 'PAY/*',
  service: 'ledger; gateway',
  pipeline: 'deploy_*',
  environment: 'production',
  image: 'payments/**',
};

export const firstCondition = (kind: ThingKind): Condition => ({
  property: thingProperties[kind][0] ?? 'name',
  condition: 'matches',
  values: [],
});

/** `Path matches the pattern PAY/*` */
export const ruleWords = ({ conditions }: ThingRule): string =>
  conditions
    .map(
      ({ property, condition, values }) =>
        `${propertyLabel[property]} ${conditionLabel[condition]} ${values.join(' or ')}`,
    )
    .join(', and ');

/** One rule: all its conditions hold together. Null: it is left out. */
export function ConditionRows({
  rule,
  place,
  onChange,
}: {
  rule: ThingRule;
  place: string;
  onChange: (rule: ThingRule | null) => void;
}): ReactElement {
  const { thing, conditions } = rule;
  const set = (at: number, change: Partial<Condition>): void =>
    onChange({ ...rule, conditions: conditions.map((one, index) => (index === at ? { ...one, ...change } : one)) });
  const leaveOut = (at: number): void =>
    onChange(conditions.length === 1 ? null : { ...rule, conditions: conditions.filter((_, index) => index !== at) });
  return (
    <fieldset className="rule" aria-label={place}>
      {conditions.map((one, at) => (
        <div className="filter-row" key={at}>
          <SelectField
            label={at === 0 ? 'Property' : 'and property'}
            value={one.property}
            choices={thingProperties[thing].map((property) => ({ value: property, label: propertyLabel[property] }))}
            onChoose={(property) => set(at, { property })}
          />
          <SelectField
            label="Condition"
            value={one.condition}
            choices={(Object.keys(conditionLabel) as Condition['condition'][]).map((condition) => ({
              value: condition,
              label: conditionLabel[condition],
            }))}
            onChoose={(condition) => set(at, { condition })}
          />
          <TextField
            label="Values"
            placeholder={examples[thing]}
            value={one.values.join('; ')}
            onChange={(event) =>
              set(at, {
                values: event.target.value
                  .split(/;\s?/)
                  .filter((value, index, all) => value !== '' || (index === all.length - 1 && index > 0)),
              })
            }
          />
          <IconButton icon="close" label={`Leave condition ${at + 1} of ${place} out`} onClick={() => leaveOut(at)} />
        </div>
      ))}
      {conditions.length < 10 ? (
        <Button look="bare" onClick={() => onChange({ ...rule, conditions: [...conditions, firstCondition(thing)] })}>
          And another condition
        </Button>
      ) : null}
    </fieldset>
  );
}
