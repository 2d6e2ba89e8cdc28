/// An enum whose values are stored and sent as identifiers and shown as Chinese labels.
pub trait WireEnum: Copy + Eq + 'static {
    /// All values, in the order of display.
    const ALL: &'static [Self];

    /// Returns the identifier on the wire and in the database.
    fn as_str(self) -> &'static str;

    /// Returns the Chinese label.
    fn label(self) -> &'static str;

    /// Returns the code in the national teacher system, if there is one.
    fn code(self) -> Option<&'static str>;

    /// Returns other names that imports understand but that are never displayed.
    fn synonyms(self) -> &'static [&'static str];

    /// Parses the identifier, the Chinese label, a synonym or the national code.
    fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        Self::ALL.iter().copied().find(|value| {
            value.as_str().eq_ignore_ascii_case(text)
                || value.label() == text
                || value.code() == Some(text)
                || value.synonyms().contains(&text)
        })
    }

    /// Parses the identifier only, as the database stores it.
    fn from_identifier(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text)
    }
}

/// Returns the schema of a string with its values and labels.
#[cfg(feature = "openapi")]
pub(crate) fn schema<E: WireEnum>() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
    use utoipa::openapi::schema::{ObjectBuilder, Type};
    let meaning = |value: &E| match value.code() {
        Some(code) => format!("`{}` {} ({code})", value.as_str(), value.label()),
        None => format!("`{}` {}", value.as_str(), value.label()),
    };
    let meanings: Vec<_> = E::ALL.iter().map(meaning).collect();
    ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(E::ALL.iter().map(|value| value.as_str())))
        .description(Some(meanings.join(", ")))
        .build()
        .into()
}

/// Conversions between enums and columns.
#[cfg(feature = "db")]
pub(crate) mod columns {
    use std::io::Write;

    use diesel::{
        backend::Backend,
        deserialize::{self, FromSql},
        pg::{Pg, PgValue},
        serialize::{self, IsNull, Output},
        sql_types::Text,
        sqlite::Sqlite,
    };

    use super::WireEnum;

    type SqliteValue<'a> = <Sqlite as Backend>::RawValue<'a>;

    /// Writes an enum to PostgreSQL.
    pub fn to_pg<E: WireEnum>(value: E, out: &mut Output<'_, '_, Pg>) -> serialize::Result {
        out.write_all(value.as_str().as_bytes())?;
        Ok(IsNull::No)
    }

    /// Writes an enum to SQLite.
    #[allow(clippy::unnecessary_wraps, reason = "diesel's signature")]
    pub fn to_sqlite<E: WireEnum>(value: E, out: &mut Output<'_, '_, Sqlite>) -> serialize::Result {
        out.set_value(value.as_str());
        Ok(IsNull::No)
    }

    /// Reads an enum from PostgreSQL.
    pub fn from_pg<E: WireEnum>(value: PgValue<'_>) -> deserialize::Result<E> {
        identifier(std::str::from_utf8(value.as_bytes())?)
    }

    /// Reads an enum from SQLite.
    pub fn from_sqlite<E: WireEnum>(value: SqliteValue<'_>) -> deserialize::Result<E> {
        identifier(&<String as FromSql<Text, Sqlite>>::from_sql(value)?)
    }

    fn identifier<E: WireEnum>(text: &str) -> deserialize::Result<E> {
        E::from_identifier(text).ok_or_else(|| format!("unknown identifier {text:?} in a column").into())
    }
}

/// Declares an enum with the identifiers, Chinese labels, national codes and synonyms of its values:
/// `Kindergarten = "kindergarten", "学前" | "幼儿园";`. The label becomes the doc comment of the variant.
macro_rules! wire_enum {
    ($(#[$meta:meta])* $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $id:literal, $label:literal $(, $code:literal)? $(| $synonym:literal)*;)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "db", derive(diesel::expression::AsExpression, diesel::deserialize::FromSqlRow), diesel(sql_type = $crate::db::Code))]
        pub enum $name {
            $($(#[$variant_meta])* #[doc = $label] #[serde(rename = $id)] $variant,)+
        }

        impl $crate::WireEnum for $name {
            const ALL: &'static [Self] = &[$(Self::$variant),+];

            fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $id,)+ }
            }

            fn label(self) -> &'static str {
                match self { $(Self::$variant => $label,)+ }
            }

            fn code(self) -> Option<&'static str> {
                #[allow(unused_mut, unused_assignments, clippy::match_same_arms)]
                match self { $(Self::$variant => wire_enum!(@code $($code)?),)+ }
            }

            fn synonyms(self) -> &'static [&'static str] {
                #[allow(clippy::match_same_arms)]
                match self { $(Self::$variant => &[$($synonym),*],)+ }
            }
        }

        // Not derived, because the derive does not see a `rename` from a macro.
        #[cfg(feature = "openapi")]
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                $crate::wire_enum::schema::<Self>()
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
        }

        #[cfg(feature = "db")]
        const _: () = {
            use diesel::{backend::Backend, deserialize, deserialize::FromSql, pg::Pg, serialize, serialize::{Output, ToSql}, sqlite::Sqlite};
            use $crate::{db::Code, wire_enum::columns};

            impl ToSql<Code, Pg> for $name {
                fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
                    columns::to_pg(*self, out)
                }
            }

            impl ToSql<Code, Sqlite> for $name {
                fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
                    columns::to_sqlite(*self, out)
                }
            }

            impl FromSql<Code, Pg> for $name {
                fn from_sql(value: <Pg as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
                    columns::from_pg(value)
                }
            }

            impl FromSql<Code, Sqlite> for $name {
                fn from_sql(value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
                    columns::from_sqlite(value)
                }
            }
        };

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str($crate::WireEnum::as_str(*self))
            }
        }
    };
    (@code) => { None };
    (@code $code:literal) => { Some($code) };
}
