import { expect, test } from 'vitest';
import { parseServerUrl } from './server-url.ts';

test.each([
  ['server.example.com', 'https://server.example.com/'],
  ['  http://127.0.0.1:9000/context ', 'http://127.0.0.1:9000/context'],
  ['HTTPS://Server.Example.com:443', 'https://server.example.com/'],
  ['localhost:9000', 'https://localhost:9000/'],
])('%j is %s', (text, href) => {
  expect(parseServerUrl(text).href).toBe(href);
});

test.each(['', 'https://', 'ftp://server.example.com', 'file:///etc/passwd'])('“%s” is refused', (text) => {
  expect(() => parseServerUrl(text)).toThrow(TypeError);
});

test('credentials are refused and not repeated', () => {
  expect(() => parseServerUrl('https://user:secret@server.example.com')).toThrow(
    /^credentials do not belong into the URL$/,
  );
});

test.each(['https://ada@sonar.example', 'https://:secret@sonar.example', 'https://ada:secret@sonar.example'])(
  '%s carries a credential, and is refused without repeating it',
  (address) => {
    expect(() => parseServerUrl(address)).toThrow(/^credentials do not belong into the URL$/);
  },
);
