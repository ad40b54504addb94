-- Of replays the last fifty are kept, and every one on a build that an order was given for (activities/replays/register).
grant delete on replay, replay_failure to luongxanh_app;
