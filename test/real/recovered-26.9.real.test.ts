import { describeRecovered } from './recovered.ts';

describeRecovered();
