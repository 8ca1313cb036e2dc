import { attributesOf, externalEngine } from '../issues/render.ts';
import { impactsOfRule } from '../issues/batch.ts';
import type { RuleSpec } from '../types.ts';
import { type Call, type Endpoint, list, optional, paging, required, withinWindow } from '../wire/call.ts';
import { badRequest, json, notFound, type Reply } from '../wire/reply.ts';

function ruleView(call: Call, rule: RuleSpec) {
  const [repo] = rule.key.split(':');
  const standards = (rule.cwe ?? []).map((number) => `cwe:${number}`);
  return {
    key: rule.key,
    repo,
    name: rule.name ?? rule.key,
    severity: rule.severity,
    status: 'READY',
    isTemplate: false,
    tags: [],
    sysTags: rule.tags ?? [],
    ...(rule.language === undefined ? {} : { lang: rule.language, langName: rule.language }),
    type: rule.type,
    scope: 'MAIN',
    isExternal: externalEngine(rule) !== null,
    securityStandards: standards,
    ...(call.profile.impacts ? { ...attributesOf(rule), impacts: impactsOfRule(rule) } : {}),
  };
}

/** Imported rules are answered only with `include_external=true`. */
function searchRules(call: Call): Reply {
  const page = withinWindow(paging(call));
  const keys = list(call, 'rule_keys');
  const key = optional(call, 'rule_key');
  const repositories = list(call, 'repositories');
  const external = optional(call, 'include_external') === 'true';
  const found = [...call.world.rules.values()].filter(
    (rule) =>
      (external || externalEngine(rule) === null) &&
      (keys === undefined || keys.includes(rule.key)) &&
      (key === undefined || rule.key === key) &&
      (repositories === undefined || repositories.includes(rule.key.split(':')[0] ?? '')),
  );
  return json({
    total: found.length,
    p: page.page,
    ps: page.size,
    rules: found.slice(page.from, page.from + page.size).map((rule) => ruleView(call, rule)),
    paging: { pageIndex: page.page, pageSize: page.size, total: found.length },
  });
}

function showRule(call: Call): Reply {
  const key = required(call, 'key');
  if (!key.includes(':')) throw badRequest(`Invalid rule key: ${key}`);
  const rule = call.world.rules.get(key);
  if (!rule) throw notFound(`Rule not found: ${key}`);
  return json({ rule: ruleView(call, rule), actives: [] });
}

export const rules: readonly Endpoint[] = [
  { method: 'GET', path: 'api/rules/search', handle: searchRules },
  { method: 'GET', path: 'api/rules/show', handle: showRule },
];
