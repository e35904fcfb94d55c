-- A version whose variants stand for arms draws people into them by the experiment that judges them; its id is the salt of the draw.
alter table template_version add column experiment_id uuid;
