import { circleRule } from './circles.ts';
import { floorRules } from './floors.ts';
import { packageRules } from './packages.ts';
import { roomRules } from './rooms.ts';
import type { Rule } from './rule.ts';
import { tableRules } from './tables.ts';
import { shapeRule, wordRule } from './words.ts';

export const rules: readonly Rule[] = [
  ...floorRules,
  ...roomRules,
  ...packageRules,
  ...tableRules,
  circleRule,
  wordRule,
  shapeRule,
];
