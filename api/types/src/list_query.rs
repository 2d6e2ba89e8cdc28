//! The parameters of reads, and of lists in particular: filters, order and page.

use chrono::NaiveDate;
use serde::Serialize;

use crate::{Id, WireEnum};

/// The parameters of a read, each of them optional.
pub trait Parameters: Clone + Default + PartialEq + Serialize + 'static {
    /// The names of the parameters; for a list, without those of order and page.
    const FILTERS: &'static [&'static str];

    /// Sets a parameter from its text in a URL. Returns `false` if there is no such parameter or it cannot hold the value.
    fn set(&mut self, name: &str, text: &str) -> bool;
}

/// A value that a parameter can hold.
pub trait ParameterValue: Sized {
    /// Parses the text of a URL; `None` if it is not such a value.
    fn parse(text: &str) -> Option<Self>;

    /// Sets a field from its text. Returns whether the field can hold it.
    fn set(field: &mut Option<Self>, text: &str) -> bool {
        *field = Self::parse(text);
        field.is_some()
    }
}

impl<E: WireEnum> ParameterValue for E {
    fn parse(text: &str) -> Option<Self> {
        Self::from_identifier(text)
    }
}

impl<T> ParameterValue for Id<T> {
    fn parse(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

macro_rules! parsed_values {
    ($($type:ty),*) => {
        $(impl ParameterValue for $type {
            fn parse(text: &str) -> Option<Self> {
                text.parse().ok()
            }
        })*
    };
}
parsed_values!(String, bool, i32, i64, NaiveDate);

/// The parameters that all lists share.
pub trait ListQuery: Parameters {
    /// Returns the number of rows on a page.
    fn limit(&self) -> Option<i64>;

    /// Returns the `next_cursor` of the previous page.
    fn cursor(&self) -> Option<&str>;

    /// Returns whether to count all rows.
    fn with_total(&self) -> bool;
}

/// Declares the query of a list: its filters and an enum of its orders. Adds `sort`, `limit`, `cursor` and
/// `with_total`.
///
/// ```ignore
/// list_query! {
///     /// The parameters of a list of exemptions.
///     ExemptionQuery {
///         /// The kind of exemption
///         #[param(inline)]
///         kind: ExemptionKind,
///     }
///     /// Defaults to `-starts_on`
///     sort: ExemptionSort
/// }
/// ```
macro_rules! list_query {
    (
        $(#[doc = $doc:expr])*
        $name:ident {
            $( $(#[doc = $field_doc:expr])* $(#[param($($param:tt)*)])? $field:ident: $type:ty, )*
        }
        $( $(#[doc = $sort_doc:expr])* sort: $sort:ty )?
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $(
                $(#[doc = $field_doc])*
                $(#[cfg_attr(feature = "openapi", param($($param)*))])?
                #[serde(skip_serializing_if = "Option::is_none")]
                pub $field: Option<$type>,
            )*
            $(
                $(#[doc = $sort_doc])*
                #[cfg_attr(feature = "openapi", param(inline))]
                #[serde(skip_serializing_if = "Option::is_none")]
                pub sort: Option<$sort>,
            )?
            /// Rows on a page; defaults to 50
            #[cfg_attr(feature = "openapi", param(minimum = 1, maximum = 500))]
            #[serde(skip_serializing_if = "Option::is_none")]
            pub limit: Option<i64>,
            /// The `next_cursor` of the previous page
            #[serde(skip_serializing_if = "Option::is_none")]
            pub cursor: Option<String>,
            /// Whether to count all rows
            #[serde(skip_serializing_if = "Option::is_none")]
            pub with_total: Option<bool>,
        }

        impl $crate::Parameters for $name {
            const FILTERS: &'static [&'static str] = &[$(stringify!($field)),*];

            fn set(&mut self, name: &str, text: &str) -> bool {
                use $crate::ParameterValue;
                match name {
                    $( stringify!($field) => <$type as ParameterValue>::set(&mut self.$field, text), )*
                    $( "sort" => <$sort as ParameterValue>::set(&mut self.sort, text), )?
                    "limit" => <i64 as ParameterValue>::set(&mut self.limit, text),
                    "cursor" => <String as ParameterValue>::set(&mut self.cursor, text),
                    "with_total" => <bool as ParameterValue>::set(&mut self.with_total, text),
                    _ => false,
                }
            }
        }

        impl $crate::ListQuery for $name {
            fn limit(&self) -> Option<i64> {
                self.limit
            }

            fn cursor(&self) -> Option<&str> {
                self.cursor.as_deref()
            }

            fn with_total(&self) -> bool {
                self.with_total.unwrap_or_default()
            }
        }
    };
}

/// Declares the parameters of an operation that is not a list. All of them are optional, and no others are accepted.
macro_rules! query {
    (
        $(#[doc = $doc:expr])*
        $name:ident {
            $( $(#[doc = $field_doc:expr])* $(#[param($($param:tt)*)])? $field:ident: $type:ty, )*
        }
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $(
                $(#[doc = $field_doc])*
                $(#[cfg_attr(feature = "openapi", param($($param)*))])?
                #[serde(skip_serializing_if = "Option::is_none")]
                pub $field: Option<$type>,
            )*
        }

        impl $crate::Parameters for $name {
            const FILTERS: &'static [&'static str] = &[$(stringify!($field)),*];

            fn set(&mut self, name: &str, text: &str) -> bool {
                match name {
                    $( stringify!($field) => <$type as $crate::ParameterValue>::set(&mut self.$field, text), )*
                    _ => false,
                }
            }
        }
    };
}
