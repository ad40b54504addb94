-- Until when the system of a call asked us to wait (Retry-After) as it answered the quick call: the patient call, which another
-- process may make, waits so long. Of a call without an effect, `tries` is 0.
alter table outside_tries add column again_after timestamptz;
