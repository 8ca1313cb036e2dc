import { isLabVersion } from '../../lab/sonarqube/releases.ts';
import { holdTestLab, startFed, testLab } from './test-lab.ts';

// Starts and feeds the server of stage `real` while other stages run. What goes wrong here is said by that stage, which
// does the same again and finds it done.
const version = process.argv[2] ?? '';
const lab = testLab((line) => process.stdout.write(`${line}\n`));
if (isLabVersion(version)) await holdTestLab(lab, () => startFed(lab, version));
