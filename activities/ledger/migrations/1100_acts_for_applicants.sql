-- The applicant for whom a service sent the request; null when it asked for itself. A service that asks for one applicant
-- may not see what it sent for another.
alter table kept_answer add column for_applicant text;
