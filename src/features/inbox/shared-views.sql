create view shared.incoming_deliveries as select state, received_at from inbox.deliveries;
create view shared.own_webhooks as select error_code from inbox.webhooks;
create view shared.refused_calls as select day, times from inbox.refusals;
