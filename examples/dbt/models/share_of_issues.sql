{{ config(materialized='view') }}

select
  project_key,
  open_issues,
  coalesce(open_issues / nullif(sum(open_issues) over (), 0), 0) as share
from {{ ref('open_issues_by_project') }}
