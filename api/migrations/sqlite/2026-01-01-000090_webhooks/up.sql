-- Webhooks 事件推送. Secrets are not stored: they derive from the installation's key, the id and the generation.
CREATE TABLE webhooks (
    id TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    url TEXT NOT NULL,
    -- The scope of its events: this organization and those below it.
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    -- Types of changes, separated by spaces; none for all.
    types TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('active', 'paused', 'disabled')),
    disabled_reason TEXT,
    failing_since TEXT,
    last_delivered_at TEXT,
    -- The last change in the outbox that deliveries were made of.
    position INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    previous_secret_until TEXT,
    created_by TEXT NOT NULL REFERENCES users (id),
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX webhooks_organization ON webhooks (organization_id);

-- Deliveries 推送记录.
CREATE TABLE webhook_deliveries (
    id TEXT PRIMARY KEY NOT NULL,
    webhook_id TEXT NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    seq INTEGER,
    type TEXT NOT NULL,
    entity_id TEXT,
    body TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('pending', 'sending', 'delivered', 'failed')),
    attempts INTEGER NOT NULL,
    -- When an attempt in progress counts as abandoned.
    next_attempt_at TEXT,
    last_attempt_at TEXT,
    response_status INTEGER,
    error TEXT,
    duration_ms INTEGER,
    -- The process that is sending it, among those that share the database.
    instance INTEGER,
    created_at TEXT NOT NULL,
    UNIQUE (webhook_id, seq)
) STRICT;
CREATE INDEX webhook_deliveries_log ON webhook_deliveries (webhook_id, id);
CREATE INDEX webhook_deliveries_open ON webhook_deliveries (webhook_id, next_attempt_at)
    WHERE status IN ('pending', 'sending');
CREATE INDEX webhook_deliveries_failed ON webhook_deliveries (webhook_id, id) WHERE status = 'failed';
CREATE INDEX webhook_deliveries_done ON webhook_deliveries (created_at) WHERE status IN ('delivered', 'failed');

-- The process that handles a request, among those that share the database.
ALTER TABLE idempotency_keys ADD COLUMN instance INTEGER;
