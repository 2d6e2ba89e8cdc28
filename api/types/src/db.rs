//! How the wire's ids, hours and enums are stored. Here rather than in the API because only the
//! crate of a type may say how diesel treats it; the SPA does without this module.

use std::io::Write;

use diesel::{
    backend::Backend,
    deserialize::{self, FromSql},
    pg::{Pg, PgValue},
    query_builder::QueryId,
    serialize::{self, IsNull, Output, ToSql},
    sql_types::{Integer, SqlType, Text},
    sqlite::Sqlite,
};
use uuid::Uuid;

use crate::{Hours, Id, WireEnum};

/// A UUID: `uuid` on PostgreSQL, text on SQLite.
#[derive(SqlType, QueryId, Clone, Copy)]
#[diesel(postgres_type(oid = 2950, array_oid = 2951))]
#[diesel(sqlite_type(name = "Text"))]
pub struct DbUuid;

/// One of a closed set of identifiers: text with a check.
#[derive(SqlType, QueryId, Clone, Copy)]
#[diesel(postgres_type(oid = 25, array_oid = 1009))]
#[diesel(sqlite_type(name = "Text"))]
pub struct Code;

/// 学时 as tenths of an hour: an integer.
#[derive(SqlType, QueryId, Clone, Copy)]
#[diesel(postgres_type(oid = 23, array_oid = 1007))]
#[diesel(sqlite_type(name = "Integer"))]
pub struct TenthHours;

type SqliteValue<'a> = <Sqlite as Backend>::RawValue<'a>;

impl<T> ToSql<DbUuid, Pg> for Id<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(self.uuid().as_bytes())?;
        Ok(IsNull::No)
    }
}

impl<T> ToSql<DbUuid, Sqlite> for Id<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.uuid().hyphenated().to_string());
        Ok(IsNull::No)
    }
}

impl<T> FromSql<DbUuid, Pg> for Id<T> {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        Ok(Self::from_uuid(Uuid::from_slice(value.as_bytes())?))
    }
}

impl<T> FromSql<DbUuid, Sqlite> for Id<T> {
    fn from_sql(value: SqliteValue<'_>) -> deserialize::Result<Self> {
        Ok(<String as FromSql<Text, Sqlite>>::from_sql(value)?.parse()?)
    }
}

impl ToSql<TenthHours, Pg> for Hours {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(&i32::try_from(self.tenths())?.to_be_bytes())?;
        Ok(IsNull::No)
    }
}

impl ToSql<TenthHours, Sqlite> for Hours {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(i32::try_from(self.tenths())?);
        Ok(IsNull::No)
    }
}

impl FromSql<TenthHours, Pg> for Hours {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        <i32 as FromSql<Integer, Pg>>::from_sql(value).map(|tenths| Self::from_tenths(tenths.into()))
    }
}

impl FromSql<TenthHours, Sqlite> for Hours {
    fn from_sql(value: SqliteValue<'_>) -> deserialize::Result<Self> {
        <i32 as FromSql<Integer, Sqlite>>::from_sql(value).map(|tenths| Self::from_tenths(tenths.into()))
    }
}

/// Writes an enum for PostgreSQL.
pub(crate) fn enum_to_pg<E: WireEnum>(value: E, out: &mut Output<'_, '_, Pg>) -> serialize::Result {
    out.write_all(value.as_str().as_bytes())?;
    Ok(IsNull::No)
}

/// Writes an enum for SQLite.
#[allow(clippy::unnecessary_wraps, reason = "what diesel asks for")]
pub(crate) fn enum_to_sqlite<E: WireEnum>(value: E, out: &mut Output<'_, '_, Sqlite>) -> serialize::Result {
    out.set_value(value.as_str());
    Ok(IsNull::No)
}

/// Reads an enum from PostgreSQL.
pub(crate) fn enum_from_pg<E: WireEnum>(value: PgValue<'_>) -> deserialize::Result<E> {
    identifier(std::str::from_utf8(value.as_bytes())?)
}

/// Reads an enum from SQLite.
pub(crate) fn enum_from_sqlite<E: WireEnum>(value: SqliteValue<'_>) -> deserialize::Result<E> {
    identifier(&<String as FromSql<Text, Sqlite>>::from_sql(value)?)
}

fn identifier<E: WireEnum>(text: &str) -> deserialize::Result<E> {
    E::from_identifier(text).ok_or_else(|| format!("unknown identifier {text:?} in a column").into())
}
