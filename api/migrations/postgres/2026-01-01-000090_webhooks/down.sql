ALTER TABLE idempotency_keys DROP COLUMN instance;
DROP TABLE webhook_deliveries;
DROP TABLE webhooks;
