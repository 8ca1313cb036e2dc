/** What a simulator told a test. */
export interface Told {
  status: number;
  headers: Headers;
  text: string;
  /** The parsed answer; undefined for one that is not JSON. */
  // oxlint-disable-next-line typescript/no-explicit-any -- a test says what it expects of it
  body: any;
}

export async function toldBy(answer: Response): Promise<Told> {
  const text = await answer.text();
  const isJson = answer.headers.get('content-type')?.includes('json') === true && text !== '';
  return { status: answer.status, headers: answer.headers, text, body: isJson ? JSON.parse(text) : undefined };
}
