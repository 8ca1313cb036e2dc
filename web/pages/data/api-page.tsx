import { queryOptions, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { ApiClient } from '../../api/client.ts';
import { useApi } from '../../app/context.ts';
import { Copyable } from '../../components/button.tsx';
import { Tag } from '../../components/chips.tsx';
import { SearchBox } from '../../components/form.tsx';
import { Card, Page } from '../../components/page.tsx';
import { Loaded } from '../../components/states.tsx';
import { countOf } from '../../words/numbers.ts';
import { DataTabs } from './data-tabs.tsx';
import { boundsText, type Endpoint, endpointsByTag, jsonSchemaOf, type OpenApi, schemaText } from './openapi.ts';
import { Toolbar } from '../../components/toolbar.tsx';

const route = getRouteApi('/shell/data/api');

const openApiQuery = (api: ApiClient) =>
  queryOptions({
    queryKey: ['openapi'],
    queryFn: ({ signal }) => api.get<OpenApi>('api/v1/openapi.json', { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });

export function ApiPage(): ReactElement {
  const api = useApi();
  const { q } = route.useSearch();
  const navigate = useNavigate({ from: '/data/api' });
  const query = useQuery(openApiQuery(api));
  return (
    <Page
      title="Data"
      tabs={<DataTabs />}
      actions={
        <a className="button quiet" href={api.url('api/v1/openapi.json')}>
          OpenAPI document
        </a>
      }
    >
      <Card title="Calling the API" padded>
        <p>
          Programs send an API token, made under Settings. Failed calls answer with a code, a sentence and a remedy:{' '}
          <code>{'{ error: { code, message, remedy, upstream, requestId } }'}</code>.
        </p>
        <Copyable
          label="Example call"
          text={`curl -H "Authorization: Bearer $PLUMBLINE_TOKEN" ${api.url('api/v1/integrations')}`}
        />
      </Card>
      <Toolbar label="Filters">
        <SearchBox
          label="Find an endpoint"
          placeholder="Path or purpose"
          value={q ?? ''}
          onChange={(text) =>
            void navigate({ search: { q: text === '' ? undefined : text }, replace: true, resetScroll: false })
          }
        />
      </Toolbar>
      <Loaded query={query}>{(document) => <Endpoints document={document} text={q ?? ''} />}</Loaded>
    </Page>
  );
}

function Endpoints({ document, text }: { document: OpenApi; text: string }): ReactElement {
  const groups = endpointsByTag(document, text);
  if (groups.length === 0) return <p>No endpoint matches “{text}”.</p>;
  return (
    <>
      {groups.map(([tag, endpoints]) => (
        <Card key={tag} title={tag} note={countOf(endpoints.length, 'endpoint')}>
          <div className="endpoints">
            {endpoints.map((endpoint) => (
              <EndpointDetails key={`${endpoint.method} ${endpoint.path}`} endpoint={endpoint} document={document} />
            ))}
          </div>
        </Card>
      ))}
    </>
  );
}

function EndpointDetails({ endpoint, document }: { endpoint: Endpoint; document: OpenApi }): ReactElement {
  const body = jsonSchemaOf(endpoint.requestBody?.content);
  const success = Object.entries(endpoint.responses ?? {}).find(([status]) => status.startsWith('2'))?.[1];
  const answer = jsonSchemaOf(success?.content);
  return (
    <details>
      <summary>
        <Tag>{endpoint.method}</Tag>
        <code>{endpoint.path}</code>
        <span className="note">{endpoint.summary}</span>
      </summary>
      <div className="endpoint-body">
        {endpoint.description === undefined ? null : <p>{endpoint.description.replaceAll('`', '')}</p>}
        <Parameters endpoint={endpoint} document={document} />
        {body === undefined ? null : <Shape title="Body" text={schemaText(body, document)} />}
        {answer === undefined ? null : <Shape title="Answer" text={schemaText(answer, document)} />}
        {endpoint['x-error-codes'] === undefined ? null : (
          <div>
            <h3>Error codes</h3>
            <p>
              {endpoint['x-error-codes'].map((code) => (
                <Tag key={code}>{code}</Tag>
              ))}
            </p>
          </div>
        )}
      </div>
    </details>
  );
}

function Parameters({ endpoint, document }: { endpoint: Endpoint; document: OpenApi }): ReactElement | null {
  const { parameters = [] } = endpoint;
  if (parameters.length === 0) return null;
  return (
    <div>
      <h3>Parameters</h3>
      <dl className="facts">
        {parameters.map((parameter) => (
          <div key={`${parameter.in} ${parameter.name}`}>
            <dt>
              <code>{parameter.name}</code>{' '}
              <span className="note">
                {parameter.in === 'path' ? 'in the path' : parameter.required === true ? 'required' : 'optional'}
              </span>
            </dt>
            <dd>
              <code>{schemaText(parameter.schema, document)}</code>
              <span className="note">
                {' '}
                {[boundsText(parameter.schema), parameter.description ?? parameter.schema?.description ?? '']
                  .filter((words) => words !== '')
                  .join('. ')}
              </span>
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

function Shape({ title, text }: { title: string; text: string }): ReactElement {
  return (
    <div>
      <h3>{title}</h3>
      <pre className="shape">{text}</pre>
    </div>
  );
}
