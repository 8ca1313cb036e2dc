import type { z } from 'zod';
import { Answer, type Route, route } from '../../access/index.ts';
import * as contract from './contract.ts';
import { listPeople, showPerson } from './people.ts';
import { cellText, limits, type PersonRecord } from './rows.ts';
import { checkUpload, mergePeople, type PeopleOptions, removePeople, saveUpload } from './save.ts';
import { showUpload, takeUpload } from './upload.ts';

const read = { permission: 'people:read', scope: 'rows', tag: 'People' } as const;
const write = { permission: 'people:write', scope: 'organization', tag: 'People' } as const;
const saving = ['people_invalid', 'people_busy'] as const;

export function peopleRoutes(options: PeopleOptions): Route[] {
  const { db } = options;
  return [
    route({
      ...read,
      method: 'GET',
      path: '/api/v1/people',
      summary: 'Lists people, or gives them as a file that can be sent again.',
      query: contract.PeopleQuery,
      response: contract.PeopleList,
      streams: ['text/csv'],
      handle: ({ query }) => listPeople(db, query),
    }),
    route({
      ...read,
      method: 'GET',
      path: '/api/v1/people/:id',
      summary: 'Shows a person, and what was said of them before.',
      errors: ['person_not_found'],
      params: contract.PersonParams,
      response: contract.PersonDetail,
      handle: ({ params }) => showPerson(db, params.id),
    }),
    route({
      ...write,
      method: 'PATCH',
      path: '/api/v1/people',
      summary: 'Adds and changes people; whoever is not named stays as they are.',
      errors: saving,
      body: contract.PeopleInput,
      response: contract.SavedPeople,
      handle: ({ actor, body }) => mergePeople(options, actor, body.people.map(recordOf)),
    }),
    route({
      ...write,
      method: 'DELETE',
      path: '/api/v1/people',
      summary: 'Removes people by their addresses; what was said of them stays as history.',
      errors: ['person_not_found', ...saving],
      body: contract.PeopleEmails,
      response: contract.SavedPeople,
      handle: ({ actor, body }) => removePeople(options, actor, body.emails),
    }),
    ...uploadRoutes(options),
  ];
}

function uploadRoutes(options: PeopleOptions): Route[] {
  const { db } = options;
  const place = '/api/v1/people/uploads';
  return [
    route({
      ...write,
      method: 'POST',
      path: place,
      summary: 'Takes a CSV file of all people (UTF-8, at most 32 MB); nothing of it counts before it is saved.',
      errors: ['invalid_csv', 'empty_csv', 'csv_not_utf8', 'csv_too_large', 'people_invalid'],
      upload: { type: 'text/csv', maxBytes: limits.bytes },
      response: contract.OneUpload,
      handle: async ({ actor, file }) => new Answer({ upload: await takeUpload(db, actor, file) }, { status: 201 }),
    }),
    route({
      ...write,
      method: 'GET',
      path: `${place}/:id`,
      summary: 'Shows a file that was sent: its columns, its first rows and what they most likely mean.',
      errors: ['people_upload_not_found'],
      params: contract.UploadParams,
      response: contract.OneUpload,
      handle: async ({ params }) => ({ upload: await showUpload(db, params.id) }),
    }),
    route({
      ...write,
      method: 'POST',
      path: `${place}/:id/check`,
      summary: 'Says everything that is wrong with a file, or what saving it would change.',
      errors: ['people_upload_not_found', 'people_busy'],
      params: contract.UploadParams,
      body: contract.MappingInput,
      response: contract.CheckedPeople,
      handle: ({ params, body }) => checkUpload(options, params.id, body.mapping),
    }),
    route({
      ...write,
      method: 'POST',
      path: `${place}/:id/save`,
      summary: 'Makes the people what the file says; with one fault in it nothing is saved.',
      errors: ['people_upload_not_found', ...saving],
      params: contract.UploadParams,
      body: contract.MappingInput,
      response: contract.SavedPeople,
      handle: ({ actor, params, body }) => saveUpload(options, actor, { id: params.id, mapping: body.mapping }),
    }),
  ];
}

const recordOf = (person: z.output<typeof contract.PeopleInput>['people'][number], at: number): PersonRecord => ({
  line: at + 1,
  name: cellText(person.name),
  email: cellText(person.email).toLowerCase(),
  managerEmail: cellText(person.managerEmail ?? '').toLowerCase() || null,
  attributes: Object.fromEntries(
    Object.entries(person.attributes)
      .map(([name, value]) => [name, cellText(value)] as const)
      .filter(([, value]) => value !== ''),
  ),
});
