-- A cashier's receipt is looked for before it counts again: by the unit whose receipt it is, and its number.
create index event_by_voucher on event (actor_unit, (body ->> 'reference'))
    where kind = 'payment_confirmed' and body ->> 'by' = 'cashier';
