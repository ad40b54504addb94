-- Before an order of the payment platform is recorded it is looked up whether another dossier has it.
create index event_by_order on event ((body ->> 'order')) where kind = 'payment_order_created';
