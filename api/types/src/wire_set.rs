/// Declares a set of the values of a wire enum: bits in the database, a list on the wire. The first value has the lowest
/// bit, and lists are in the order of the values.
macro_rules! wire_set {
    ($(#[$meta:meta])* $name:ident of $item:ident) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[cfg_attr(feature = "db", derive(diesel::expression::AsExpression, diesel::deserialize::FromSqlRow), diesel(sql_type = $crate::db::Bits))]
        pub struct $name(i32);

        impl $name {
            /// The empty set.
            pub const EMPTY: Self = Self(0);

            /// Returns the bit of a value.
            #[must_use]
            pub fn bit(item: $item) -> i32 {
                1 << (item as i32)
            }

            /// Returns the set with the given bits.
            #[must_use]
            pub fn from_bits(bits: i32) -> Self {
                Self(bits)
            }

            /// Returns the bits.
            #[must_use]
            pub fn bits(self) -> i32 {
                self.0
            }

            /// Returns whether the set has no values.
            #[must_use]
            pub fn is_empty(self) -> bool {
                self.0 == 0
            }

            /// Returns whether the set has a value.
            #[must_use]
            pub fn contains(self, item: $item) -> bool {
                self.0 & Self::bit(item) != 0
            }

            /// Returns the values in order.
            pub fn iter(self) -> impl Iterator<Item = $item> {
                <$item as $crate::WireEnum>::ALL.iter().copied().filter(move |item| self.contains(*item))
            }

            /// Returns the first value.
            #[must_use]
            pub fn first(self) -> Option<$item> {
                self.iter().next()
            }

            /// Adds a value if the condition holds.
            #[must_use]
            pub fn and_if(self, condition: bool, item: $item) -> Self {
                if condition { Self(self.0 | Self::bit(item)) } else { self }
            }

            /// Returns the set without a value.
            #[must_use]
            pub fn except(self, item: $item) -> Self {
                Self(self.0 & !Self::bit(item))
            }
        }

        impl FromIterator<$item> for $name {
            fn from_iter<I: IntoIterator<Item = $item>>(items: I) -> Self {
                items.into_iter().fold(Self::EMPTY, |set, item| set.and_if(true, item))
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_seq(self.iter())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Vec::<$item>::deserialize(deserializer).map(Self::from_iter)
            }
        }

        /// The labels, separated by 、.
        impl From<$name> for $crate::Cell<'_> {
            fn from(set: $name) -> Self {
                match set.0.count_ones() {
                    0 => Self::Empty,
                    1 => set.first().into(),
                    _ => set.iter().map($crate::WireEnum::label).collect::<Vec<_>>().join("、").into(),
                }
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                utoipa::openapi::schema::ArrayBuilder::new()
                    .items(utoipa::openapi::Ref::from_schema_name(stringify!($item)))
                    .build()
                    .into()
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn schemas(schemas: &mut Vec<(String, utoipa::openapi::RefOr<utoipa::openapi::Schema>)>) {
                schemas.push((stringify!($item).to_owned(), <$item as utoipa::PartialSchema>::schema()));
            }
        }

        #[cfg(feature = "db")]
        const _: () = {
            use std::io::Write;

            use diesel::{backend::Backend, deserialize, deserialize::FromSql, pg::Pg, serialize, serialize::{IsNull, Output, ToSql}, sql_types::Integer, sqlite::Sqlite};
            use $crate::db::Bits;

            impl ToSql<Bits, Pg> for $name {
                fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
                    out.write_all(&self.0.to_be_bytes())?;
                    Ok(IsNull::No)
                }
            }

            impl ToSql<Bits, Sqlite> for $name {
                fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
                    out.set_value(self.0);
                    Ok(IsNull::No)
                }
            }

            impl FromSql<Bits, Pg> for $name {
                fn from_sql(value: <Pg as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
                    <i32 as FromSql<Integer, Pg>>::from_sql(value).map(Self)
                }
            }

            impl FromSql<Bits, Sqlite> for $name {
                fn from_sql(value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
                    <i32 as FromSql<Integer, Sqlite>>::from_sql(value).map(Self)
                }
            }
        };
    };
}
