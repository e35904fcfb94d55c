-- Stages, names of RFM and probabilities are told again and again, and stand in no index: with room on its page such a row is written there, and no index hears of it.
alter table customer set (fillfactor = 85);
