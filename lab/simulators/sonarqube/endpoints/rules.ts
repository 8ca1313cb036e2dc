import { impactsOfRule } from '../issues/batch.ts';
import { attributesOf, externalEngine } from '../issues/render.ts';
import type { RuleSpec } from '../types.ts';
import { type Call, type Endpoint, list, optional, required } from '../call.ts';
import { paging, resultWindow, withinWindow } from '../paging.ts';
import { badRequest, json, notFound, type Reply } from '../reply.ts';

const since = '2026-01-01T00:00:00+0000';

/** There is no member with the CWE: the vendor's rules link it in their description, imported ones have at most tags. */
function ruleView(call: Call, rule: RuleSpec) {
  const [repo] = rule.key.split(':');
  // 9.9 makes rules of imported issues up as it goes and knows nothing of them.
  const bare = !call.profile.membersOf10 && externalEngine(rule) !== null;
  const links = (rule.cwe ?? []).map(
    (number) => `<li>CWE - <a href="https://cwe.mitre.org/data/definitions/${number}">CWE-${number}</a></li>`,
  );
  const categories = (rule.owasp ?? []).map(
    (number) =>
      `<li>OWASP - <a href="https://owasp.org/Top10/A${number.padStart(2, '0')}_2021/">Top 10 2021 Category A${number}</a></li>`,
  );
  const list = [...categories, ...links].join('');
  const text = `<p>${rule.name ?? rule.key}</p>${list === '' ? '' : `<ul>${list}</ul>`}`;
  const sections = [{ key: list === '' ? 'default' : 'resources', content: text }];
  return {
    key: rule.key,
    repo,
    name: rule.name ?? rule.key,
    createdAt: since,
    ...(bare ? { mdDesc: '' } : { severity: rule.severity }),
    status: 'READY',
    isTemplate: false,
    tags: [],
    sysTags: bare ? [] : (rule.tags ?? []),
    ...(rule.language === undefined ? {} : { lang: rule.language, langName: rule.language }),
    params: [],
    ...(call.profile.membersOf10 ? {} : { debtOverloaded: false }),
    type: bare ? 'UNKNOWN' : rule.type,
    remFnOverloaded: false,
    scope: externalEngine(rule) === null ? 'MAIN' : 'ALL',
    isExternal: externalEngine(rule) !== null,
    descriptionSections: bare ? [] : sections,
    educationPrinciples: [],
    ...(bare ? {} : { updatedAt: since }),
    ...(call.profile.impacts ? { ...attributesOf(rule), impacts: impactsOfRule(rule) } : {}),
  };
}

/** Imported rules are answered only with `include_external=true`; one rule at a time by `rule_key`. */
function searchRules(call: Call): Reply {
  const page = withinWindow(paging(call));
  const key = optional(call, 'rule_key');
  const repositories = list(call, 'repositories');
  const cwe = list(call, 'cwe');
  const external = optional(call, 'include_external') === 'true';
  const found = [...call.world.rules.values()].filter(
    (rule) =>
      (external || externalEngine(rule) === null) &&
      (key === undefined || rule.key === key) &&
      (cwe === undefined || (rule.cwe ?? []).some((number) => cwe.includes(number))) &&
      (repositories === undefined || repositories.includes(rule.key.split(':')[0] ?? '')),
  );
  const total = Math.min(found.length, resultWindow);
  return json({
    total,
    p: page.page,
    ps: page.size,
    rules: found.slice(page.from, page.from + page.size).map((rule) => ruleView(call, rule)),
    paging: { pageIndex: page.page, pageSize: page.size, total },
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
