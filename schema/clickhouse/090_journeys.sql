-- The first day of somebody's own window, where people are taken in as they come; 1900-01-01: the experiment's.
alter table experiment_draw add column if not exists starts_on Date32 default toDate32('1900-01-01');
