/** A `fetch` that tells how much of the body is on its way: the browser's own does not. */
export const fetchThatTells =
  (tell: (bytes: number) => void) =>
  (address: string, { method, headers, body, signal }: RequestInit): Promise<Response> =>
    new Promise((resolve, reject) => {
      const call = new XMLHttpRequest();
      call.open(method ?? 'GET', address);
      for (const [name, value] of new Headers(headers)) call.setRequestHeader(name, value);
      call.responseType = 'blob';
      call.upload.addEventListener('progress', ({ loaded }) => tell(loaded));
      call.addEventListener('load', () => {
        const told = ['content-type', 'x-request-id'].flatMap((name): [string, string][] => {
          const value = call.getResponseHeader(name);
          return value === null ? [] : [[name, value]];
        });
        resolve(new Response(call.response as Blob, { status: call.status, headers: told }));
      });
      call.addEventListener('error', () => reject(new TypeError('The connection failed.')));
      call.addEventListener('abort', () => reject(new DOMException('Ended.', 'AbortError')));
      signal?.addEventListener('abort', () => call.abort(), { once: true });
      call.send(body as File | null);
    });
