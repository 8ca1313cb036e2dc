import { z } from 'zod';
import { bindingSettings } from './bindings/contract.ts';

export {
  ImportServer,
  ImportState,
  ImportParams,
  ImportToken,
  ImportQuery,
  ImportRepository,
  ImportRepositories,
  ImportInput,
} from './import/contract.ts';
export {
  BulkImport,
  BulkImportDetail,
  BulkImportItem,
  BulkImportList,
  OneBulkImport,
} from './bulk/contract.ts';

const rowId = z.int().min(1).max(Number.MAX_SAFE_INTEGER);
const instant = z.iso.datetime();
const page = z.coerce.number().int().min(1).max(100_000).default(1);

const IntegrationRef = z.object({ id: rowId, name: z.string() });

export const BindingWarning = z.enum([
  'same_name',
  'overlapping_prefix',
  /** The project holds open findings of files outside its folder. */
  'outside_prefix',
  /** SonarQube itself reports under the same key. */
  'own_reports',
  /** SonarQube is known by a name of loopback only: links of the reports lead readers to their own machines. */
  'local_links',
]);

/** A SonarQube project and the repository it is of. */
export const Binding = z.object({
  id: rowId,
  project: z.object({ id: rowId, key: z.string(), name: z.string(), integration: IntegrationRef }),
  repository: z.object({
    id: rowId,
    project: z.string(),
    slug: z.string(),
    link: z.string().nullable(),
    integration: IntegrationRef,
  }),
  /** Several projects are of the repository: each has a report of its own. */
  mono: z.boolean(),
  annotations: z.boolean(),
  /** Beside its reports the result is written as a build status of the commit. */
  buildStatus: z.boolean(),
  /** Key of that build, which a required-builds condition names. */
  buildKey: z.string(),
  /** One comment of each pull request says what the report says, and is kept up to date. */
  summaryComment: z.boolean(),
  /** Folder of the repository that the project is of; '' for the whole. */
  prefix: z.string(),
  /** The key of its reports that a person chose; null: the documented one. */
  chosenKey: z.string().nullable(),
  /** What an administrator of Bitbucket enters as the required report. */
  reportKey: z.string(),
  /** False where the documented key would be too long, or a person chose another. */
  keyIsDocumented: z.boolean(),
  /** As SonarQube’s documentation has it; the server refuses one of more than 50 characters. */
  documentedKey: z.string(),
  /** What limits a project of a mono repository to its folder; null where nothing has to. */
  inclusion: z
    .object({
      pattern: z.string(),
      /** other: a person limited it otherwise, which stays; refused: the token may not; unknown: it was not found out. */
      state: z.enum(['set', 'other', 'refused', 'unknown']),
      message: z.string().nullable(),
    })
    .nullable(),
  /** Whether SonarQube writes reports itself under this key. */
  ownReports: z.enum(['none', 'same_key', 'unknown']),
  /** When SonarQube was asked about it last. */
  lookedAt: instant.nullable(),
  warnings: z.array(BindingWarning),
  createdBy: z.string(),
  createdAt: instant,
});
export type Binding = z.infer<typeof Binding>;

export const BindingQuery = z.strictObject({
  /** Part of the project’s key or name, or of the repository’s. */
  search: z.string().max(400).optional(),
  /** One repository. */
  repository: z.coerce.number().pipe(rowId).optional(),
  page,
});
export type BindingQuery = z.input<typeof BindingQuery>;

/** `GET /api/v1/bindings`: 50 a page. */
export const BindingList = z.object({
  bindings: z.array(Binding),
  total: z.int(),
  page: z.int(),
  pageSize: z.int(),
});
export type BindingList = z.infer<typeof BindingList>;

/** The repository by the address of one of its pages, or as `PAY/ledger` with the integration where several have one. */
export const BindingInput = z.strictObject({
  project: rowId,
  repository: z.string().min(1).max(2_000),
  integration: z.string().max(200).optional(),
  ...bindingSettings,
});
export type BindingInput = z.input<typeof BindingInput>;

/** `POST /api/v1/bindings/many`: what a person confirmed. */
export const ManyBindings = z.strictObject({ bindings: z.array(BindingInput).min(1).max(100) });
export type ManyBindings = z.input<typeof ManyBindings>;

/** One outcome for each, in their order. */
export const ManyBindingsAnswer = z.object({
  results: z.array(
    z.object({
      project: rowId,
      binding: Binding.nullable(),
      error: z.object({ code: z.string(), message: z.string(), remedy: z.string() }).nullable(),
    }),
  ),
});
export type ManyBindingsAnswer = z.infer<typeof ManyBindingsAnswer>;

/** `PUT /api/v1/bindings/declared`: one binding as a file says it. */
export const DeclaredBinding = z.strictObject({
  /** Key of the project. */
  project: z.string().min(1).max(400),
  /** Name of its SonarQube integration, where several have the key. */
  sonarqube: z.string().max(200).optional(),
  repository: z.string().min(1).max(2_000),
  integration: z.string().max(200).optional(),
  ...bindingSettings,
});
export type DeclaredBinding = z.input<typeof DeclaredBinding>;

export const DryRunQuery = z.strictObject({ dryRun: z.enum(['true', 'false']).default('false') });

/** What differed, by its name in the file. */
export const AppliedBinding = z.object({ created: z.boolean(), changes: z.array(z.string()) });
export type AppliedBinding = z.infer<typeof AppliedBinding>;

export const BindingSettings = z.strictObject(bindingSettings);
export type BindingSettings = z.input<typeof BindingSettings>;

export const BindingParams = z.strictObject({ id: z.coerce.number().pipe(rowId) });
export const OneBinding = z.object({ binding: Binding });

/** What a pipeline runs, with the names of its own variables where only it knows the value. */
export const ScannerCommands = z.object({
  maven: z.string(),
  gradle: z.string(),
  dotnet: z.string(),
  cli: z.string(),
});
export type ScannerCommands = z.infer<typeof ScannerCommands>;

/** `GET /api/v1/bindings/{id}`. */
export const BindingDetail = z.object({
  binding: Binding,
  /** Open findings outside the folder, and files with most of them. */
  outside: z.object({ count: z.int(), files: z.array(z.string()) }),
  scanner: ScannerCommands,
  /** Whether the server analyses pull requests; null: not known. */
  pullRequests: z.boolean().nullable(),
});
export type BindingDetail = z.infer<typeof BindingDetail>;

/** A project without a binding, and the repository that it is most likely of. */
export const BindingSuggestion = z.object({
  project: z.object({ id: rowId, key: z.string(), name: z.string(), integration: IntegrationRef }),
  repository: z
    .object({
      id: rowId,
      project: z.string(),
      slug: z.string(),
      link: z.string().nullable(),
      integration: IntegrationRef,
    })
    .nullable(),
  /** What speaks for it; null: nothing was found. */
  reason: z.enum(['sonarqube_binding', 'link', 'name']).nullable(),
  /** certain: the server says so; likely: an address says so; possible: only names are alike. */
  confidence: z.enum(['certain', 'likely', 'possible']).nullable(),
  /** Other projects are of the repository, or are suggested for it. */
  mono: z.boolean(),
  /** Why SonarQube could not be asked; then names alone were compared. */
  unasked: z.object({ code: z.string(), message: z.string() }).nullable(),
});
export type BindingSuggestion = z.infer<typeof BindingSuggestion>;

export const SuggestionQuery = z.strictObject({ search: z.string().max(400).optional(), page });
export type SuggestionQuery = z.input<typeof SuggestionQuery>;

/** `GET /api/v1/bindings/suggestions`: 20 projects a page. */
export const SuggestionList = z.object({
  suggestions: z.array(BindingSuggestion),
  total: z.int(),
  page: z.int(),
  pageSize: z.int(),
});
export type SuggestionList = z.infer<typeof SuggestionList>;
export const Done = z.object({ ok: z.literal(true) });

export const Imported = z.object({
  /** It was set up before: nothing was done. */
  already: z.boolean(),
  ...BindingDetail.shape,
});
export type Imported = z.infer<typeof Imported>;
