import { catalogue, type ErrorCode } from '../../platform/errors/index.ts';

/** By status: what each of its codes means. */
export function failures(codes: readonly ErrorCode[], statusOf: (code: ErrorCode) => number): [number, string][] {
  const statuses = [...new Set(codes.map(statusOf))].sort((a, b) => a - b);
  return statuses.map((status) => {
    const here = codes.filter((code) => statusOf(code) === status);
    return [status, here.map((code) => `\`${code}\`: ${catalogue[code].title}`).join('\n\n')];
  });
}
