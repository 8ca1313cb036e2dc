import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { testHub, type TestHub } from '../../../../test/support/hub.ts';
import { createTeams } from '../index.ts';
import type { CheckedPeople, Mapping, PeopleList, PersonDetail, SavedPeople, Upload } from './contract.ts';

const csv = { 'content-type': 'text/csv' };
const header = 'Full Name,Email,Manager Email,Role,Site,Cost centre\n';
const few = `${header}Ada,ada@x.test,,CTO,London,1\nBob,Bob@X.test,ada@x.test,Engineer,Berlin,2\nEve,eve@x.test,ada@x.test,Engineer,London,\n`;

async function hubOf() {
  const told: string[] = [];
  const hub = await testHub({
    routes: (db) =>
      createTeams({ db, tell: async (_, changes) => void told.push(...changes.map(({ kind }) => kind)) }).routes,
  });
  const people = async (): Promise<{ name: string; email: string }[]> =>
    hub.db.query('select name, email from data.people where is_current order by email');
  return { ...hub, told, people, upload: (text: string | Uint8Array) => sent(hub, text) };
}

const sent = (hub: TestHub, text: string | Uint8Array) =>
  hub.call('POST', '/api/v1/people/uploads', { body: Buffer.from(text), headers: csv });

async function save(hub: TestHub, text: string, mapping?: Mapping): Promise<{ status: number; body: SavedPeople }> {
  const { status, body } = await sent(hub, text);
  expect([status, status === 201 ? '' : body]).toEqual([201, '']);
  const { upload } = body as { upload: Upload };
  return hub.call('POST', `/api/v1/people/uploads/${upload.id}/save`, { body: { mapping: mapping ?? upload.mapping } });
}

describe('people', () => {
  it('are what a file says: looked at first, then saved, listed, found and given back', async () => {
    const { call, upload, told, people } = await hubOf();
    const { body, status } = await upload(few);
    expect(status).toBe(201);
    expect(body.upload).toMatchObject({
      columns: ['Full Name', 'Email', 'Manager Email', 'Role', 'Site', 'Cost centre'],
      rows: 3,
      mapping: {
        name: 'Full Name',
        email: 'Email',
        managerEmail: 'Manager Email',
        attributes: [
          { name: 'role', column: 'Role' },
          { name: 'site', column: 'Site' },
          { name: 'Cost centre', column: 'Cost centre' },
        ],
      },
    });
    const place = `/api/v1/people/uploads/${body.upload.id}`;
    const mapping = { mapping: body.upload.mapping };
    const checked = (await call('POST', `${place}/check`, { body: mapping })).body as CheckedPeople;
    expect(checked).toMatchObject({ problems: [], change: { added: 3, changed: 0, left: 0, unchanged: 0 } });
    expect(await people()).toEqual([]);
    expect((await call('POST', `${place}/save`, { body: mapping })).body.change.added).toBe(3);
    expect(told).toEqual(['people_changed']);
    expect((await call('POST', `${place}/save`, { body: mapping })).body.error.code).toBe('people_upload_not_found');
    const list = (await call('GET', '/api/v1/people?search=b')).body as PeopleList;
    expect(list).toMatchObject({ total: 1, attributes: ['Cost centre', 'role', 'site'] });
    expect(list.people[0]).toMatchObject({
      name: 'Bob',
      email: 'bob@x.test',
      manager: { name: 'Ada' },
      attributes: { role: 'Engineer', site: 'Berlin', 'Cost centre': '2' },
    });
    const berlin = await call('GET', '/api/v1/people?attribute=site&value=Berlin');
    expect(berlin.body.total).toBe(1);
    const ada = list.people[0]?.manager?.id;
    expect((await call('GET', `/api/v1/people?manager=${ada}`)).body.total).toBe(2);
    expect((await call('GET', `/api/v1/people/${ada}`)).body).toMatchObject({ reports: 2, current: true });
    const file = await call('GET', '/api/v1/people?format=csv');
    expect(file.text.split('\r\n')[1]).toBe('Ada,ada@x.test,,1,CTO,London');
    const [last] = (await call('GET', '/api/v1/audit')).body.events;
    expect(last).toMatchObject({ action: 'people.save', details: { added: 3 } });
  });

  it('saved again as they were given back, nothing changes; what is left out goes, with its history kept', async () => {
    const hub = await hubOf();
    await save(hub, few);
    const file = (await hub.call('GET', '/api/v1/people?format=csv')).text;
    expect((await save(hub, file)).body.change).toMatchObject({ added: 0, changed: 0, left: 0, unchanged: 3 });
    expect(hub.told).toHaveLength(1);
    const next = few.replace('Engineer,Berlin', 'Lead,Berlin').replace(/Eve.*\n/, '');
    expect((await save(hub, next)).body.change).toMatchObject({
      changed: 1,
      left: 1,
      unchanged: 1,
      sample: [
        { email: 'bob@x.test', what: 'changed' },
        { email: 'eve@x.test', what: 'left' },
      ],
    });
    expect(await hub.people()).toHaveLength(2);
    const periods = await hub.db.query<{ email: string; role: string; valid: boolean }>(
      'select email, role, valid_to is null as valid from data.people order by email, valid_from',
    );
    expect(periods).toEqual([
      { email: 'ada@x.test', role: 'CTO', valid: true },
      { email: 'bob@x.test', role: 'Engineer', valid: false },
      { email: 'bob@x.test', role: 'Lead', valid: true },
      { email: 'eve@x.test', role: 'Engineer', valid: false },
    ]);
    // Whoever comes back is the person they were.
    await save(hub, few);
    const [eve] = await hub.db.query<{ person: number; rows: number }>(
      `select min(person_id) as person, count(*) as rows from data.people where email = 'eve@x.test' having count(distinct person_id) = 1`,
    );
    expect(eve?.rows).toBe(2);
    const detail = (await hub.call('GET', `/api/v1/people/${eve?.person}`)).body as PersonDetail;
    expect(detail.history).toHaveLength(2);
  });

  it('are not saved with one fault among them, and every kind of fault is said at once', async () => {
    const hub = await hubOf();
    await save(hub, few);
    const wrong = `${header}Ada,ada@x.test,bob@x.test,,,\nBob,bob@x.test,ada@x.test,,,\n,carl@x.test,,,,\nDora,,,,,\nEve,eve@x.test,,,,\nEve,EVE@x.test,,,,\nFritz,no address,,,,\nGus,gus@x.test,nobody@x.test,,,\nHan,han@x.test,,=1+1,,\nIda,ida@x.test,,,${'x'.repeat(1_001)},\n`;
    const { upload } = (await hub.upload(wrong)).body as { upload: Upload };
    const path = `/api/v1/people/uploads/${upload.id}`;
    const checked = (await hub.call('POST', `${path}/check`, { body: { mapping: upload.mapping } }))
      .body as CheckedPeople;
    expect(checked.change).toBeNull();
    expect(
      checked.problems.map(({ errorType, field, count, samples }) => [errorType, field, count, samples[0]?.line]),
    ).toEqual([
      ['REQUIRED_VALUE_MISSING', 'name', 1, 4],
      ['REQUIRED_VALUE_MISSING', 'email', 1, 5],
      ['DUPLICATE_EMAIL', 'email', 1, 7],
      ['EMAIL_INVALID', 'email', 1, 8],
      ['CSV_FORMULA', 'role', 1, 10],
      ['CSV_CELL_TOO_LONG', 'site', 1, 11],
      ['MANAGER_EMAIL_MISSING_IN_DEVELOPER_EMAILS', 'manager_email', 1, 9],
      ['CIRCULAR_REFERENCE', 'manager_email', 1, 2],
    ]);
    expect(checked.problems.at(-1)?.samples[0]?.name).toBe('ada@x.test → bob@x.test → ada@x.test');
    const refused = await hub.call('POST', `${path}/save`, { body: { mapping: upload.mapping } });
    expect([refused.status, refused.body.error.code]).toEqual([422, 'people_invalid']);
    expect(refused.body.error.details.errors).toHaveLength(8);
    expect(await hub.people()).toHaveLength(3);
    expect(hub.told).toHaveLength(1);
  });

  it('need a name, an address and a manager among the columns', async () => {
    const hub = await hubOf();
    const { upload } = (await hub.upload('Who,Where\nAda,London\n')).body as { upload: Upload };
    const path = `/api/v1/people/uploads/${upload.id}/check`;
    expect(upload.mapping).toMatchObject({ name: null, email: null, managerEmail: null });
    const none = (await hub.call('POST', path, { body: { mapping: upload.mapping } })).body as CheckedPeople;
    expect(none.problems.map(({ code, field }) => [code, field])).toEqual(
      ['name', 'email', 'manager_email'].map((field) => [
        'missing_name_or_email_or_manager_email_field_mapping',
        field,
      ]),
    );
    const elsewhere = { name: 'Who', email: 'Mail', managerEmail: 'Boss', attributes: [] };
    const gone = (await hub.call('POST', path, { body: { mapping: elsewhere } })).body as CheckedPeople;
    expect(gone.problems.map(({ code, field }) => [code, field])).toEqual([
      ['required_field_missing', 'Mail'],
      ['required_field_missing', 'Boss'],
    ]);
  });

  it('are added, changed and removed one by one, by the same rules', async () => {
    const hub = await hubOf();
    await save(hub, few);
    const dora = { name: 'Dora', email: 'dora@x.test', managerEmail: 'bob@x.test', attributes: { site: 'Rome' } };
    expect((await hub.call('PATCH', '/api/v1/people', { body: { people: [dora] } })).body.change).toMatchObject({
      added: 1,
      left: 0,
      unchanged: 3,
    });
    const circle = { name: 'Ada', email: 'ada@x.test', managerEmail: 'dora@x.test' };
    const refused = await hub.call('PATCH', '/api/v1/people', { body: { people: [circle] } });
    expect(refused.body.error.details.errors[0]).toMatchObject({ code: 'circular_reference' });
    const needed = await hub.call('DELETE', '/api/v1/people', { body: { emails: ['bob@x.test'] } });
    expect(needed.body.error.details.errors[0]).toMatchObject({ code: 'manager_email_missing_in_developer_emails' });
    const unknown = await hub.call('DELETE', '/api/v1/people', { body: { emails: ['nobody@x.test'] } });
    expect(unknown.body.error.code).toBe('person_not_found');
    const gone = await hub.call('DELETE', '/api/v1/people', { body: { emails: ['Bob@x.test', 'dora@x.test'] } });
    expect(gone.body.change).toMatchObject({ left: 2, unchanged: 2 });
    const { events } = (await hub.call('GET', '/api/v1/audit?action=people.save')).body;
    expect(
      events.map(({ details }: { details: { added: number; left: number } }) => [details.added, details.left]),
    ).toEqual([
      [0, 2],
      [1, 0],
      [3, 0],
    ]);
  });
});

describe('a hostile file', () => {
  it.each([
    [
      'formulas',
      `${header}Ada,ada@x.test,,"=HYPERLINK(""http://evil"")",,\nBob,bob@x.test,,+1+cmd|' /C calc'!A0,@SUM(A1),-2+3\n`,
      'csv_formula',
    ],
    [
      'a circle of managers',
      `${header}A,a@x.test,b@x.test,,,\nB,b@x.test,c@x.test,,,\nC,c@x.test,a@x.test,,,\n`,
      'circular_reference',
    ],
    ['somebody who is their own manager', `${header}A,a@x.test,a@x.test,,,\n`, 'circular_reference'],
  ])('with %s is refused when it is looked at, and nothing is saved', async (_, text, code) => {
    const hub = await hubOf();
    const { upload } = (await hub.upload(text)).body as { upload: Upload };
    const { status, body } = await hub.call('POST', `/api/v1/people/uploads/${upload.id}/save`, {
      body: { mapping: upload.mapping },
    });
    expect([status, body.error.code, body.error.details.errors[0].code]).toEqual([422, 'people_invalid', code]);
    expect(await hub.people()).toEqual([]);
  });

  it.each([
    ['a NUL', `${header}Ada,a\0da@x.test,,,,\n`, 422, 'invalid_csv'],
    ['another encoding', Buffer.from(`${header}J\xfcrgen,j@x.test,,,,\n`, 'latin1'), 422, 'csv_not_utf8'],
    ['UTF-16', Buffer.from(`\ufeff${header}`, 'utf16le'), 422, 'csv_not_utf8'],
    ['a quote that is not closed', `${header}"Ada,ada@x.test,,,,\nBob`, 422, 'invalid_csv'],
    ['no rows', header, 422, 'empty_csv'],
    ['nothing', '', 422, 'empty_csv'],
    ['10,000 columns', `${Array.from({ length: 10_000 }, (__, at) => `c${at}`).join(',')}\n`, 422, 'csv_too_large'],
    ['duplicate and blank column names', 'Name,Email,Email, ,\nA,a@x.test,,,\n', 422, 'people_invalid'],
    ['binary', Buffer.from([0x50, 0x4b, 0x03, 0x04, 0x00, 0xff]), 422, 'csv_not_utf8'],
  ])('with %s is refused when it is sent, and nothing of it is kept', async (_, text, status, code) => {
    const hub = await hubOf();
    const answer = await hub.upload(text);
    expect([answer.status, answer.body.error.code]).toEqual([status, code]);
    expect(await hub.db.query('select id from teams.uploads')).toEqual([]);
    expect(await hub.db.query('select line from teams.upload_rows')).toEqual([]);
    expect(await hub.people()).toEqual([]);
  });

  it('says both what is twice and what is blank among its columns', async () => {
    const hub = await hubOf();
    const { body } = await hub.upload('Name,Email,Email, ,\nA,a@x.test,,,\n');
    expect(body.error.details.errors.map((one: { code: string; count: number }) => [one.code, one.count])).toEqual([
      ['blank_csv_column_name', 2],
      ['duplicate_csv_column', 2],
    ]);
  });

  it('of a gigabyte is refused before it is read, whether it says so or not', async () => {
    const hub = await hubOf();
    const address = await hub.app.listen({ port: 0, host: '127.0.0.1' });
    const token = hub.localToken;
    const gigabyte = 1024 * 1024 * 1024;
    let read = 0;
    const endless = (): Readable =>
      new Readable({
        read() {
          read += 65_536;
          this.push(read === 65_536 ? `${header}` : `Ada,ada${read}@x.test,,,,${'x'.repeat(900)}\n`.repeat(60));
        },
      });
    for (const length of [gigabyte, undefined]) {
      read = 0;
      const answer = await send(address, token, endless(), length);
      expect(answer).toMatchObject({ status: 413, code: 'request_too_large', connection: 'close' });
      // What was on the way already, not the file.
      expect(read).toBeLessThan(256 * 1024 * 1024);
    }
    expect(await hub.db.query('select id from teams.uploads')).toEqual([]);
  });
});

/** Sends without waiting to be told that it is too much, as a hostile sender does. */
async function send(address: string, token: string, body: Readable, length?: number) {
  const { request } = await import('node:http');
  return new Promise<{ status: number; code: string; connection: string | undefined }>((resolve, reject) => {
    const headers = {
      host: 'localhost',
      authorization: `Bearer ${token}`,
      ...csv,
      ...(length === undefined ? {} : { 'content-length': length }),
    };
    const call = request(`${address}/api/v1/people/uploads`, { method: 'POST', headers }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => {
        body.destroy();
        call.destroy();
        const { error } = JSON.parse(text) as { error: { code: string } };
        resolve({ status: response.statusCode ?? 0, code: error.code, connection: response.headers.connection });
      });
    });
    call.on('error', reject);
    body.pipe(call);
  });
}

describe('50,000 people', () => {
  it('are read, looked at and saved while the hub answers others', async () => {
    const hub = await hubOf();
    const count = 50_000;
    const lines = Array.from({ length: count }, (_, at) => {
      const manager = at === 0 ? '' : `p${Math.floor((at - 1) / 8)}@x.test`;
      return `Person ${at},p${at}@x.test,${manager},Engineer,Site ${at % 20},${at}`;
    });
    let longest = 0;
    let last = performance.now();
    const watch = setInterval(() => {
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
    }, 5);
    const started = performance.now();
    // Over a socket, as it comes: handed over in one piece it would be parsed in one piece.
    const address = await hub.app.listen({ port: 0, host: '127.0.0.1' });
    const headers = { authorization: `Bearer ${hub.localToken}`, ...csv };
    const sending = await fetch(`${address}/api/v1/people/uploads`, {
      method: 'POST',
      headers,
      body: header + lines.join('\n'),
    });
    const { upload } = (await sending.json()) as { upload: Upload };
    const place = `/api/v1/people/uploads/${upload.id}`;
    const checked = await hub.call('POST', `${place}/check`, { body: { mapping: upload.mapping } });
    expect(checked.body).toMatchObject({ problems: [], change: { added: count } });
    const { body } = await hub.call('POST', `${place}/save`, { body: { mapping: upload.mapping } });
    clearInterval(watch);
    process.stdout.write(
      `50,000 people sent, checked and saved: ${Math.round(performance.now() - started)} ms, longest pause ${Math.round(longest)} ms\n`,
    );
    expect(body.change.added).toBe(count);
    const again = await save(hub, header + lines.join('\n').replace('Person 77,', 'Person seventy-seven,'));
    expect(again.body.change).toMatchObject({ added: 0, changed: 1, left: 0, unchanged: count - 1 });
  });
});
