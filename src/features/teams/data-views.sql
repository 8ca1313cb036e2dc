create view data.people as
select c.id, c.person_id, p.email, c.name, c.manager_email,
       (select m.id from teams.people m where m.email = c.manager_email) as manager_id,
       c.attributes ->> 'role' as role, c.attributes ->> 'site' as site, c.attributes ->> 'team' as team,
       c.attributes ->> 'sub_role' as sub_role, c.attributes ->> 'department' as department, c.attributes,
       c.valid_from, c.valid_to, c.valid_to is null as is_current
  from teams.person_periods c join teams.people p on p.id = c.person_id;
comment on view data.people is 'People and what was said of them: one row for each time span in which it was the same. is_current: now.';
comment on column data.people.id is 'Identity of the row.';
comment on column data.people.person_id is 'Identity of the person, the same in all their rows.';
comment on column data.people.email is 'Their address, in small letters; an address is one person.';
comment on column data.people.name is 'Full name.';
comment on column data.people.manager_email is 'Address of their manager. Null for who has none.';
comment on column data.people.manager_id is 'Their manager. [fk: people.person_id]';
comment on column data.people.role is 'Attribute role.';
comment on column data.people.site is 'Attribute site.';
comment on column data.people.team is 'Attribute team, as the file says it; teams of an org tree are in teams.';
comment on column data.people.sub_role is 'Attribute sub_role.';
comment on column data.people.department is 'Attribute department.';
comment on column data.people.attributes is 'All attributes by their names, also an installation’s own.';
comment on column data.people.valid_from is 'From when on this was said of them.';
comment on column data.people.valid_to is 'Until when; null: it is said now.';
comment on column data.people.is_current is 'It is said now.';
