-- Where a workspace set the rules of risk otherwise than they are declared in code.
create table risk_rule (
  workspace_id uuid not null references workspace,
  key          text not null,
  at_least     int  not null check (at_least > 0),
  within_days  int  not null check (within_days between 1 and 365),
  share        float8 check (share between 0 and 1),
  active       boolean not null,
  changed_by   text not null,
  changed_at   timestamptz not null,
  primary key (workspace_id, key)
);
select protect('risk_rule');

-- A customer to look at and why. It changes nothing for the customer: only a person decides what follows.
create table risk_signal (
  workspace_id uuid not null references workspace,
  id           uuid not null,
  customer_id  uuid not null,
  rule         text not null,
  kind         text not null,
  count        int  not null,
  within_days  int  not null,
  amount_minor bigint not null,
  from_at      timestamptz not null,
  through_at   timestamptz not null,           -- the last event counted: later signals count what follows
  raised_at    timestamptz not null,
  state        text not null check (state in ('open', 'watching', 'confirmed', 'cleared')),
  note         text not null default '',
  decided_by   text,
  decided_at   timestamptz,
  primary key (workspace_id, id)
);
select protect('risk_signal');
create index risk_signal_by_customer on risk_signal (workspace_id, customer_id);
create index risk_signal_by_state on risk_signal (workspace_id, state, raised_at desc, id desc);

-- Every decision, also those that were changed.
create table risk_review (
  workspace_id uuid not null,
  id           uuid not null,
  signal_id    uuid not null,
  state        text not null,
  note         text not null,
  by           text not null,
  at           timestamptz not null,
  primary key (workspace_id, id)
);
select protect('risk_review');
create index risk_review_by_signal on risk_review (workspace_id, signal_id, at);

-- Core-user programmes: who comes in (top share by value and a filter), and who may stay.
create table core_programme (
  workspace_id uuid not null references workspace,
  id           uuid not null,
  name         text not null,
  owner        text not null default '',
  entry        jsonb not null,
  entry_share  float8 check (entry_share > 0 and entry_share <= 1),
  stay         jsonb not null,
  stay_share   float8 check (stay_share > 0 and stay_share <= 1),
  -- The value that the shares came to when everybody was last judged; one customer is held against these.
  entry_cut    bigint,
  stay_cut     bigint,
  created_at   timestamptz not null,
  archived_at  timestamptz,
  judged_on    date,
  primary key (workspace_id, id)
);
select protect('core_programme');

-- Who is in a programme, from when to when: ended rows are its log.
create table core_member (
  workspace_id uuid not null,
  id           uuid not null,
  programme_id uuid not null,
  customer_id  uuid not null,
  entered_at   timestamptz not null,
  entered_on   date not null,
  value_minor  bigint not null,
  left_at      timestamptz,
  left_on      date,
  left_why     text,
  primary key (workspace_id, id)
);
select protect('core_member');
create unique index core_member_once on core_member (workspace_id, programme_id, customer_id) where left_at is null;
create index core_member_by_customer on core_member (workspace_id, customer_id);

-- The reference line of churn by industry, as somebody wrote it down and where it was read.
create table benchmark_line (
  workspace_id uuid not null references workspace,
  industry     text not null,
  share        float8 not null check (share between 0 and 1),
  citation     text not null,
  shown        boolean not null default false,
  changed_by   text not null,
  changed_at   timestamptz not null,
  primary key (workspace_id, industry)
);
select protect('benchmark_line');
