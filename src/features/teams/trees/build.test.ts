import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { managerCircles } from '../managers.ts';
import { buildTree, type Plan, type TreePerson, type TreeRule } from './build.ts';
import { differenceOf, isNothing, planText } from './difference.ts';

const person = (id: number, manager: number | null, attributes: Record<string, string> = {}): TreePerson => ({
  id,
  name: `P${id}`,
  email: `p${id}@x.test`,
  managerEmail: manager === null ? null : `p${manager}@x.test`,
  attributes,
});

const byManager: TreeRule = { levels: ['manager'], filters: [] };

const anyPeople = fc
  .array(
    fc.record({
      boss: fc.option(fc.nat(40), { nil: null, freq: 4 }),
      site: fc.constantFrom('', 'Berlin', 'Rome'),
      role: fc.constantFrom('', 'dev', 'ops', 'team', 'group'),
    }),
    { maxLength: 40 },
  )
  .map((rows) => rows.map(({ boss, site, role }, id) => person(id + 1, boss, { site, role })));

const anyRule: fc.Arbitrary<TreeRule> = fc.record({
  levels: fc.constantFrom(['manager'], ['site'], ['site', 'role'], ['site', 'manager'], ['role', 'site', 'manager']),
  filters: fc.constantFrom(
    [],
    [{ attribute: 'site', condition: 'equals' as const, values: ['Berlin'] }],
    [{ attribute: 'role', condition: 'not_equals' as const, values: ['ops', ''] }],
  ),
});

const leaves = (plan: Plan): string[] => plan.nodes.filter(({ leaf }) => leaf).map(({ key }) => key);
const namesOf = (plan: Plan): [string, string | null][] => {
  const names = new Map(plan.nodes.map(({ key, name }) => [key, name]));
  return plan.nodes.map(({ name, parent }) => [name, parent === null ? null : (names.get(parent) ?? '?')]);
};

describe('a tree', () => {
  it('has each person in exactly one leaf, or says why not', () => {
    fc.assert(
      fc.property(anyPeople, anyRule, (people, rule) => {
        const plan = buildTree(people, rule);
        const known = new Set(leaves(plan));
        const unmapped = plan.unmapped.map((one) => one.person);
        expect(new Set(unmapped).size).toBe(unmapped.length);
        for (const [id, key] of plan.teamOf)
          expect([id, known.has(key), unmapped.includes(id)]).toEqual([id, true, false]);
        expect(plan.teamOf.size + unmapped.length + plan.leftOut).toBe(people.length);
      }),
      { numRuns: 500 },
    );
  });

  it('has no empty leaf, no leaf with something below it, and parents before children', () => {
    fc.assert(
      fc.property(anyPeople, anyRule, (people, rule) => {
        const { nodes, teamOf } = buildTree(people, rule);
        const used = new Set(teamOf.values());
        const place = new Map(nodes.map(({ key }, at) => [key, at]));
        expect(place.size).toBe(nodes.length);
        const parents = new Set(nodes.map(({ parent }) => parent));
        nodes.forEach(({ key, parent, leaf, depth }, at) => {
          expect([key, leaf]).toEqual([key, !parents.has(key)]);
          if (leaf) expect(used.has(key)).toBe(true);
          const above = parent === null ? undefined : nodes[place.get(parent) ?? at];
          expect([key, depth, (place.get(parent ?? '') ?? -1) < at]).toEqual([
            key,
            above === undefined ? 0 : above.depth + 1,
            true,
          ]);
        });
      }),
      { numRuns: 500 },
    );
  });

  it('is the same whatever order people come in, and then differs in nothing', () => {
    fc.assert(
      fc.property(anyPeople, anyRule, fc.infiniteStream(fc.nat()), (people, rule, salt) => {
        const shuffled = people.map((one) => [salt.next().value, one] as const).sort(([a], [b]) => a - b);
        const [one, other] = [
          buildTree(people, rule),
          buildTree(
            shuffled.map(([, p]) => p),
            rule,
          ),
        ];
        expect(planText(other)).toBe(planText(one));
        expect(isNothing(differenceOf(one, other))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('becomes another one by exactly its difference', () => {
    fc.assert(
      fc.property(anyPeople, anyPeople, anyRule, (before, after, rule) => {
        const [one, other] = [buildTree(before, rule), buildTree(after, rule)];
        const { nodes, members } = differenceOf(one, other);
        const teamOf = new Map(one.teamOf);
        for (const { person: id, from, to } of members) {
          expect(teamOf.get(id) ?? null).toBe(from);
          if (to === null) teamOf.delete(id);
          else teamOf.set(id, to);
        }
        expect([...teamOf].sort()).toEqual([...other.teamOf].sort());
        const keys = new Set(one.nodes.map(({ key }) => key));
        for (const { key, what } of nodes) {
          if (what === 'added') keys.add(key);
          if (what === 'removed') keys.delete(key);
        }
        expect([...keys].sort()).toEqual(other.nodes.map(({ key }) => key).sort());
        expect(isNothing({ nodes, members })).toBe(planText(one) === planText(other));
      }),
      { numRuns: 300 },
    );
  });

  it('by managers: who leads leaders has a node, and a team of those who lead nobody', () => {
    const people = [person(1, null), person(2, 1), person(3, 1), person(4, 2), person(5, 2), person(6, null)];
    const plan = buildTree(people, byManager);
    expect(namesOf(plan)).toEqual([
      ['P1', null],
      ['Direct reports of P1', 'P1'],
      ['P2', 'P1'],
    ]);
    const [own, second] = leaves(plan);
    expect(Object.fromEntries(plan.teamOf)).toEqual({ 1: own, 3: own, 2: second, 4: second, 5: second });
    expect(plan.unmapped).toEqual([{ person: 6, reason: 'alone', detail: '' }]);
  });

  it('keeps a team when its manager comes to lead leaders, or reports to somebody else', () => {
    const before = buildTree([person(1, null), person(2, 1)], byManager);
    const after = buildTree([person(1, 9), person(2, 1), person(3, 1), person(4, 3), person(9, null)], byManager);
    expect(after.teamOf.get(2)).toBe(before.teamOf.get(2));
  });

  it('of a site: whoever’s manager is elsewhere, or left out, reports to the next above', () => {
    const at = (id: number, manager: number | null, site: string) => person(id, manager, { site });
    const people = [at(1, null, 'Rome'), at(2, 1, 'Berlin'), at(3, 2, 'Rome'), at(4, 3, 'Berlin')];
    const plan = buildTree(people, { levels: ['site', 'manager'], filters: [] });
    expect(namesOf(plan)).toEqual([
      ['Berlin', null],
      ['Rome', null],
      ['P2', 'Berlin'],
      ['P1', 'Rome'],
    ]);
    const filters = [{ attribute: 'email', condition: 'not_equals' as const, values: ['p2@x.test'] }];
    expect(buildTree(people, { levels: ['manager'], filters }).leftOut).toBe(1);
  });

  it('names circles of managers and puts nobody of them into a team', () => {
    const people = [person(1, 3), person(2, 1), person(3, 2), person(4, 1), person(5, 4)];
    const plan = buildTree(people, byManager);
    expect(plan.unmapped.map(({ person: id, reason }) => [id, reason])).toEqual([
      [1, 'circle'],
      [2, 'circle'],
      [3, 'circle'],
    ]);
    expect(plan.unmapped[0]?.detail).toBe('p1@x.test → p3@x.test → p2@x.test');
    expect(namesOf(plan)).toEqual([['P4', null]]);
  });

  it('names each circle once, by a plain walk from everybody', () => {
    const anyBosses = fc.array(fc.option(fc.nat(12), { nil: null }), { maxLength: 12 });
    fc.assert(
      fc.property(anyBosses, (rows) => {
        const bosses = new Map(rows.map((boss, at) => [`e${at}`, boss === null ? null : `e${boss}`]));
        const inOne = [...bosses.keys()].filter((start) => {
          let at = bosses.get(start);
          for (let steps = 0; steps <= rows.length && at != null; steps++) {
            if (at === start) return true;
            at = bosses.get(at);
          }
          return false;
        });
        expect(managerCircles(bosses).flat().sort()).toEqual(inOne.sort());
      }),
      { numRuns: 500 },
    );
  });

  it('of 50,000 people in one line of command is built, deep as it is', () => {
    const people = Array.from({ length: 50_000 }, (_, at) => person(at + 1, at === 0 ? null : at));
    const plan = buildTree(people, byManager);
    expect(plan.teamOf.size).toBe(50_000);
    expect(plan.nodes.at(-1)?.depth).toBe(49_998);
  });
});
