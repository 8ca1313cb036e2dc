import { describe, expect, it, vi } from 'vitest';
import { createConnection } from './connection.ts';

function setUp(answers: boolean[]) {
  const waiting: (() => void)[] = [];
  const onBack = vi.fn();
  const probe = vi.fn(async () => answers.shift() ?? false);
  const connection = createConnection({ probe, onBack, schedule: (run) => void waiting.push(run) });
  const pass = async (): Promise<void> => {
    waiting.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { connection, onBack, probe, pass, waiting };
}

describe('connection', () => {
  it('asks until the hub answers, then says so once', async () => {
    const { connection, onBack, probe, pass } = setUp([false, true]);
    connection.failed();
    connection.failed();
    expect(connection.isDown()).toBe(true);
    await pass();
    expect(connection.isDown()).toBe(true);
    await pass();
    expect(connection.isDown()).toBe(false);
    expect(onBack).toHaveBeenCalledTimes(1);
    expect(probe).toHaveBeenCalledTimes(2);
  });

  it('stops asking when an ordinary request is answered first', async () => {
    const { connection, onBack, probe, pass, waiting } = setUp([]);
    connection.failed();
    connection.answered();
    await pass();
    expect(probe).not.toHaveBeenCalled();
    expect(waiting).toEqual([]);
    expect(onBack).toHaveBeenCalledTimes(1);
  });

  it('tells listeners of changes only', () => {
    const { connection } = setUp([]);
    const listener = vi.fn();
    const stop = connection.subscribe(listener);
    connection.answered();
    connection.failed();
    connection.failed();
    stop();
    connection.answered();
    expect(listener).toHaveBeenCalledTimes(1);
  });
});
