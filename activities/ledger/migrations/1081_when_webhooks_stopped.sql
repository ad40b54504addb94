-- When a webhook was stopped although nobody ordered it; null otherwise. `changed_at` says when a person last changed it.
alter table webhook add column stopped_at timestamptz;
