import type { z } from 'zod';
import {
  AnalysisRecord,
  BranchRecord,
  GateConditionRecord,
  IssueRecord,
  MeasureHistoryRecord,
  MeasureRecord,
  MetricRecord,
  ProjectRecord,
  ProjectTagsRecord,
  QualityGateRecord,
  RuleRecord,
} from '../../src/connectors/sonarqube/records.ts';
import { type ApiAccess, get } from '../../lab/sonarqube/web-api.ts';
import type { Database } from '../../src/platform/database/index.ts';

type Raw = Record<string, unknown>;

/** A member of a record: what the server's answer says, and where the store has it; or why it is not compared. */
type Field = { source: (raw: Raw) => unknown; stored: (row: Raw) => unknown } | { leftOut: string };

interface Kind {
  name: string;
  /** The schema whose members must all be named in `fields`. */
  shape: z.ZodObject;
  fields: Record<string, Field>;
  /** By key, straight from the Web API and by no code of the connector. */
  source(): Promise<Map<string, Raw>>;
  stored(): Promise<Map<string, Raw>>;
}

export interface Comparison {
  objects: Record<string, number>;
  values: number;
  leftOut: Record<string, string>;
  differences: string[];
}

export interface Compared {
  admin: ApiAccess;
  db: Database;
  project: string;
  /** How far back history is stored. */
  since: Date;
}

const same = (api: string, column = snake(api)): Field => ({ source: (raw) => raw[api], stored: (row) => row[column] });
const instant = (api: string, column: string): Field => ({
  source: (raw) => time(raw[api]),
  stored: (row) => time(row[column]),
});

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function time(value: unknown): number | null {
  if (value instanceof Date) return value.getTime();
  return typeof value === 'string' ? Date.parse(value.replace(/([+-]\d\d)(\d\d)$/, '$1:$2')) : null;
}

const sorted = (value: unknown): unknown => (Array.isArray(value) ? value.toSorted() : []);

/** Compares every member of every record of a project, and of the server’s catalogues, with the store. */
export async function compareEveryField(compared: Compared): Promise<Comparison> {
  const comparison: Comparison = { objects: {}, values: 0, leftOut: {}, differences: [] };
  for (const kind of kindsOf(compared)) {
    const members = Object.keys(kind.shape.shape).sort();
    const named = Object.keys(kind.fields).sort();
    if (JSON.stringify(members) !== JSON.stringify(named))
      throw new Error(`${kind.name} has the members ${members.join()}, the comparison ${named.join()}`);
    const [source, stored] = [await kind.source(), await kind.stored()];
    comparison.objects[kind.name] = source.size;
    for (const key of new Set([...source.keys(), ...stored.keys()])) {
      const [raw, row] = [source.get(key), stored.get(key)];
      if (raw === undefined || row === undefined) {
        comparison.differences.push(`${kind.name} ${key}: ${raw === undefined ? 'only stored' : 'not stored'}`);
        continue;
      }
      for (const [name, field] of Object.entries(kind.fields)) {
        if ('leftOut' in field) {
          comparison.leftOut[`${kind.name}.${name}`] = field.leftOut;
          continue;
        }
        comparison.values += 1;
        const [said, held] = [canonical(field.source(raw)), canonical(field.stored(row))];
        if (said !== held) comparison.differences.push(`${kind.name} ${key} ${name}: server ${said}, store ${held}`);
      }
    }
  }
  return comparison;
}

/** The server leaves out what is empty; the store has null. */
function canonical(value: unknown): string {
  return JSON.stringify(value === undefined || value === '' ? null : value);
}

function kindsOf({ admin, db, project, since }: Compared): Kind[] {
  const rows = async (key: string, sql: string, values: unknown[] = [project]): Promise<Map<string, Raw>> =>
    new Map((await db.query<Raw>(sql, values)).map((row) => [String(row[key]), row]));
  const pages = async (path: string, list: string, params: Record<string, string | number>): Promise<Raw[]> => {
    const found: Raw[] = [];
    for (let page = 1; ; page += 1) {
      const answer = await get<Raw>(admin, path, { ...params, p: page, ps: 500 });
      const rawPage = answer[list] as Raw[];
      found.push(...rawPage);
      if (rawPage.length < 500) return found;
    }
  };
  const byKey = (list: readonly Raw[]): Map<string, Raw> => new Map(list.map((raw) => [String(raw['key']), raw]));
  const from = `${since.toISOString().slice(0, 19)}+0000`;
  const mainOnly = `b.is_main and p.source_key = $1`;
  const branchJoin = `join data.sonarqube_branches b on b.id = x.branch_id join data.sonarqube_projects p on p.id = b.project_id`;

  const issues: Kind = {
    name: 'issue',
    shape: IssueRecord,
    source: async () => byKey(await allIssues(admin, project)),
    stored: () =>
      rows(
        'source_key',
        `select x.*, (select coalesce(array_agg(t.name order by t.name collate "C"), '{}') from data.sonarqube_issue_tags it
                        join data.sonarqube_tags t on t.id = it.tag_id where it.issue_id = x.id) as tags
           from data.sonarqube_issues x ${branchJoin} where ${mainOnly} and x.deleted_at is null`,
      ),
    fields: {
      key: same('key', 'source_key'),
      rule: same('rule'),
      type: same('type', 'issue_type'),
      severity: same('severity'),
      status: same('status'),
      issueStatus: same('issueStatus'),
      resolution: same('resolution'),
      impacts: {
        source: (raw) => ['SECURITY', 'RELIABILITY', 'MAINTAINABILITY'].map((quality) => impactOf(raw, quality)),
        stored: (row) => [row['impact_security'], row['impact_reliability'], row['impact_maintainability']],
      },
      cleanCodeAttribute: same('cleanCodeAttribute'),
      cleanCodeAttributeCategory: same('cleanCodeAttributeCategory'),
      component: same('component'),
      path: {
        source: (raw) => String(raw['component']).slice(String(raw['project']).length + 1),
        stored: (row) => row['path'],
      },
      line: same('line'),
      textRange: {
        source: (raw) => {
          const range = raw['textRange'] as Raw | undefined;
          return range && [range['startLine'], range['endLine'], range['startOffset'], range['endOffset']];
        },
        stored: (row) =>
          row['start_line'] === null
            ? null
            : [row['start_line'], row['end_line'], row['start_offset'], row['end_offset']],
      },
      message: same('message'),
      effort: same('effort'),
      debt: same('debt'),
      assignee: same('assignee'),
      author: same('author'),
      tags: { source: (raw) => sorted(raw['tags']), stored: (row) => sorted(row['tags']) },
      createdAt: instant('creationDate', 'created_at'),
      updatedAt: instant('updateDate', 'updated_at'),
      closedAt: instant('closeDate', 'closed_at'),
      scope: same('scope'),
      externalRuleEngine: same('externalRuleEngine'),
      hash: same('hash'),
    },
  };

  const rules: Kind = {
    name: 'rule',
    shape: RuleRecord,
    source: async () => {
      const used = new Set((await allIssues(admin, project)).map((raw) => String(raw['rule'])));
      const shown = await Promise.all([...used].map((key) => get<{ rule: Raw }>(admin, 'api/rules/show', { key })));
      return byKey(shown.map(({ rule }) => rule));
    },
    stored: () =>
      rows(
        'source_key',
        `select distinct r.* from data.sonarqube_rules r join data.sonarqube_issues x on x.rule_id = r.id ${branchJoin} where ${mainOnly} and x.deleted_at is null`,
      ),
    fields: {
      key: same('key', 'source_key'),
      name: same('name'),
      repository: same('repo', 'repository'),
      language: same('lang', 'language'),
      type: same('type'),
      severity: same('severity'),
      status: same('status'),
      cwe: { leftOut: 'the server has no such member: it is found in the rule’s text (unit test of cweOf)' },
      tags: {
        source: (raw) => sorted([...new Set([...((raw['sysTags'] as []) ?? []), ...((raw['tags'] as []) ?? [])])]),
        stored: (row) => sorted(row['tags']),
      },
      isExternal: same('isExternal'),
      owasp: { leftOut: 'the server has no such member: it is found in the rule’s text (unit test of owaspOf)' },
      sections: {
        // Only which there are: what becomes of their markup is a unit test of blocksOf.
        source: (raw) =>
          ((raw['descriptionSections'] as { key: string; content: string }[]) ?? [])
            .filter(({ content }) => content.replace(/<[^>]*>/g, '').trim() !== '')
            .map(({ key }) => key),
        stored: (row) => ((row['description'] as { key: string }[] | null) ?? []).map(({ key }) => key),
      },
    },
  };

  const projects: Kind = {
    name: 'project',
    shape: ProjectRecord,
    source: async () => byKey(await pages('api/projects/search', 'components', { projects: project })),
    stored: () =>
      rows('source_key', 'select * from data.sonarqube_projects where source_key = $1 and deleted_at is null'),
    fields: {
      key: same('key', 'source_key'),
      name: same('name'),
      uuid: same('projectUuid', 'source_uuid'),
      organization: { leftOut: 'SonarQube Cloud only' },
      qualifier: same('qualifier'),
      visibility: same('visibility'),
      lastAnalysisAt: instant('lastAnalysisDate', 'last_analysis_date'),
      revision: same('revision'),
    },
  };

  const projectTags: Kind = {
    name: 'tags of a project',
    shape: ProjectTagsRecord,
    source: async () => {
      const listed = await pages('api/components/search_projects', 'components', { f: '_all' });
      return byKey(listed.filter(({ key }) => key === project));
    },
    stored: () =>
      rows('source_key', 'select * from data.sonarqube_projects where source_key = $1 and deleted_at is null'),
    fields: {
      key: same('key', 'source_key'),
      tags: { source: ({ tags }) => (tags as string[]).toSorted(), stored: ({ tags }) => tags },
    },
  };

  const branches: Kind = {
    name: 'branch',
    shape: BranchRecord,
    source: async () => {
      const { branches: list } = await get<{ branches: Raw[] }>(admin, 'api/project_branches/list', { project });
      const gate = await get<{ qualityGate: Raw }>(admin, 'api/qualitygates/get_by_project', { project });
      return new Map(list.map((raw) => [`branch:${raw['branchId']}`, { ...raw, gate: gate.qualityGate['name'] }]));
    },
    stored: () =>
      rows(
        'source_key',
        'select b.* from data.sonarqube_branches b join data.sonarqube_projects p on p.id = b.project_id where p.source_key = $1 and b.deleted_at is null',
      ),
    fields: {
      key: { source: (raw) => `branch:${raw['branchId']}`, stored: (row) => row['source_key'] },
      kind: { source: (raw) => String(raw['type']).toLowerCase(), stored: (row) => row['kind'] },
      name: same('name'),
      isMain: same('isMain'),
      excludedFromPurge: same('excludedFromPurge'),
      analyzedAt: instant('analysisDate', 'analyzed_at'),
      gateStatus: { source: (raw) => (raw['status'] as Raw)['qualityGateStatus'], stored: (row) => row['gate_status'] },
      qualityGate: same('gate', 'quality_gate'),
      ...Object.fromEntries(
        ['title', 'sourceBranch', 'base', 'target', 'url', 'isOrphan'].map((name) => [
          name,
          { leftOut: 'pull requests only, which Community Build has not (recorded answers: test/connector)' },
        ]),
      ),
    },
  };

  const historyOf = async (metrics: string): Promise<Map<string, Raw>> => {
    const { measures } = await get<{ measures: { metric: string; history: Raw[] }[] }>(
      admin,
      'api/measures/search_history',
      { component: project, metrics, from, ps: 1000 },
    );
    return new Map(
      measures.flatMap(({ metric, history }) =>
        history
          .filter((entry) => entry['value'] !== undefined)
          .map((entry) => [`${metric} ${time(entry['date'])}`, { ...entry, metric }] as [string, Raw]),
      ),
    );
  };

  const analyses: Kind = {
    name: 'analysis',
    shape: AnalysisRecord,
    source: async () => {
      const list = await pages('api/project_analyses/search', 'analyses', { project, from });
      const gates = await historyOf('alert_status');
      return byKey(list.map((raw) => ({ ...raw, gate: gates.get(`alert_status ${time(raw['date'])}`)?.['value'] })));
    },
    stored: () => rows('source_key', `select x.* from data.sonarqube_analyses x ${branchJoin} where ${mainOnly}`),
    fields: {
      key: same('key', 'source_key'),
      analyzedAt: instant('date', 'analyzed_at'),
      revision: same('revision'),
      projectVersion: same('projectVersion'),
      buildString: same('buildString'),
      detectedCi: same('detectedCI', 'detected_ci'),
      gateStatus: {
        leftOut:
          'an analysis keeps the gate it had while it was the newest, a manual change included, of which the history tells nothing; that of the newest is compared with the branch’s',
      },
      ignoredConditions: { leftOut: 'compared with the newest gate below' },
      conditions: { leftOut: 'compared one by one below' },
      warnings: { leftOut: 'of pull requests only' },
    },
  };

  const conditions: Kind = {
    name: 'gate condition',
    shape: GateConditionRecord,
    source: async () => {
      const { projectStatus } = await get<{ projectStatus: { conditions: Raw[] } }>(
        admin,
        'api/qualitygates/project_status',
        { projectKey: project },
      );
      return new Map(projectStatus.conditions.map((raw) => [String(raw['metricKey']), raw]));
    },
    stored: () =>
      rows(
        'metric_key',
        `select c.* from data.sonarqube_quality_gate_conditions c where c.analysis_id =
           (select x.id from data.sonarqube_analyses x ${branchJoin} where ${mainOnly} order by x.analyzed_at desc limit 1)`,
      ),
    fields: {
      metric: same('metricKey', 'metric_key'),
      operator: same('comparator', 'operator'),
      threshold: same('errorThreshold', 'threshold'),
      actualValue: same('actualValue'),
      status: {
        source: (raw) => (raw['actualValue'] === undefined ? 'NO_VALUE' : raw['status']),
        stored: (row) => row['status'],
      },
    },
  };

  const storedMetrics = async (): Promise<string[]> => [
    ...(
      await rows(
        'source_key',
        `select distinct m.source_key from data.sonarqube_metrics m join data.sonarqube_project_metrics v on v.metric_id = m.id`,
        [],
      )
    ).keys(),
  ];
  const measures: Kind = {
    name: 'measure',
    shape: MeasureRecord,
    source: async () => {
      const answer = await get<{ component: { measures: Raw[] }; period?: Raw }>(admin, 'api/measures/component', {
        component: project,
        metricKeys: (await storedMetrics()).join(','),
        additionalFields: 'period',
      });
      const period = answer.period ?? {};
      return new Map(
        answer.component.measures.map((raw) => {
          const inPeriod = raw['period'] as Raw | undefined;
          const isNewCode = raw['value'] === undefined;
          const of = isNewCode ? period : {};
          return [String(raw['metric']), { ...raw, ...inPeriod, metric: raw['metric'], isNewCode, of }];
        }),
      );
    },
    stored: () =>
      rows(
        'metric_key',
        `select x.* from data.sonarqube_project_metrics x ${branchJoin} where ${mainOnly} and x.date is null`,
      ),
    fields: {
      metric: same('metric', 'metric_key'),
      value: same('value'),
      isNewCode: same('isNewCode'),
      bestValue: same('bestValue'),
      periodMode: { source: (raw) => (raw['of'] as Raw)['mode'], stored: (row) => row['period_mode'] },
      periodParameter: { source: (raw) => (raw['of'] as Raw)['parameter'], stored: (row) => row['period_parameter'] },
      periodAt: { source: (raw) => time((raw['of'] as Raw)['date']), stored: (row) => time(row['period_date']) },
    },
  };

  const history: Kind = {
    name: 'past measure',
    shape: MeasureHistoryRecord,
    source: async () =>
      historyOf((await storedMetrics()).filter((key) => !key.startsWith('new_') && key !== 'alert_status').join(',')),
    stored: async () => {
      const found = await db.query<Raw>(
        `select x.* from data.sonarqube_project_metrics x ${branchJoin} where ${mainOnly} and x.date is not null`,
        [project],
      );
      return new Map(found.map((row) => [`${String(row['metric_key'])} ${time(row['date'])}`, row]));
    },
    fields: { metric: same('metric', 'metric_key'), at: instant('date', 'date'), value: same('value') },
  };

  const metrics: Kind = {
    name: 'metric',
    shape: MetricRecord,
    source: async () => byKey(await pages('api/metrics/search', 'metrics', {})),
    stored: () => rows('source_key', 'select * from data.sonarqube_metrics where api_accessible', []),
    fields: {
      key: same('key', 'source_key'),
      sourceId: {
        source: (raw) => (raw['id'] === undefined ? null : `${raw['id'] as string | number}`),
        stored: (row) => row['source_id'],
      },
      name: same('name'),
      description: same('description'),
      type: same('type', 'source_type'),
      domain: same('domain'),
      direction: same('direction'),
      qualitative: same('qualitative'),
      hidden: same('hidden'),
    },
  };

  const gates: Kind = {
    name: 'quality gate',
    shape: QualityGateRecord,
    source: async () => {
      const { qualitygates } = await get<{ qualitygates: Raw[] }>(admin, 'api/qualitygates/list');
      const shown = await Promise.all(
        qualitygates.map(async (raw) => ({
          ...raw,
          ...(await get<Raw>(admin, 'api/qualitygates/show', { name: String(raw['name']) })),
        })),
      );
      return new Map(shown.map((raw) => [String((raw as Raw)['name']), raw as Raw]));
    },
    stored: () => rows('name', 'select * from data.sonarqube_quality_gates where deleted_at is null', []),
    fields: {
      key: { source: (raw) => raw['name'], stored: (row) => row['source_key'] },
      name: same('name'),
      isDefault: same('isDefault'),
      isBuiltIn: same('isBuiltIn'),
      caycStatus: same('caycStatus'),
      conditions: {
        source: (raw) =>
          ((raw['conditions'] as Raw[]) ?? [])
            .map((one) => [one['metric'], one['op'], one['error']].join(' '))
            .toSorted(),
        stored: (row) =>
          (row['conditions'] as Raw[])
            .map((one) => [one['metric'], one['operator'], one['threshold']].join(' '))
            .toSorted(),
      },
    },
  };
  return [issues, rules, projects, projectTags, branches, analyses, conditions, measures, history, metrics, gates];
}

function impactOf(raw: Raw, quality: string): unknown {
  const impacts = (raw['impacts'] ?? []) as Raw[];
  return impacts.find((impact) => impact['softwareQuality'] === quality)?.['severity'] ?? null;
}

/** Straight from the search, up to the 10,000 it shows. */
async function allIssues(admin: ApiAccess, project: string): Promise<Raw[]> {
  const found: Raw[] = [];
  for (let page = 1; ; page += 1) {
    const params = { componentKeys: project, s: 'CREATION_DATE', p: page, ps: 500 };
    const { issues, paging } = await get<{ issues: Raw[]; paging: { total: number } }>(
      admin,
      'api/issues/search',
      params,
    );
    found.push(...issues);
    if (issues.length === 0 || found.length >= paging.total) return found;
  }
}
