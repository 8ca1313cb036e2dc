{{ config(materialized='incremental', unique_key='day') }}

select
  (created_at at time zone 'utc')::date as day,
  count(*) as issues
from {{ source('plumbline', 'sonarqube_issues') }}
where created_at is not null
{% if is_incremental() %}
  and created_at >= (select max(day) from {{ this }})
{% endif %}
group by 1
