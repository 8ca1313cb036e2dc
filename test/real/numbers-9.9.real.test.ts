import { describeNumbers } from './numbers.ts';

describeNumbers({ hasModes: false });
