//! Conversions between ids or hours and columns.

use std::io::Write;

use diesel::{
    backend::Backend,
    deserialize::{self, FromSql},
    pg::{Pg, PgValue},
    serialize::{self, IsNull, Output, ToSql},
    sql_types::{Integer, Text},
    sqlite::Sqlite,
};
use uuid::Uuid;

use crate::{
    Hours, Id,
    db::{DbUuid, HundredthHours},
};

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

impl ToSql<HundredthHours, Pg> for Hours {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(&i32::try_from(self.hundredths())?.to_be_bytes())?;
        Ok(IsNull::No)
    }
}

impl ToSql<HundredthHours, Sqlite> for Hours {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(i32::try_from(self.hundredths())?);
        Ok(IsNull::No)
    }
}

impl FromSql<HundredthHours, Pg> for Hours {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        <i32 as FromSql<Integer, Pg>>::from_sql(value).map(|hundredths| Self::from_hundredths(hundredths.into()))
    }
}

impl FromSql<HundredthHours, Sqlite> for Hours {
    fn from_sql(value: SqliteValue<'_>) -> deserialize::Result<Self> {
        <i32 as FromSql<Integer, Sqlite>>::from_sql(value).map(|hundredths| Self::from_hundredths(hundredths.into()))
    }
}
