import { describeIncremental } from './incremental.ts';

describeIncremental();
