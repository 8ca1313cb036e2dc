import { describeBitbucketClient } from './bitbucket-client.ts';

describeBitbucketClient();
