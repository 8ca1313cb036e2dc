import { z } from 'zod';
import { Identity } from '../identities/contract.ts';

const rowId = z.int().min(1).max(Number.MAX_SAFE_INTEGER);
const instant = z.iso.datetime();
const page = z.coerce.number().int().min(1).max(100_000).default(1);
const address = z.string().trim().min(1).max(320);

/** Names of the catalogue; `errorType` is the same in capitals. */
export const PeopleProblem = z.object({
  code: z.enum([
    'blank_csv_column_name',
    'duplicate_csv_column',
    'missing_name_or_email_or_manager_email_field_mapping',
    'required_field_missing',
    'required_value_missing',
    'email_invalid',
    'duplicate_email',
    'manager_email_missing_in_developer_emails',
    'circular_reference',
    'csv_formula',
    'csv_cell_too_long',
  ]),
  errorType: z.string(),
  /** The field or column at fault. */
  field: z.string().nullable(),
  /** People, or columns, that it concerns. */
  count: z.int(),
  /** The first ten. Of a manager who is missing and of a circle, `name` says which. */
  samples: z.array(z.object({ line: z.int().nullable(), email: z.string(), name: z.string() })),
});
export type PeopleProblem = z.infer<typeof PeopleProblem>;

/** What no attribute can be called. */
export const reserved: readonly string[] = ['name', 'email', 'manager_email', '__proto__', 'constructor', 'prototype'];

const attributeName = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .refine((name) => !reserved.includes(name), 'is taken');

/** Which column of the file is what. Columns that are not chosen are left out. */
export const Mapping = z.strictObject({
  name: z.string().max(1_000).nullable(),
  email: z.string().max(1_000).nullable(),
  managerEmail: z.string().max(1_000).nullable(),
  attributes: z
    .array(z.strictObject({ name: attributeName, column: z.string().max(1_000) }))
    .max(200)
    .refine(
      (list) => new Set(list.map(({ name }) => name)).size === list.length,
      'names are different from each other',
    ),
});
export type Mapping = z.infer<typeof Mapping>;

/** `POST /api/v1/people/uploads`: the file as the body. Nothing of it counts before it is saved. */
export const Upload = z.object({
  id: rowId,
  columns: z.array(z.string()),
  rows: z.int(),
  /** The first twenty. */
  sample: z.array(z.array(z.string())),
  /** What the columns most likely mean. */
  mapping: Mapping,
});
export type Upload = z.infer<typeof Upload>;
export const OneUpload = z.object({ upload: Upload });

export const UploadParams = z.strictObject({ id: z.coerce.number().pipe(rowId) });
export const MappingInput = z.strictObject({ mapping: Mapping });

/** What becomes of the people. */
export const PeopleChange = z.object({
  added: z.int(),
  changed: z.int(),
  left: z.int(),
  unchanged: z.int(),
  /** The first twenty of those who come, change or leave. */
  sample: z.array(z.object({ email: z.string(), name: z.string(), what: z.enum(['added', 'changed', 'left']) })),
});
export type PeopleChange = z.infer<typeof PeopleChange>;

/** `POST /api/v1/people/uploads/{id}/check`: everything that is wrong, or what would become of the people. */
export const CheckedPeople = z.object({ problems: z.array(PeopleProblem), change: PeopleChange.nullable() });
export type CheckedPeople = z.infer<typeof CheckedPeople>;

/** `POST /api/v1/people/uploads/{id}/save`. */
export const SavedPeople = z.object({ change: PeopleChange });
export type SavedPeople = z.infer<typeof SavedPeople>;

/** `PATCH /api/v1/people`: who is not there is added, who is there is changed, nobody leaves. */
export const PeopleInput = z.strictObject({
  people: z
    .array(
      z.strictObject({
        name: z.string().trim().max(2_000),
        email: z.string().trim().max(2_000),
        managerEmail: z.string().trim().max(2_000).nullable().default(null),
        attributes: z.record(attributeName, z.string().trim().max(2_000)).default({}),
      }),
    )
    .min(1)
    .max(1_000),
});
export type PeopleInput = z.input<typeof PeopleInput>;

/** `DELETE /api/v1/people`. */
export const PeopleEmails = z.strictObject({ emails: z.array(address).min(1).max(1_000) });

export const Person = z.object({
  id: rowId,
  name: z.string(),
  email: z.string(),
  manager: z.object({ id: rowId, name: z.string(), email: z.string() }).nullable(),
  attributes: z.record(z.string(), z.string()),
});
export type Person = z.infer<typeof Person>;

export const PeopleQuery = z.strictObject({
  /** Part of the name or the e-mail. */
  search: z.string().max(400).optional(),
  /** An attribute and its value. */
  attribute: z.string().max(100).optional(),
  value: z.string().max(1_000).optional(),
  /** Direct reports of a person. */
  manager: z.coerce.number().pipe(rowId).optional(),
  /** `csv`: everybody who matches, as a file that can be sent again. */
  format: z.enum(['json', 'csv']).default('json'),
  page,
});
export type PeopleQuery = z.input<typeof PeopleQuery>;

/** `GET /api/v1/people`: 50 a page. */
export const PeopleList = z.object({
  people: z.array(Person),
  total: z.int(),
  page: z.int(),
  pageSize: z.int(),
  /** Names of all attributes that anybody has. */
  attributes: z.array(z.string()),
  changedAt: instant.nullable(),
  changedBy: z.string().nullable(),
});
export type PeopleList = z.infer<typeof PeopleList>;

export const PersonParams = z.strictObject({ id: z.coerce.number().pipe(rowId) });

/** `GET /api/v1/people/{id}`. */
export const PersonDetail = z.object({
  person: Person,
  /** False: they left, and this is what was said of them last. */
  current: z.boolean(),
  reports: z.int(),
  /** Their accounts of other systems. */
  identities: z.array(Identity),
  /** What was said of them, newest first. */
  history: z.array(
    z.object({
      name: z.string(),
      managerEmail: z.string().nullable(),
      attributes: z.record(z.string(), z.string()),
      from: instant,
      to: instant.nullable(),
    }),
  ),
});
export type PersonDetail = z.infer<typeof PersonDetail>;
