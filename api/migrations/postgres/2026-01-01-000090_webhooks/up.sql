-- Webhooks 事件推送. Secrets are not stored: they derive from the installation's key, the id and the generation.
CREATE TABLE webhooks (
    id uuid PRIMARY KEY NOT NULL,
    name text COLLATE "C" NOT NULL,
    url text COLLATE "C" NOT NULL,
    -- The scope of its events: this organization and those below it.
    organization_id uuid NOT NULL REFERENCES organizations (id),
    -- Types of changes, separated by spaces; none for all.
    types text COLLATE "C" NOT NULL,
    status text COLLATE "C" NOT NULL CHECK (status IN ('active', 'paused', 'disabled')),
    disabled_reason text COLLATE "C",
    failing_since timestamp,
    last_delivered_at timestamp,
    -- The last change in the outbox that deliveries were made of.
    position bigint NOT NULL,
    generation integer NOT NULL,
    previous_secret_until timestamp,
    created_by uuid NOT NULL REFERENCES users (id),
    version integer NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL
);
CREATE INDEX webhooks_organization ON webhooks (organization_id);

-- Deliveries 推送记录.
CREATE TABLE webhook_deliveries (
    id uuid PRIMARY KEY NOT NULL,
    webhook_id uuid NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    seq bigint,
    type text COLLATE "C" NOT NULL,
    entity_id uuid,
    body text COLLATE "C" NOT NULL,
    status text COLLATE "C" NOT NULL CHECK (status IN ('pending', 'sending', 'delivered', 'failed')),
    attempts integer NOT NULL,
    -- When an attempt in progress counts as abandoned.
    next_attempt_at timestamp,
    last_attempt_at timestamp,
    response_status integer,
    error text COLLATE "C",
    duration_ms integer,
    -- The process that is sending it, among those that share the database.
    instance integer,
    created_at timestamp NOT NULL,
    UNIQUE (webhook_id, seq)
);
CREATE INDEX webhook_deliveries_log ON webhook_deliveries (webhook_id, id);
CREATE INDEX webhook_deliveries_open ON webhook_deliveries (webhook_id, next_attempt_at)
    WHERE status IN ('pending', 'sending');
CREATE INDEX webhook_deliveries_failed ON webhook_deliveries (webhook_id, id) WHERE status = 'failed';
CREATE INDEX webhook_deliveries_done ON webhook_deliveries (created_at) WHERE status IN ('delivered', 'failed');

-- The process that handles a request, among those that share the database.
ALTER TABLE idempotency_keys ADD COLUMN instance integer;
