import type { Profile } from '../../../lab/simulators/sonarqube/profiles.ts';
import type { RuleId } from '../../../lab/simulators/sonarqube/rules.ts';

/** A server that the contract suite asks: the simulator or a real one. */
export interface Target {
  name: string;
  /** Without a slash at the end. */
  url: string;
  /** What its version can do, as the simulator believes it. */
  profile: Profile;
  tokens: {
    /** `squ_` of a global administrator. */
    admin: string;
    /** `squ_` of a user who may only browse. */
    browse: string;
    /** `sqa_` of an administrator. */
    analysis: string;
    /** `sqp_` of an administrator for the project `small`. */
    project: string;
    /** `squ_` of a user with Administer System and Execute Analysis, and Browse on public projects only. */
    blind: string;
  };
  /** Private, with issues; `blind` may not browse it. */
  hidden: string;
  /** More than 10,000 issues in more than 100 files. */
  large: string;
  /** A few issues, closed ones among them, and two analyses or more. */
  small: string;
  /** Never analysed. */
  empty: string;
  stop(): Promise<void>;
}

export type Check = (target: Target) => Promise<void>;
export type Checks = Partial<Record<RuleId, Check>>;

export interface Answer {
  status: number;
  contentType: string | null;
  headers: Headers;
  text: string;
  bytes: Uint8Array;
  /** The parsed body; throws when it is not JSON. */
  // biome-ignore format: one line
  json<T = Record<string, unknown>>(): T;
  /** The first `msg` of an error body. */
  message(): string;
}

export interface Asking {
  /** Default `admin`; a text that is no name is sent as it is. */
  as?: keyof Target['tokens'] | 'nobody' | { token: string };
  scheme?: 'Bearer' | 'Basic';
  method?: 'GET' | 'POST';
  /** Sent as a raw query instead of encoded parameters. */
  rawQuery?: string;
}

export type Parameters = Record<string, string | number>;

const tokenOf = (target: Target, as: Asking['as'] = 'admin'): string | null => {
  if (as === 'nobody') return null;
  return typeof as === 'string' ? target.tokens[as] : as.token;
};

/** One request. Basic is the default because every version speaks it. */
export async function ask(target: Target, path: string, query: Parameters = {}, asking: Asking = {}): Promise<Answer> {
  const url = new URL(`${target.url}/${path}`);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
  const href = asking.rawQuery === undefined ? url.href : `${url.href}?${asking.rawQuery}`;
  const token = tokenOf(target, asking.as);
  const headers: Record<string, string> = {};
  if (token !== null)
    headers['authorization'] =
      asking.scheme === 'Bearer' ? `Bearer ${token}` : `Basic ${Buffer.from(`${token}:`).toString('base64')}`;
  const response = await fetch(href, { headers, method: asking.method ?? 'GET', redirect: 'manual' });
  const bytes = new Uint8Array(await response.arrayBuffer());
  const text = Buffer.from(bytes).toString('utf8');
  const json = <T>(): T => JSON.parse(text) as T;
  return {
    status: response.status,
    contentType: response.headers.get('content-type'),
    headers: response.headers,
    text,
    bytes,
    json,
    message: () => json<{ errors: { msg: string }[] }>().errors[0]?.msg ?? '',
  };
}

export interface Issue {
  key: string;
  rule: string;
  severity: string;
  component: string;
  project: string;
  type: string;
  status: string;
  resolution?: string;
  line?: number;
  textRange?: object;
  creationDate: string;
  updateDate: string;
  closeDate?: string;
  branch?: string;
  pullRequest?: string;
  issueStatus?: string;
}

export interface IssuePage {
  total: number;
  paging: { pageIndex: number; pageSize: number; total: number };
  issues: Issue[];
  facets: { property: string; values: { val: string; count: number }[] }[];
}

export async function issues(target: Target, query: Parameters, asking: Asking = {}): Promise<IssuePage> {
  return (await ask(target, 'api/issues/search', query, asking)).json<IssuePage>();
}

/** `YYYY-MM-DDThh:mm:ss+hhmm` of an answered date, moved by some seconds. */
export function moved(date: string, seconds: number): string {
  const at = new Date(date.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
  return `${new Date(at.getTime() + seconds * 1000).toISOString().slice(0, 19)}+0000`;
}

export const instantOf = (date: string): number => new Date(date.replace(/([+-]\d\d)(\d\d)$/, '$1:$2')).getTime();
