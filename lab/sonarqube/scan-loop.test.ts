import { expect, it } from 'vitest';
import { propertiesText } from './scan-loop.ts';

it('writes properties so that no sign of a name or value ends it, begins a comment or continues a line', () => {
  expect(propertiesText({ 'sonar.token': 'squ_1', 'a b': '#c=d:e\\\nf!' })).toBe(
    'sonar.token=squ_1\na\\u0020b=\\u0023c\\u003dd\\u003ae\\u005c\\u000af\\u0021\n',
  );
});
