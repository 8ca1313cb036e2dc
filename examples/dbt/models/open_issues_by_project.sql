select
  p.source_key as project_key,
  p.name,
  count(i.id) filter (where i.is_open) as open_issues
from {{ source('plumbline', 'sonarqube_projects') }} as p
left join {{ source('plumbline', 'sonarqube_issues') }} as i on i.project_id = p.id
group by p.source_key, p.name
