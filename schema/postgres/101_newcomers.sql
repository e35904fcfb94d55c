-- New customers that analytics has yet to be told of stand apart: of those whom events bring it hears once, with where they stand.
alter table mirror_batch add column newcomers boolean not null default false;

-- A name is found by any beginning of its pieces, told by order: so that one row serves for all beginnings, a third to a half of the rows there were. Pieces that are
-- such beginnings themselves, written before, stay and find the same. Letters are compared by their codes, which is what order needs and costs least.
alter table name_token alter column token type text collate "C";
