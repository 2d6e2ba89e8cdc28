/// A closed set of values that is stored and sent as its identifier and shown as its
/// Chinese label.
pub trait WireEnum: Copy + Eq + 'static {
    /// Every value, in the order in which people list them.
    const ALL: &'static [Self];

    /// The identifier on the wire and in the database.
    fn as_str(self) -> &'static str;

    /// The Chinese label.
    fn label(self) -> &'static str;

    /// The code of the national teacher system, where it has one.
    fn code(self) -> Option<&'static str>;

    /// What people call it besides its label: understood in files, and never shown.
    fn synonyms(self) -> &'static [&'static str];

    /// Understands the identifier, the Chinese label, a synonym or the national code.
    fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        Self::ALL.iter().copied().find(|value| {
            value.as_str().eq_ignore_ascii_case(text)
                || value.label() == text
                || value.code() == Some(text)
                || value.synonyms().contains(&text)
        })
    }

    /// Understands the identifier alone: what the database holds.
    fn from_identifier(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text)
    }
}

/// A string with its values, and what each is called.
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

/// Declares an enum together with its identifiers, Chinese labels, national codes and synonyms:
/// `Kindergarten = "kindergarten", "学前" | "幼儿园";`.
macro_rules! wire_enum {
    ($(#[$meta:meta])* $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $id:literal, $label:literal $(, $code:literal)? $(| $synonym:literal)*;)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "db", derive(diesel::expression::AsExpression, diesel::deserialize::FromSqlRow), diesel(sql_type = $crate::db::Code))]
        pub enum $name {
            $(#[doc = $label] $(#[$variant_meta])* #[serde(rename = $id)] $variant,)+
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

        // Not derived: the derive does not see a rename that a macro makes.
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
            use $crate::db::{self, Code};

            impl ToSql<Code, Pg> for $name {
                fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
                    db::enum_to_pg(*self, out)
                }
            }

            impl ToSql<Code, Sqlite> for $name {
                fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
                    db::enum_to_sqlite(*self, out)
                }
            }

            impl FromSql<Code, Pg> for $name {
                fn from_sql(value: <Pg as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
                    db::enum_from_pg(value)
                }
            }

            impl FromSql<Code, Sqlite> for $name {
                fn from_sql(value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
                    db::enum_from_sqlite(value)
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
