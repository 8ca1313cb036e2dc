import { catalogue, type ErrorCode } from './catalogue.ts';

/** Markdown table of these codes, in their order; docs/errors.md and the connectors' pages are made of it. */
export function renderErrorTable(codes: readonly ErrorCode[]): string {
  const rows = codes.map((code) => {
    const { title, remedy, status, retryable } = catalogue[code];
    return `| \`${code}\` | ${cell(title)} | ${cell(remedy)} | ${retryable ? 'yes' : 'no'} | ${status} |`;
  });
  return ['| code | meaning | what to do | tried again | HTTP |', '| --- | --- | --- | --- | --- |', ...rows].join(
    '\n',
  );
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
