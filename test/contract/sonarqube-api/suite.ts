import { describe, it } from 'vitest';
import { type Rule, rules } from '../../../lab/simulators/sonarqube/rules.ts';
import { analysisChecks } from './checks/analyses.ts';
import { enumerationChecks } from './checks/enumeration.ts';
import { formChecks } from './checks/forms.ts';
import { hotspotChecks } from './checks/hotspots.ts';
import { issueChecks } from './checks/issues.ts';
import { measureChecks } from './checks/measures.ts';
import { memberChecks } from './checks/members.ts';
import { projectChecks } from './checks/projects.ts';
import { refusalChecks } from './checks/refusals.ts';
import { tokenChecks } from './checks/tokens.ts';
import { webhookChecks } from './checks/webhooks.ts';
import { windowChecks } from './checks/window.ts';
import { wireChecks } from './checks/wire.ts';
import type { Check, Checks, Target } from './target.ts';

/** By rule: what a real server must show as well as the simulator. */
export const sharedChecks: Checks = {
  ...wireChecks,
  ...tokenChecks,
  ...formChecks,
  ...projectChecks,
  ...issueChecks,
  ...windowChecks,
  ...enumerationChecks,
  ...hotspotChecks,
  ...measureChecks,
  ...analysisChecks,
  ...webhookChecks,
  ...memberChecks,
  ...refusalChecks,
};

/**
 * The rules of SonarQube's Web API, asked of one server. The same function runs against the simulator and against real
 * servers, so a difference between them fails.
 */
export function describeSonarqubeApi(name: string, start: () => Promise<Target>): void {
  describe(`SonarQube's Web API: ${name}`, { timeout: 120_000 }, () => {
    let started: Promise<Target> | null = null;
    const target = (): Promise<Target> => {
      started ??= start();
      return started;
    };
    for (const rule of rules as readonly Rule[]) {
      const check: Check | undefined = sharedChecks[rule.id as keyof Checks];
      if (check) it(`${rule.section} ${rule.id}: ${rule.sentence}`, async () => check(await target()));
    }
    it('stops', async () => (await target()).stop());
  });
}
