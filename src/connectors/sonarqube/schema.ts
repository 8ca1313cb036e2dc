import { z } from 'zod';

/**
 * The vendor's shapes, lenient: only members we use, unknown ones ignored, nullable where any version leaves them out.
 * Lists of findings stay `unknown[]`: their elements are checked one by one, so that a bad one never fails its page.
 */
const text = z.string().optional().catch(undefined);
const flag = z.boolean().optional().catch(undefined);
const number = z.number().optional().catch(undefined);
const elements = z.array(z.unknown());

/** Keeps the elements that parse and hands the others to nobody: for small lists whose elements carry no findings. */
function lenient<T>(element: z.ZodType<T>): z.ZodType<T[]> {
  return z.array(z.unknown()).transform((items) =>
    items.flatMap((item) => {
      const parsed = element.safeParse(item);
      return parsed.success ? [parsed.data] : [];
    }),
  );
}

const Paging = z.object({ pageIndex: z.number(), pageSize: z.number(), total: z.number() });

export const SystemStatus = z.object({ id: text, version: z.string(), status: z.string() });
export const Validation = z.object({ valid: z.boolean() });
export const CurrentUser = z.object({
  isLoggedIn: z.boolean(),
  login: text,
  permissions: z
    .object({ global: z.array(z.string()).optional() })
    .optional()
    .catch(undefined),
});
export const UserTokens = z.object({
  login: text,
  userTokens: lenient(
    z.object({ name: z.string(), type: text, expirationDate: text, isExpired: flag, lastConnectionDate: text }),
  ),
});
export const Mode = z.object({ mode: z.string() });
export const Global = z.object({ edition: text, version: text, productionDatabase: flag });

export const Organizations = z.object({
  organizations: lenient(z.object({ key: z.string(), name: text })),
  paging: Paging.optional(),
});

export const ProjectsSearch = z.object({ paging: Paging, components: elements });
export const ListedProject = z.object({
  key: z.string(),
  name: z.string(),
  qualifier: text,
  visibility: text,
  lastAnalysisDate: text,
  analysisDate: text,
  revision: text,
  projectUuid: text,
  uuid: text,
  organization: text,
  tags: z.array(z.string()).optional().catch(undefined),
});
export type ListedProject = z.infer<typeof ListedProject>;

export const ComponentShow = z.object({
  component: z.object({
    key: z.string(),
    name: text,
    qualifier: text,
    analysisDate: text,
    visibility: text,
    tags: z.array(z.string()).optional().catch(undefined),
  }),
});

const SourceLine = z.object({
  line: z.int(),
  duplicated: z.boolean().optional(),
  lineHits: z.int().optional(),
  conditions: z.int().optional(),
  coveredConditions: z.int().optional(),
  /** As versions before 10 call them. */
  utLineHits: z.int().optional(),
  utConditions: z.int().optional(),
  utCoveredConditions: z.int().optional(),
});
export type SourceLine = z.infer<typeof SourceLine>;

/** Strict: a line that is not understood would be one that needs no test. */
export const SourceLines = z.object({ sources: z.array(SourceLine) });

export const CreatedProject = z.object({
  project: z.object({ key: z.string(), name: z.string(), qualifier: text, visibility: text }),
});

export const ProjectLinks = z.object({ links: elements });
export const ListedLink = z.object({ type: text, url: z.string() });

export const DevOpsBinding = z.object({
  alm: z.string(),
  repository: z.string(),
  slug: text,
  url: text,
  monorepo: flag,
});

export const SettingValues = z.object({ settings: elements });
export const ListedSetting = z.object({
  key: z.string(),
  value: text,
  values: z.array(z.string()).optional().catch(undefined),
  fieldValues: z.array(z.record(z.string(), z.string())).optional().catch(undefined),
  inherited: flag,
});

export const ProfilesSearch = z.object({ profiles: elements });
export const ListedProfile = z.object({ name: z.string(), language: z.string() });
export const NewCodePeriod = z.object({ type: text, value: text, inherited: flag });

export const MetricsSearch = z.object({ metrics: elements, total: z.number(), p: number, ps: number });
export const ListedMetric = z.object({
  id: z.union([z.string(), z.number()]).optional().catch(undefined),
  key: z.string(),
  type: z.string(),
  name: text,
  description: text,
  domain: text,
  direction: number,
  qualitative: flag,
  hidden: flag,
});

export const GatesList = z.object({
  qualitygates: lenient(
    z.object({
      id: z.union([z.string(), z.number()]).optional().catch(undefined),
      name: z.string(),
      isDefault: flag,
      isBuiltIn: flag,
      caycStatus: text,
    }),
  ),
});
export const GateShow = z.object({
  conditions: lenient(z.object({ metric: z.string(), op: text, error: z.string() })).optional(),
});
export const GateByProject = z.object({ qualityGate: z.object({ name: z.string() }) });

export const BranchesList = z.object({ branches: elements });
export const ListedBranch = z.object({
  name: z.string(),
  isMain: z.boolean(),
  branchId: text,
  excludedFromPurge: flag,
  analysisDate: text,
  status: z.object({ qualityGateStatus: text }).optional().catch(undefined),
});
export const PullRequestsList = z.object({ pullRequests: elements });
export const ListedPullRequest = z.object({
  key: z.string(),
  title: text,
  branch: text,
  base: text,
  target: text,
  url: text,
  isOrphan: flag,
  analysisDate: text,
  status: z.object({ qualityGateStatus: text }).optional().catch(undefined),
});

export const AnalysesSearch = z.object({ paging: Paging, analyses: elements });
export const ListedAnalysis = z.object({
  key: z.string(),
  date: z.string(),
  projectVersion: text,
  buildString: text,
  revision: text,
  detectedCI: text,
});
export const ProjectStatus = z.object({
  projectStatus: z.object({
    status: z.string(),
    ignoredConditions: flag,
    conditions: lenient(
      z.object({
        status: z.string(),
        metricKey: z.string(),
        comparator: text,
        errorThreshold: text,
        actualValue: text,
      }),
    ).optional(),
  }),
});
export const AnalysisStatus = z.object({
  component: z.object({ warnings: lenient(z.object({ message: z.string() })).optional() }),
});
/** Value of the metric `quality_gate_details`. */
export const GateDetails = z.object({
  level: text,
  ignoredConditions: flag,
  conditions: lenient(z.object({ metric: z.string(), op: text, error: text, actual: text, level: text })).optional(),
});

const period = z.object({ value: text, bestValue: flag });
export const MeasuresComponent = z.object({
  component: z.object({ key: z.string(), name: text, qualifier: text, measures: elements.optional() }),
  period: z.object({ mode: text, date: text, parameter: text }).optional().catch(undefined),
});
export const ListedMeasure = z.object({
  metric: z.string(),
  value: text,
  bestValue: flag,
  period: period.optional().catch(undefined),
  periods: z.array(period).optional().catch(undefined),
});
export const MeasureHistory = z.object({
  paging: Paging,
  measures: lenient(z.object({ metric: z.string(), history: lenient(z.object({ date: z.string(), value: text })) })),
});
export const ComponentTree = z.object({
  paging: Paging,
  components: lenient(
    z.object({
      key: z.string(),
      path: text,
      measures: lenient(z.object({ metric: z.string(), value: text })).optional(),
    }),
  ),
});

const FacetList = z.array(
  z.object({ property: z.string(), values: z.array(z.object({ val: z.string(), count: z.number() })) }),
);
export const IssuesSearch = z.object({
  paging: Paging,
  issues: elements,
  facets: FacetList.optional().catch(undefined),
});
/** No total: the page size is the number of rows in the page. */
export const IssuesList = z.object({ issues: elements });
export const HotspotsSearch = z.object({ paging: Paging, hotspots: elements, components: elements.optional() });
/** `hotspots/list` has no total either. */
export const HotspotsList = z.object({ hotspots: elements, components: elements.optional() });
export const HotspotShow = z.object({
  key: z.string(),
  status: text,
  resolution: text,
  message: text,
  project: z.object({ key: text }).optional().catch(undefined),
});

export const RulesSearch = z.object({ paging: Paging.optional(), total: number, rules: elements });
export const RuleShow = z.object({ rule: z.unknown() });
export const ListedRule = z.object({
  key: z.string(),
  repo: text,
  name: text,
  lang: text,
  type: text,
  severity: text,
  status: text,
  tags: z.array(z.string()).optional().catch(undefined),
  sysTags: z.array(z.string()).optional().catch(undefined),
  isExternal: flag,
  securityStandards: z.array(z.string()).optional().catch(undefined),
  descriptionSections: lenient(
    z.object({
      key: text,
      content: z.string(),
      context: z.object({ displayName: text }).optional().catch(undefined),
    }),
  )
    .optional()
    .catch(undefined),
  htmlDesc: text,
});
export const WebhooksList = z.object({ webhooks: elements });
export const ListedWebhook = z.object({
  key: z.string(),
  name: z.string(),
  url: z.string(),
  hasSecret: flag,
  /** Before 10.1 the secret itself, which nobody needs to see. */
  secret: z
    .string()
    .optional()
    .transform((value) => value !== undefined),
});
export const CreatedWebhook = z.object({ webhook: ListedWebhook });
export const WebhookDeliveries = z.object({ paging: Paging, deliveries: elements });
export const ListedDelivery = z.object({
  id: z.string(),
  componentKey: text,
  ceTaskId: text,
  at: z.string(),
  success: z.boolean(),
  httpStatus: number,
  durationMs: number,
});
export const WebhookDeliveryShow = z.object({ delivery: z.object({ id: z.string(), payload: text }) });

/** Body of a delivery. Only what decides what it is about must be there. */
export const WebhookPayload = z.object({
  taskId: text,
  status: z.string(),
  analysedAt: text,
  changedAt: text,
  revision: text,
  project: z.object({ key: z.string().min(1).max(400), name: text }),
  branch: z.object({ name: z.string(), type: text, isMain: flag }).optional().catch(undefined),
  qualityGate: z
    .object({
      status: z.string(),
      conditions: lenient(
        z.object({
          metric: z.string(),
          operator: text,
          value: text,
          status: text,
          errorThreshold: text,
        }),
      )
        .optional()
        .catch(undefined),
    })
    .optional()
    .catch(undefined),
  properties: z.record(z.string(), z.unknown()).optional().catch(undefined),
});
