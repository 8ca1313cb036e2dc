import type { Outbound, OutboundRequest, OutboundResponse } from '../../platform/outbound/types.ts';

/** A small Harness inside the process, for the tests of this folder: its rows, its filters, and what it was asked. */
export interface FakeHarness {
  http: Outbound;
  rows: Rows;
  /** Method and path with its query, oldest first. */
  journal: Asked[];
  /** Answers instead of the fake where it gives something. */
  instead: (asked: Asked) => Response | undefined;
}

export interface Asked {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: Record<string, string>;
  body: Record<string, unknown> | null;
}

type Row = Record<string, unknown>;
type ProjectRow = { organization: string; identifier: string; name?: string };
export type ExecutionRow = Row & { planExecutionId: string; project: string; status: string; startTs?: number };

interface Rows {
  organizations: { identifier: string; name?: string }[];
  projects: ProjectRow[];
  pipelines: Row[];
  services: Row[];
  environments: Row[];
  executions: ExecutionRow[];
  /** Nodes of stages by `<execution> <node>`. */
  graphs: Map<string, Row>;
  /** Executions that the list leaves out. */
  hidden: Set<string>;
}

export function createFakeHarness({ prefix = '' }: { prefix?: string } = {}): FakeHarness {
  const fake: FakeHarness = {
    rows: {
      organizations: [],
      projects: [],
      pipelines: [],
      services: [],
      environments: [],
      executions: [],
      graphs: new Map(),
      hidden: new Set(),
    },
    journal: [],
    instead: () => undefined,
    http: {
      request: async (request) => respond(await answer(request)),
      concurrency: () => 4,
      stats: () => ({ requests: 0, retries: 0, bytes: 0 }),
      close: async () => {},
    },
  };
  const answer = async ({ url, method = 'GET', headers = {}, body }: OutboundRequest): Promise<Response> => {
    const asked: Asked = {
      method,
      path: url.pathname,
      query: url.searchParams,
      headers,
      body: body === undefined ? null : (JSON.parse(String(body)) as Row),
    };
    fake.journal.push(asked);
    const other = fake.instead(asked);
    if (other !== undefined) return other;
    if (!asked.path.startsWith(`${prefix}/`) || (prefix === '' && asked.path.startsWith('/gateway/')))
      return new Response('<!doctype html><title>Not here</title>', { status: 404 });
    return route(fake.rows, { ...asked, path: asked.path.slice(prefix.length + 1) });
  };
  return fake;
}

export const success = (data: unknown): Response =>
  new Response(JSON.stringify({ status: 'SUCCESS', data, metaData: null, correlationId: 'fake' }));

export const failure = (status: number, code: string, message = 'No.'): Response =>
  new Response(JSON.stringify({ status: 'ERROR', code, message, correlationId: 'fake', responseMessages: [] }), {
    status,
  });

function route(rows: Rows, asked: Asked): Response {
  const { path, query } = asked;
  const level = [query.get('orgIdentifier'), query.get('projectIdentifier')].filter((part) => part !== null).join('/');
  const ofProject = (row: Row): boolean => row['project'] === level;
  switch (path) {
    case 'ng/api/organizations':
      return ngPage(
        rows.organizations.map((organization) => ({ organization, harnessManaged: false })),
        query,
      );
    case 'ng/api/projects':
      return ngPage(rows.projects.filter(named(query)).map(projectRow), query);
    case 'pipeline/api/pipelines/list':
      return springPage(rows.pipelines.filter(ofProject), query);
    case 'ng/api/servicesV2':
      return springPage(
        rows.services.filter(ofProject).map((service) => ({ service })),
        query,
      );
    case 'ng/api/environmentsV2':
      return springPage(
        rows.environments.filter(ofProject).map((environment) => ({ environment })),
        query,
      );
    case 'pipeline/api/pipelines/execution/summary':
      return springPage(executions(rows, asked).map(executionRow), query);
    default:
      return single(rows, asked);
  }
}

const named = (query: URLSearchParams) => (row: ProjectRow) =>
  (query.get('orgIdentifier') ?? row.organization) === row.organization &&
  (!query.has('identifiers') || query.getAll('identifiers').includes(row.identifier));

const projectRow = ({ organization, identifier, name }: ProjectRow): Row => ({
  project: { orgIdentifier: organization, identifier, name: name ?? identifier, modules: ['CD'], tags: {} },
});

function executions({ executions: all, hidden }: Rows, { query, body }: Asked): ExecutionRow[] {
  const project = `${query.get('orgIdentifier')}/${query.get('projectIdentifier')}`;
  const range = body?.['timeRange'] as { startTime: number; endTime: number } | undefined;
  const statuses = body?.['status'] as string[] | undefined;
  const across = query.get('showAllExecutions') === 'true';
  const found = all.filter(
    ({ planExecutionId: id, startTs, status, ...row }) =>
      !hidden.has(id) &&
      (across || row.project === project) &&
      (range === undefined || (startTs !== undefined && startTs >= range.startTime && startTs <= range.endTime)) &&
      (statuses === undefined || statuses.some((one) => one.toLowerCase() === status.toLowerCase())),
  );
  const direction = query.get('sort')?.endsWith('ASC') === true ? 1 : -1;
  return found.toSorted((a, b) => direction * ((a.startTs ?? 0) - (b.startTs ?? 0)));
}

function executionRow({ project, ...row }: ExecutionRow): Row {
  const [orgIdentifier, projectIdentifier] = project.split('/');
  return { pipelineIdentifier: 'deploy', name: 'Deploy', ...row, orgIdentifier, projectIdentifier };
}

function single(rows: Rows, { path, query }: Asked): Response {
  if (path.startsWith('ng/api/accounts/')) return success({ identifier: path.split('/').at(-1), name: 'Acme' });
  if (path === 'ng/api/user/currentUser') return success({ uuid: 'u', name: 'Ada' });
  const id = path.replace('pipeline/api/pipelines/execution/v2/', '');
  const found = rows.executions.find(({ planExecutionId }) => planExecutionId === id);
  if (found === undefined)
    return failure(
      400,
      'INVALID_REQUEST',
      `Plan Execution Summary does not exist or has been deleted for planExecutionId: ${id}`,
    );
  const nodeMap = rows.graphs.get(`${id} ${query.get('stageNodeId')}`) ?? {};
  return success({
    pipelineExecutionSummary: executionRow(found),
    ...(query.has('stageNodeId') ? { executionGraph: { nodeMap } } : {}),
  });
}

function pageOf(rows: readonly unknown[], index: number, size: number): unknown[] {
  return rows.slice(index * size, (index + 1) * size);
}

function ngPage(rows: readonly unknown[], query: URLSearchParams): Response {
  const [pageIndex, pageSize] = [Number(query.get('pageIndex') ?? 0), Number(query.get('pageSize') ?? 50)];
  if (pageSize > 100) return failure(400, 'INVALID_REQUEST', 'pageSize: must be less than or equal to 100');
  const content = pageOf(rows, pageIndex, pageSize);
  const totalPages = Math.ceil(rows.length / pageSize);
  return success({ totalPages, totalItems: rows.length, pageItemCount: content.length, pageSize, content, pageIndex });
}

function springPage(rows: readonly unknown[], query: URLSearchParams): Response {
  const [number, size] = [Number(query.get('page') ?? 0), Number(query.get('size') ?? 10)];
  const content = pageOf(rows, number, size);
  const last = (number + 1) * size >= rows.length;
  return success({
    content,
    totalElements: rows.length,
    totalPages: Math.ceil(rows.length / size),
    number,
    size,
    last,
  });
}

async function respond(response: Response): Promise<OutboundResponse> {
  const text = await response.text();
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: (async function* () {
      yield new TextEncoder().encode(text);
    })(),
    text: async () => text,
    bytes: async () => new TextEncoder().encode(text),
  };
}
