//! The SQL types of ids, hours and enums. They are declared here because only the crate of a Rust type
//! may tell diesel how to store it; the SPA is built without this module.

use diesel::{query_builder::QueryId, sql_types::SqlType};

/// A UUID: `uuid` on PostgreSQL, text on SQLite.
#[derive(SqlType, QueryId, Clone, Copy)]
#[diesel(postgres_type(oid = 2950, array_oid = 2951))]
#[diesel(sqlite_type(name = "Text"))]
pub struct DbUuid;

/// The identifier of an enum's value: text with a check constraint.
#[derive(SqlType, QueryId, Clone, Copy)]
#[diesel(postgres_type(oid = 25, array_oid = 1009))]
#[diesel(sqlite_type(name = "Text"))]
pub struct Code;

/// 学时 in hundredths of an hour: an integer.
#[derive(SqlType, QueryId, Clone, Copy)]
#[diesel(postgres_type(oid = 23, array_oid = 1007))]
#[diesel(sqlite_type(name = "Integer"))]
pub struct HundredthHours;

/// A set of the values of an enum: an integer of bits.
#[derive(SqlType, QueryId, Clone, Copy)]
#[diesel(postgres_type(oid = 23, array_oid = 1007))]
#[diesel(sqlite_type(name = "Integer"))]
pub struct Bits;
