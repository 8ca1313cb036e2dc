/** The crash tests name a moment, and which time it comes, at which this process kills itself. */
export function crashHook(env: NodeJS.ProcessEnv): { reached?: (point: string) => void } {
  const wanted = env['PLUMBLINE_TEST_CRASH_AT'];
  if (wanted === undefined || wanted === '') return {};
  const [point, count = '1'] = wanted.split(':');
  let left = Number(count);
  return {
    reached(reached) {
      if (reached === point && --left <= 0) process.kill(process.pid, 'SIGKILL');
    },
  };
}
