create index deliveries_failed on inbox.deliveries (integration_id, received_at) where state = 'failed';
