import { expect, it } from 'vitest';
import { createEndings } from './endings.ts';

it('ends the youngest first, all of them though one fails, and at once what comes too late', async () => {
  const ended: string[] = [];
  const end = (name: string) => async () => void ended.push(name);
  const endings = createEndings();
  await endings.add(end('home'));
  await endings.add(() => Promise.reject(new Error('it holds on')));
  await endings.add(end('server'));
  await expect(endings.all()).rejects.toThrow('it holds on');
  expect(ended).toEqual(['server', 'home']);
  await endings.add(end('late'));
  expect(ended).toEqual(['server', 'home', 'late']);
});
