import { expect, it } from 'vitest';
import { isThisMachine, leadsNowhere } from './this-machine.ts';

it('a name of loopback means the machine of whoever reads it', () => {
  for (const host of ['localhost', 'LOCALHOST', 'sonar.localhost', '127.0.0.1', '127.1.2.3', '[::1]'])
    expect(isThisMachine(host)).toBe(true);
  for (const host of ['sonar.example.com', 'localhost.example.com', '128.0.0.1', 'notlocalhost', '[::2]'])
    expect(isThisMachine(host)).toBe(false);
});

it('links to loopback lead nowhere for people of another machine', () => {
  expect(leadsNowhere('http://localhost:9000/sonar', 'https://bitbucket.example.com')).toBe(true);
  expect(leadsNowhere('https://sonar.example.com', 'https://bitbucket.example.com')).toBe(false);
  expect(leadsNowhere('http://127.0.0.1:9000', 'http://localhost:7990')).toBe(false);
  expect(leadsNowhere('', 'https://bitbucket.example.com')).toBe(false);
});
