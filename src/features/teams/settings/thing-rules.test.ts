import { describe, expect, it } from 'vitest';
import type { Condition, ThingRule } from './contract.ts';
import { compileThingRule, type RuledThing, thingsTakenBy } from './thing-rules.ts';

const service = (id: number, properties: RuledThing['properties'], integration = 1): RuledThing => ({
  thing: 'service',
  id,
  integration,
  properties,
});

const services = [
  service(1, { identifier: ['ledger_api'], name: ['Ledger API'], organization: ['pay'], tag: ['team:a', 'core'] }),
  service(2, { identifier: ['ledger_web'], name: ['Ledger web'], organization: ['pay'], tag: [] }),
  service(3, { identifier: ['shop'], organization: ['Shop'], tag: ['team:b'] }, 2),
];

const taken = (...conditions: [Condition['property'], Condition['condition'], ...string[]][]): number[] => {
  const rule: ThingRule = {
    thing: 'service',
    conditions: conditions.map(([property, condition, ...values]) => ({ property, condition, values })),
  };
  return services.filter(compileThingRule(rule)).map(({ id }) => id);
};

describe('a condition', () => {
  it('holds by the whole, a part, an edge or a pattern, without regard to capitals', () => {
    expect(taken(['identifier', 'equals', 'LEDGER_API'])).toEqual([1]);
    expect(taken(['name', 'contains', 'ledger'])).toEqual([1, 2]);
    expect(taken(['identifier', 'starts_with', 'ledger', 'sh'])).toEqual([1, 2, 3]);
    expect(taken(['identifier', 'ends_with', '_web'])).toEqual([2]);
    expect(taken(['identifier', 'matches', '*_a?i'])).toEqual([1]);
    expect(taken(['organization', 'equals', 'shop'])).toEqual([3]);
  });

  it('of tags holds where one of them fits, and its opposite where none does', () => {
    expect(taken(['tag', 'starts_with', 'team:'])).toEqual([1, 3]);
    expect(taken(['tag', 'not_equals', 'core', 'team:b'])).toEqual([2]);
    expect(taken(['tag', 'not_contains', 'team'])).toEqual([2]);
  });

  it('of what a thing has not never holds, and its opposite does', () => {
    expect(taken(['name', 'matches', '**'])).toEqual([1, 2]);
    expect(taken(['name', 'not_equals', 'Ledger API'])).toEqual([2, 3]);
  });
});

it('a rule takes what all its conditions hold for, and nothing of another kind', () => {
  expect(taken(['organization', 'equals', 'pay'], ['identifier', 'not_equals', 'ledger_web'])).toEqual([1]);
  const pipelines = compileThingRule({
    thing: 'pipeline',
    conditions: [{ property: 'identifier', condition: 'matches', values: ['**'] }],
  });
  expect(services.filter(pipelines)).toEqual([]);
});

it('a team takes what one of its rules takes, of the integrations that count for it', () => {
  const all: ThingRule = {
    thing: 'service',
    conditions: [{ property: 'identifier', condition: 'matches', values: ['**'] }],
  };
  const found = thingsTakenBy(
    [
      { team: 7, ...all },
      { team: 7, ...all },
      { team: 8, ...all },
    ],
    services,
    (team, _thing, integration) => team === 7 || integration === 2,
  );
  expect([...found].map(([team, things]) => [team, [...things].map(({ id }) => id)])).toEqual([
    [7, [1, 2, 3]],
    [8, [3]],
  ]);
});
