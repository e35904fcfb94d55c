-- Why a message waited, each time it was put off: [{at, reason, until}]. It stays when the message is sent, where `reason` tells only of the end.
alter table message add column history jsonb not null default '[]';
