-- Hotspots, and the issues that were hotspots, are few among millions of findings.
create index findings_hotspots on code_quality.findings (project_id, opened_at desc) where kind = 'hotspot' or vulnerability_probability is not null;
