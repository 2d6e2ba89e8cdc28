//! The database: SQLite (embedded, for a county) or PostgreSQL (for a province), behind one set of
//! queries.
//!
//! [`Database::read`] and [`Database::write`] are the only ways in.

mod audit_chain;
pub mod clock;
#[allow(missing_docs, reason = "the derive generates items without any")]
mod connection;
mod database;
mod deferred_commit;
mod effects;
mod folded;
mod folded_indexes;
mod hex;
pub mod initials;
mod instance;
mod limiter;
mod manager;
mod mask_existing;
mod migrate;
mod new_day;
mod normal_text;
pub mod outbox;
pub mod readings;
#[allow(missing_docs, reason = "the migrations describe the tables")]
pub mod schema;
mod seen_day;
mod tx;
pub mod types;
mod url;

pub use audit_chain::{BrokenLink, ChainHead, Tampering, verify_chain};
pub(crate) use connection::on_connection;
pub use connection::{DbConnection, MultiBackend};
pub use database::Database;
pub use deferred_commit::DeferredCommit;
pub use effects::Effects;
pub use folded::{FoldedMap, folded};
pub use hex::hex;
pub use limiter::Usage;
pub use new_day::NewDay;
pub use normal_text::{LedgerTexts, NormalTextReport};
pub use tx::{Actor, Tx};
pub use url::DatabaseUrl;
