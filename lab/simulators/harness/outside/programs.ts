import type { OutsideProgram } from '../../outside/install.ts';

/** The vendor's typed client: it refuses members that must be there, values outside its enums and texts for numbers. */
const typed = `import json, os, sys
import harness_open_api as api

configuration = api.Configuration()
configuration.host = sys.argv[1]
configuration.api_key["x-api-key"] = os.environ["KEY"]
client = api.ApiClient(configuration)
client.set_default_header("Harness-Account", "acc")
account = {"account_identifier": "acc"}
executions = api.PipelineExecutionDetailsApi(client)
told = {"rows": [], "graphs": 0}
organizations = api.OrganizationApi(client).get_organization_list(**account).data
told["organizations"] = [row.organization.identifier for row in organizations.content]
projects = api.ProjectApi(client).get_project_list_with_multi_org_filter(**account).data
told["projects"] = [row.project.identifier for row in projects.content]
told["account"] = api.AccountsApi(client).get_account_ng(account_identifier="acc").data.identifier
for row in projects.content:
    place = {**account, "org_identifier": row.project.org_identifier, "project_identifier": row.project.identifier}
    api.PipelineApi(client).get_pipeline_list(**place, body={"filterType": "PipelineSetup"})
    api.ServicesApi(client).get_service_list(**place)
    api.EnvironmentsApi(client).get_environment_list(**place)
    page = 0
    while True:
        found = executions.get_list_of_executions(**place, body={"filterType": "PipelineExecution"}, page=page, size=100).data
        told["rows"] += [one.plan_execution_id for one in found.content]
        page += 1
        if found.last:
            break
    for one in found.content[:10]:
        detail = executions.get_execution_detail_v2(**place, plan_execution_id=one.plan_execution_id, render_full_bottom_graph=True)
        told["graphs"] += len(detail.data.execution_graph.node_map)
    outline = executions.get_list_of_executions_outline(**place, body={}, size=100).data
    told.setdefault("outlines", []).extend(one.plan_execution_id for one in outline.content)
print(json.dumps(told))
`;

/** The vendor's platform SDK, whose models are stricter still. */
const platform = `import json, os, sys
from harness_platform_sdk import HarnessClient

told = {}
with HarnessClient(api_key=os.environ["KEY"], account_id="acc", base_url=sys.argv[1], default_org="org1", default_project="p01") as client:
    told["organizations"] = [one.identifier for one in client.organizations.list()]
    told["projects"] = [one.identifier for one in client.projects.list()]
    told["services"] = [one.identifier for one in client.services.list()]
    told["environments"] = [one.identifier for one in client.environments_v2.list()]
    told["pipelines"] = [one.identifier for one in client.pipelines_v0.list()]
print(json.dumps(told))
`;

/** hctl, and two clients by the vendor; versions of the end of November 2026. */
export const harnessClients: OutsideProgram = {
  name: 'harness-clients',
  version: '1',
  files: {
    'requirements.txt': 'hctl==0.3.2\nharness-open-api==2.0.1\nharness-platform-sdk==1.1.0\n',
    'typed.py': typed,
    'sdk.py': platform,
  },
  commands: [
    ['python3', '-m', 'venv', 'venv'],
    ['venv/bin/pip', 'install', '--quiet', '--disable-pip-version-check', '-r', 'requirements.txt'],
  ],
};
