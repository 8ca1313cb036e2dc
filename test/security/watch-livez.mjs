// A second process that asks /livez without pause and says, at each line it is sent, the longest answer since the last.
import { request, Agent } from 'node:http';
import { createInterface } from 'node:readline';

const url = new URL('livez', process.argv[2]);
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
let [worst, asked, failed] = [0, 0, 0];

const ask = () =>
  new Promise((resolve) => {
    const started = performance.now();
    const done = (good) => {
      worst = Math.max(worst, performance.now() - started);
      asked += 1;
      if (!good) failed += 1;
      resolve();
    };
    const call = request(url, { agent }, (answer) =>
      answer.resume().once('end', () => done(answer.statusCode === 200)),
    );
    call.once('error', () => done(false));
    call.end();
  });

createInterface({ input: process.stdin }).on('line', () => {
  process.stdout.write(`${JSON.stringify({ worst: Math.round(worst), asked, failed })}\n`);
  [worst, asked, failed] = [0, 0, 0];
});
process.stdin.once('end', () => process.exit(0));

for (;;) {
  await ask();
  await new Promise((resolve) => setTimeout(resolve, 5));
}
