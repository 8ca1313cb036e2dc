import { describeSixEndpoints } from './six-endpoints.ts';

describeSixEndpoints();
