import { runGit } from './run.ts';
import type { Git } from './store.ts';
import type { Reply } from '../../wire/reply.ts';

export interface SmartRequest {
  method: string;
  /** Below the repository: `info/refs`, `git-upload-pack`, `git-receive-pack`. */
  path: string;
  query: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: Buffer;
  user: string;
}

/** Git's own server behind its CGI. */
export async function smartHttp(git: Git, { method, path, query, headers, body, user }: SmartRequest): Promise<Reply> {
  const named = (name: string): string => String(headers[name] ?? '');
  const { stdout } = await runGit(['-c', 'http.receivepack=true', 'http-backend'], {
    directory: git.directory,
    input: body,
    env: {
      GIT_PROJECT_ROOT: git.directory,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'transfer.hideRefs',
      GIT_CONFIG_VALUE_0: 'refs/hidden',
      REQUEST_METHOD: method,
      PATH_INFO: `/${path}`,
      QUERY_STRING: query,
      CONTENT_TYPE: named('content-type'),
      CONTENT_LENGTH: String(body.length),
      HTTP_CONTENT_ENCODING: named('content-encoding'),
      GIT_PROTOCOL: named('git-protocol'),
      REMOTE_USER: user,
      REMOTE_ADDR: '127.0.0.1',
    },
  });
  return fromCgi(stdout);
}

function fromCgi(output: Buffer): Reply {
  const end = output.indexOf('\r\n\r\n');
  const lines = output.subarray(0, end).toString('latin1').split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const { Status: status = '200', 'Content-Type': contentType = null, ...others } = headers;
  return { status: Number.parseInt(status, 10), contentType, headers: others, body: output.subarray(end + 4) };
}
