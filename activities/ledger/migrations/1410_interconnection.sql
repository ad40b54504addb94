-- Applications of the national interconnection software that somebody had taken in. One row each; the dossier that
-- came of it has the key `lien-thong.<application>` in `dossier_code`, which is the record.
create table interconnection_application (
    application text        not null primary key,
    state       text        not null default 'waiting' check (state in ('waiting', 'taken', 'refused')),
    principal   jsonb       not null,
    actor       jsonb       not null,
    received_by text        not null,
    asked_at    timestamptz not null default clock_timestamp(),
    tried_at    timestamptz,
    tries       int         not null default 0,
    dossier     text,
    code        text,
    sentence    jsonb,
    check ((state = 'taken') = (dossier is not null)),
    check (state <> 'refused' or code is not null)
);
create index interconnection_application_waiting on interconnection_application (asked_at) where state = 'waiting';
create index interconnection_application_refused on interconnection_application (asked_at) where state = 'refused';
grant select, insert, update on interconnection_application to luongxanh_app;
grant select on interconnection_application to luongxanh_reader;

-- An entry of a relay that an operator has ordered to be sent again, until it is sent or refused again.
alter table relay_problem
    add column again_at  timestamptz,
    add column again_by  text,
    add column again_why text;
-- The dossiers of interconnected procedures, the wholes and their parts: few among many.
create index dossier_interconnected on dossier (code) where snapshot ?| array['parent', 'children'];
