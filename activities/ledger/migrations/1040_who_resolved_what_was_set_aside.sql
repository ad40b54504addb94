-- Who resolved an entry that a relay had set aside, and why; null for one resolved before this release, or not yet.
alter table relay_problem add column mended_by text, add column mended_why text;
