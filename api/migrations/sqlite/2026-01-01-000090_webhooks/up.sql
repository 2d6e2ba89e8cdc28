-- Webhooks 事件推送. No secret is kept: it follows from the key of the installation, the id and the generation.
CREATE TABLE webhooks (
    id TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    url TEXT NOT NULL,
    -- What it is told of lies in this organization and those below.
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    -- Types of changes, separated by spaces; none for all.
    types TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('active', 'paused', 'disabled')),
    disabled_reason TEXT,
    failing_since TEXT,
    last_delivered_at TEXT,
    -- The last change in the outbox of which messages were made.
    position INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    previous_secret_until TEXT,
    created_by TEXT NOT NULL REFERENCES users (id),
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX webhooks_organization ON webhooks (organization_id);

-- Messages 推送记录.
CREATE TABLE webhook_deliveries (
    id TEXT PRIMARY KEY NOT NULL,
    webhook_id TEXT NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    seq INTEGER,
    type TEXT NOT NULL,
    entity_id TEXT,
    body TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('pending', 'sending', 'delivered', 'failed')),
    attempts INTEGER NOT NULL,
    -- Of one being sent: when whoever sends it is given up.
    next_attempt_at TEXT,
    last_attempt_at TEXT,
    response_status INTEGER,
    error TEXT,
    duration_ms INTEGER,
    -- The process that sends it, among those that share the database.
    instance INTEGER,
    created_at TEXT NOT NULL,
    UNIQUE (webhook_id, seq)
) STRICT;
CREATE INDEX webhook_deliveries_log ON webhook_deliveries (webhook_id, id);
CREATE INDEX webhook_deliveries_open ON webhook_deliveries (webhook_id, next_attempt_at)
    WHERE status IN ('pending', 'sending');
CREATE INDEX webhook_deliveries_failed ON webhook_deliveries (webhook_id, id) WHERE status = 'failed';
CREATE INDEX webhook_deliveries_done ON webhook_deliveries (created_at) WHERE status IN ('delivered', 'failed');

-- The process that works on a request, among those that share the database.
ALTER TABLE idempotency_keys ADD COLUMN instance INTEGER;
